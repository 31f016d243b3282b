"""Where the values of a JSON text stand, found along the paths that are asked for and nowhere else.

For texts whose value was decoded and found to be well: what is wrong with others `json_scan` says, which reads every
character. Here a list or mapping is taken apart when something in it is asked for first, and what stands in it is
skipped by the parser in C, so that a place in a file costs as much as parsing what surrounds it, once for each level.
Below so many levels as no format has, all that is in a value is found at once: depth alone makes no file dear.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aims_policy.source.document import Position
    from aims_policy.source.text import SourceText

_SPACE = " \t\n\r"
_DEEP = 16
_raw_decode = json.JSONDecoder().raw_decode


class Children:
    """The positions of what is in a list or mapping that begins at an offset, found when they are first asked for."""

    __slots__ = ("_depth", "_found", "_start", "_text")

    def __init__(self, text: str, start: int, depth: int) -> None:
        self._text = text
        self._start = start
        self._depth = depth
        self._found: dict[str, Position] | list[Position] | None = None

    def __call__(self) -> dict[str, Position] | list[Position]:
        if self._found is None:
            self._found = self._all() if self._depth == _DEEP else self._own()
        return self._found

    def _own(self) -> dict[str, Position] | list[Position]:
        read = _members if self._text[self._start] == "{" else _items
        return read(self._text, self._start + 1, self._depth + 1)

    def _all(self) -> Any:
        from aims_policy.source.json_scan import scan_at

        return scan_at(self._text, self._start)[2]


def places(source: SourceText) -> Position:
    """The position of the value of a well-formed text."""
    text = source.text
    return _position(text, _skip(text, 0), len(text.rstrip(_SPACE)), 0)


def places_of_lines(source: SourceText) -> Position:
    """The position of the list of values of well-formed JSON lines."""
    text = source.text
    items: list[Position] = []
    at, end = _skip(text, 0), len(text)
    while at < end:
        _, after = _raw_decode(text, at)
        items.append(_position(text, at, after, 1))
        at = _skip(text, after)
    return (items[0][0] if items else 0), (items[-1][1] if items else 0), items


def _position(text: str, start: int, end: int, depth: int) -> Position:
    return (start, end, Children(text, start, depth)) if text[start] in "{[" else (start, end)


def _members(text: str, at: int, depth: int) -> dict[str, Position]:
    """Of a mapping, from behind its bracket."""
    members: dict[str, Position] = {}
    at = _skip(text, at)
    while text[at] != "}":
        key, key_end = _raw_decode(text, at)
        start = _skip(text, _skip(text, key_end) + 1)
        _, end = _raw_decode(text, start)
        members[key] = (at, key_end, _position(text, start, end, depth))
        at = _next(text, end)
    return members


def _items(text: str, at: int, depth: int) -> list[Position]:
    """Of a list, from behind its bracket."""
    items: list[Position] = []
    at = _skip(text, at)
    while text[at] != "]":
        _, end = _raw_decode(text, at)
        items.append(_position(text, at, end, depth))
        at = _next(text, end)
    return items


def _next(text: str, end: int) -> int:
    """Where the next one begins behind one that ends, or the closing bracket stands."""
    at = _skip(text, end)
    return _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    while text[at : at + 1] in _BLANKS:
        at += 1
    return at


_BLANKS = frozenset(_SPACE)
