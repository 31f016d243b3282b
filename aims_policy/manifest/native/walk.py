"""A value against a shape: the evidence in it, the gaps, and what is wrong. The hot part of reading."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from decimal import Decimal
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.paths import path_text
from aims_policy.manifest.placeholders import (
    absence,
    may_begin,
    names_no_person,
    names_nobody,
    no_value,
)
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aims_policy.manifest.native.shape import Shape
    from aims_policy.manifest.paths import Steps

NONE: Any = object()
"""Instead of a value: there is no evidence here."""

CLAIMED = "a claim that was not verified here"

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_SHORT = 40
"""Characters of a text that is remembered as a moment: nobody can fill memory with them."""


class Fault(NamedTuple):
    """A problem at a path of the evidence tree; `on_key` points at the field's name and not at its value."""

    code: str
    steps: Steps
    message: str
    help: str = ""
    on_key: bool = False


class Walk:
    """What was found on the way. In a lenient walk a wrong value is a gap, else a fault.

    In a proven one what is read was checked here; in any other the claim to have been checked is a gap.
    ``void`` has by path why what stands there is no evidence, where a walk before this one found that out.
    """

    __slots__ = ("faults", "gaps", "lenient", "parties", "proven", "references", "said", "void")

    def __init__(
        self, *, lenient: bool = False, proven: bool = False, void: Mapping[Steps, str] | None = None
    ) -> None:
        self.lenient = lenient
        self.proven = proven
        self.void = void
        self.said: list[tuple[str, Steps, str | int, tuple[str, ...]]] = []
        self.gaps: dict[Steps, str] = {}
        self.faults: list[Fault] = []
        self.references: list[tuple[Steps, str, str, str]] = []
        self.parties: list[tuple[Steps, str, str]] = []

    def value(self, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
        """The evidence of a value, or NONE. `path` leads to what holds it, `key` from there to it."""
        if value is None:
            return self.gap(path, key, "null")
        return _READERS[shape[0]](self, value, shape, path, key)

    def gap(self, path: Steps, key: str | int, reason: str) -> Any:
        self.gaps[(*path, key)] = reason
        return NONE

    def wrong(self, path: Steps, key: str | int, code: str, message: str, hint: str = "") -> Any:
        steps = (*path, key)
        if self.lenient:
            self.gaps[steps] = message
        else:
            self.faults.append(Fault(code, steps, f"`{path_text(steps)}` {message}", hint))
        return NONE


def read_record(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not dict:
        return _other(walk, value, shape, path, key)
    here = (*path, key)
    return fields(walk, value, shape[2], here, is_open=len(shape) > 3) or _emptied(walk, value, path, key)


def fields(
    walk: Walk,
    value: dict[str, Any],
    known: dict[str, Shape],
    here: Steps,
    label: str = "",
    *,
    is_open: bool = False,
) -> dict[str, Any]:
    """The evidence in the fields of a record. An open one may have fields of which no type is known."""
    found: dict[str, Any] = {}
    for name, item in value.items():
        shape = known.get(name)
        if shape is None and is_open:
            shape = _ANY
        elif shape is None:
            _unknown(walk, name, item, known, here, label)
            continue
        else:  # as compiled rules spell it: that is found by its place in memory, without a look at any letter
            name = intern(name)  # noqa: PLW2901 - the same text
        if item is None:
            walk.gaps[(*here, name)] = "null"
            continue
        if shape == _TEXT and type(item) is str and not may_begin(item[:3]):
            found[name] = item  # as `_text` would read it: most fields are such texts, and the calls add up
            continue
        evidence = _READERS[shape[0]](walk, item, shape, here, name)
        if evidence is not NONE:
            found[name] = evidence
    if "ref" in known:
        _nameless(walk, found, known, here)
    return found


def _nameless(walk: Walk, found: dict[str, Any], known: dict[str, Shape], here: Steps) -> None:
    """An entry that stands for an asset (its ``ref`` says which) and does not say which is still built upon."""
    if found and "ref" not in found and known["ref"][0] == "reference":
        walk.references.append(((*here, "ref"), "", known["ref"][1], known["ref"][2]))


def _emptied(walk: Walk, value: Any, path: Steps, key: str | int) -> Any:
    """For a container without evidence: a gap of its own, unless those inside it tell the reason."""
    return walk.gap(path, key, "empty") if not value else NONE


def _list(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not list:
        return _other(walk, value, shape, path, key)
    if not value:
        return walk.gap(path, key, "empty")
    item_shape = shape[1]
    if item_shape == _TEXT:
        texts = tuple([item for item in value if type(item) is str and not may_begin(item[:3])])
        if len(texts) == len(value):
            return texts
    here = (*path, key)
    read = _READERS[item_shape[0]]
    items = tuple(
        [
            walk.gap(here, i, "null") if item is None else read(walk, item, item_shape, here, i)
            for i, item in enumerate(value)
        ]
    )
    # One element that says nothing leaves open what the list holds, so the list is no evidence.
    return NONE if NONE in items else items


def _map(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not dict:
        return _other(walk, value, shape, path, key)
    here = (*path, key)
    found: dict[str, Any] = {}
    for name, item in value.items():
        evidence = walk.value(item, shape[1], here, name)
        if evidence is not NONE:
            found[name] = evidence
    return found or _emptied(walk, value, path, key)


def _text(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not str:
        return _other(walk, value, shape, path, key)
    reason = absence(value)
    if reason:
        return walk.gap(path, key, reason)
    if len(shape) > 1 and not shape[1] <= len(value) <= shape[2]:
        message = f"has {len(value)} characters; {shape[1]} to {shape[2]} are allowed"
        return walk.wrong(path, key, "out-of-range", message)
    return value


def _prose(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    """A text that is evidence by what it says, noted for a look at whether another field says the same."""
    if type(value) is not str:
        return _other(walk, value, shape, path, key)
    reason = absence(value) or (walk.void and walk.void.get((*path, key)))
    if reason:
        return walk.gap(path, key, reason)
    walk.said.append((value, path, key, shape[1]))
    return value


def _named(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    """A text that names an asset or a party, noted for the graph."""
    if type(value) is not str:
        return _other(walk, value, shape, path, key)
    reason = absence(value)
    if not reason and shape[0] == "party" and names_no_person(value):
        reason = f"`{value.strip()}` names nobody"
    elif not reason and shape[0] != "party" and names_nobody(value):
        reason = f"`{value.strip()}` names nothing"
    if reason:
        return walk.gap(path, key, reason)
    if shape[0] == "party":
        walk.parties.append(((*path, key), value, shape[1]))
    else:
        walk.references.append(((*path, key), value, shape[1], shape[2]))
    return value


def _number(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    kind = type(value)
    if kind is int:
        value = Decimal(value)
    elif kind is not Decimal:
        return _other(walk, value, shape, path, key)
    _, least, most, whole = shape
    if whole and value != value.to_integral_value():
        return _other(walk, value, shape, path, key)
    if (least is not None and value < least) or (most is not None and value > most):
        from aims_policy.manifest.native import wording

        message = f"is {wording.shown(value)}; {wording.expected(shape)} is expected"
        return walk.wrong(path, key, "out-of-range", message)
    return value


def _boolean(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not bool:
        return _other(walk, value, shape, path, key)
    if value and len(shape) > 1 and not walk.proven:
        return walk.gap(path, key, CLAIMED)
    return value


def _choice(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not str:
        return _other(walk, value, shape, path, key)
    if value in shape[1]:
        return intern(value)
    reason = absence(value) or (f"placeholder `{value.strip()}`" if no_value(value) else "")
    if reason:
        return walk.gap(path, key, reason)
    from aims_policy.diagnostics import nearest
    from aims_policy.manifest.native import wording

    likely = nearest(value, shape[1])
    hint = f"did you mean `{likely}`?" if likely else f"one of {wording.listed(shape[1])}"
    return walk.wrong(path, key, "unknown-choice", f"cannot be `{wording.cut(value)}`", hint)


def _moment(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    if type(value) is not str:
        return _other(walk, value, shape, path, key)
    moment = parse_moment(value)
    if moment is not None:
        return moment
    reason = absence(value) or (f"placeholder `{value.strip()}`" if no_value(value) else "")
    if reason:
        return walk.gap(path, key, reason)
    from aims_policy.manifest.native import wording

    hint = "ISO 8601, for example 2026-01-31 or 2026-01-31T12:00:00Z"
    return walk.wrong(path, key, "bad-date", f"is no date: `{wording.cut(value)}`", hint)


def parse_moment(text: str) -> datetime | None:
    """The moment of an ISO 8601 text in UTC: a date is its midnight, a time without an offset is UTC.

    >>> parse_moment("2026-01-31T12:00:00+02:00")
    datetime.datetime(2026, 1, 31, 10, 0, tzinfo=datetime.timezone.utc)
    >>> parse_moment("31.01.2026") is None
    True
    """
    return (_known_moment if len(text) <= _SHORT else _known_moment.__wrapped__)(text)


@lru_cache(maxsize=1024)
def _known_moment(text: str) -> datetime | None:
    """Remembered, for a report gives the same few dates over and over."""
    if _DATE.fullmatch(text) is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (
            moment.replace(tzinfo=timezone.utc) if moment.tzinfo is None else moment.astimezone(timezone.utc)
        )
    except (ValueError, OverflowError):
        return None


def _any(walk: Walk, value: Any, _shape: Shape, path: Steps, key: str | int) -> Any:
    """A value that nothing types: its gaps are left out, its texts stay texts."""
    kind = type(value)
    if kind is dict:
        return _map(walk, value, _ANY_MAP, path, key)
    if kind is list:
        return _list(walk, value, _ANY_MAP, path, key)
    if kind is str:
        reason = absence(value)
        return walk.gap(path, key, reason) if reason else value
    return Decimal(value) if kind is int else value


def _other(walk: Walk, value: Any, shape: Shape, path: Steps, key: str | int) -> Any:
    """For a value of another type than the shape's: a placeholder where it is one, else wrong."""
    if type(value) is str:
        reason = absence(value) or (f"placeholder `{value.strip()}`" if no_value(value) else "")
        if reason:
            return walk.gap(path, key, reason)
    from aims_policy.manifest.native import wording

    message = f"is {wording.found(value)}; {wording.expected(shape)} is expected"
    return walk.wrong(path, key, "wrong-type", message, wording.remedy(value, shape))


def _unknown(walk: Walk, name: str, value: Any, known: dict[str, Shape], here: Steps, label: str) -> None:
    from aims_policy.manifest.native import wording

    message = f"`{wording.cut(name)}` is not a field of {label or f'`{path_text(here)}`'}"
    hint = wording.instead(name, value, tuple(known))
    walk.faults.append(Fault("unknown-field", (*here, name), message, hint, on_key=True))


_TEXT: Shape = ("text",)
_ANY: Shape = ("any",)
_ANY_MAP: Shape = ("map", _ANY)
_READERS: dict[str, Callable[[Walk, Any, Shape, Steps, str | int], Any]] = {
    "record": read_record,
    "list": _list,
    "map": _map,
    "text": _text,
    "prose": _prose,
    "reference": _named,
    "party": _named,
    "number": _number,
    "boolean": _boolean,
    "choice": _choice,
    "moment": _moment,
    "any": _any,
}
