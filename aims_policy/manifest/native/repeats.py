"""Texts that say the same word for word where different things are asked: evidence of neither.

Nobody can tell which of them the words were written for. Case, blanks, marks and figures are left aside, so that a
number behind it makes no other text.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from aims_policy.manifest.paths import path_text
from aims_policy.named_tuple import NamedTuple
from aims_policy.source.persons import plain_letters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aims_policy.manifest.paths import Steps

    Said = tuple[str, Steps, str | int, tuple[str, ...]]
    """A text, the path to what holds it, from there to it, and the subjects that its field shares with others."""


class Field(NamedTuple):
    """Where a text stands, and what it is asked for."""

    steps: Steps
    subjects: frozenset[object]


def repeats(said: Sequence[Said], origins: Mapping[Steps, Steps] | None = None) -> dict[Steps, str]:
    """By path, why a text is no evidence: one in another field, which asks for something else, says the same.

    Two that were read from one place of a foreign document, as ``origins`` has it, are one.
    """
    keys = folded([one[0] for one in said])
    often = len(keys) > len(set(keys)) and {key for key, times in Counter(keys).items() if times > 1}
    if not often:
        return {}
    alike: dict[bytes, list[Field]] = {}
    for letters, (_, path, key, shared) in zip(keys, said, strict=True):
        if letters in often and len(letters) >= _LEAST_LETTERS:
            alike.setdefault(letters, []).append(_field((*path, key), shared))
    found: dict[Steps, str] = {}
    for group in alike.values():
        asked = {
            field.subjects: field for field in reversed(group)
        }  # few, however long a list in the file is
        for one in group if len(asked) > 1 else ():
            other = next((o for o in asked.values() if _asks_otherwise(one, o, origins or {})), None)
            if other is not None:
                found[one.steps] = f"says word for word what `{path_text(other.steps)}` says"
    return found


def folded(texts: Sequence[str]) -> list[bytes]:
    """Each text's letters, small and without marks. In one step for all that are ASCII, which most are."""
    joined = _BETWEEN.join(texts)
    if joined.isascii():
        found = joined.encode("ascii").translate(_SMALL, _ASIDE).split(_BETWEEN.encode())
        if len(found) == len(texts):
            return found
    return [_folded(text) for text in texts]


def _folded(text: str) -> bytes:
    if text.isascii():
        return text.encode("ascii").translate(_SMALL, _ASIDE + _BETWEEN.encode())
    return "".join(filter(str.isalpha, plain_letters(text))).encode()


def _field(steps: Steps, shared: tuple[str, ...]) -> Field:
    """Where a field shares no subject it has its own: that of the same field in other entries of a list."""
    return Field(steps, frozenset(shared or [tuple([step for step in steps if isinstance(step, str)])]))


def _asks_otherwise(one: Field, other: Field, origins: Mapping[Steps, Steps]) -> bool:
    if not one.subjects.isdisjoint(other.subjects):
        return False
    return origins.get(one.steps, one.steps) != origins.get(other.steps, other.steps)


_LEAST_LETTERS = 12
"""Shorter texts (`see manual`) are too few words to be asked for anywhere."""
_BETWEEN = "\0"
_SMALL = bytes(range(256)).lower()
_ASIDE = bytes(c for c in range(1, 128) if not chr(c).isalpha())
