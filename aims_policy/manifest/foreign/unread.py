"""What of a foreign document no evidence was made from: nothing that a team has written is dropped in silence."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_LISTED = 12
_DEEPEST = 12
_CONTAINERS = (dict, list)

Used = dict[Any, Any]
"""Paths that evidence was made from, as a tree of their steps; `_ALL` stands where one ends."""
_ALL: Used = {None: None}
_NONE: Used = {}


class Unread(NamedTuple):
    """A field by its name without indices, as ``components.hashes``, or a section of a card by its ``## heading``.

    ``steps`` lead to the first place where it stands.
    """

    name: str
    steps: Steps


def unread(
    document: Located, paths: Iterable[Collection[Steps]], ignored: Collection[str]
) -> tuple[Unread, ...]:
    """Each field once, in the order of the document. ``paths`` are those that evidence was made from.

    ``ignored`` names fields that say nothing of an asset.
    """
    used = _tree(chain.from_iterable(paths))
    found: dict[str, Steps] = {}
    if used is not _ALL:
        _top(document.value, used, found)
    for name in found.keys() & ignored:
        del found[name]
    for heading, path in _sections(document.value, used.get("body") or _NONE):
        found.setdefault(f"## {heading}", path)
    return tuple(Unread(name, path) for name, path in found.items())


def note(file: str, fields: tuple[Unread, ...]) -> tuple[Diagnostic, ...]:
    """One note with the first of the fields. Sections of prose are not in it: a card has many that nobody asks for."""
    names = [field.name for field in fields if not field.name.startswith("## ")]
    if not names:
        return ()
    listed = ", ".join(f"`{n[:60]}`" for n in names[:_LISTED]) + (", …" if len(names) > _LISTED else "")
    fields_ = "field of this file was" if len(names) == 1 else "fields of this file were"
    message = f"{len(names)} {fields_} not read: {listed}"
    return (Diagnostic("unread-fields", message, file, severity="note"),)


def _tree(paths: Iterable[Steps]) -> Used:
    tree: Used = {}
    for path in paths:
        if not path:
            return _ALL
        node = tree
        *above, last = path
        for step in above:
            below = node.get(step)
            if below is None:
                below = node[step] = {}
            elif below is _ALL:
                break
            node = below
        else:
            node[last] = _ALL
    return tree


def _top(value: Any, used: Used, found: dict[str, Steps]) -> None:
    """As `_fields`, of a whole document: the body of a card has no fields, and its front matter has all of them."""
    if type(value) is not dict or not ("body" in value or "front_matter" in value):
        _fields(value, "", (), used, found)
        return
    for key, item in value.items():
        if key == "front_matter":
            below = used.get(key) or _NONE
            if below is not _ALL:
                _fields(item, "", (key,), below, found)
        elif key != "body":
            _fields({key: item}, "", (), used, found)


def _fields(value: Any, prefix: str, path: Steps, used: Used, found: dict[str, Steps]) -> None:
    """Adds what is below the path and was not used, each name with the first path to it."""
    if len(path) > _DEEPEST:
        return
    if type(value) is list:
        for index, item in enumerate(value):
            if type(item) in _CONTAINERS:
                below = used.get(index, _NONE)
                if below is not _ALL:
                    _fields(item, prefix, (*path, index), below, found)
    elif type(value) is dict:
        for key, item in value.items():
            below = used.get(key)
            if below is _ALL or item is None:
                continue
            name = prefix + key
            if below:
                if type(item) in _CONTAINERS:
                    _fields(item, f"{name}.", (*path, key), below, found)
            elif name not in found:
                found[name] = (*path, key)


def _sections(value: Any, known: Used) -> Iterator[tuple[str, Steps]]:
    """Sections of a card that have a heading and some text."""
    body = value.get("body") if type(value) is dict and "front_matter" in value else None
    if type(body) is not list:
        return
    for index, section in enumerate(body):
        if section["heading"] and index not in known and section.has_lines():
            yield section["heading"], ("body", index, "heading")
