"""Which character of a file each character of a text in it comes from, whatever quotes and folding it is written in."""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROPERTIES = re.compile(r"(?:[!&]\S*[ \t\r\n]+)*")
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)",
    re.DOTALL,
)
_JOINED = re.compile(r"\\(?:\r\n|\r|\n)[ \t]*")
_BREAK = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t\r\n]*")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK = re.compile(r"[ \t\r\n]+")
_HEADER = re.compile(r"[|>][^\r\n]*")


def alignment(text: str, start: int, end: int, value: str) -> Sequence[int]:
    """For each character of `value`, and its end, the offset in `text` of what stands for it.

    `text[start:end]` is the JSON string or YAML scalar, with its quotes, that means `value`. Where the two do not
    fit each other every offset is `start`: a place too coarse, and never a wrong one.

    >>> list(alignment(r'"a\\n\\u00e9"', 0, 11, "a\\né"))
    [1, 2, 4, 10]
    """
    properties = _PROPERTIES.match(text, start, end)
    begin = properties.end() if properties else start
    first = text[begin : begin + 1]
    if first in ("|", ">"):
        found = _of_block(text, begin, end, value)
    elif first in ("'", '"'):
        found = _of_flow(text, begin + 1, end - 1, value, first)
    else:
        found = _of_flow(text, begin, end, value, "")
    return array("L", [start] * len(value) + [end]) if found is None else found


def _of_flow(text: str, at: int, end: int, value: str, quote: str) -> Sequence[int] | None:
    """Of a plain or quoted scalar: one piece of the source after another, each standing for some characters."""
    offsets = array("L")
    for start, count in _pieces(text, at, end, quote):
        offsets.extend([start] * count)
    offsets.append(end)
    return offsets if len(offsets) == len(value) + 1 else None


def _pieces(text: str, at: int, end: int, quote: str) -> Iterator[tuple[int, int]]:
    """(offset, number of characters it stands for) of each piece."""
    while at < end:
        char = text[at]
        if quote == '"' and char == "\\":
            joined = _JOINED.match(text, at, end)
            piece = joined or _ESCAPE.match(text, at, end)
            yield at, 0 if joined else 1
            at = piece.end() if piece else at + 1
        elif quote == "'" and char == "'":
            yield at, 1
            at += 2
        elif char in " \t\r\n" and (broken := _BREAK.match(text, at, end)):
            breaks = len(_LINE_END.findall(broken.group()))
            yield at, max(1, breaks - 1)
            at = broken.end()
        else:
            yield at, 1
            at += 1


def _of_block(text: str, at: int, end: int, value: str) -> Sequence[int] | None:
    """Of a literal or folded block, which holds no escapes: all that differs is white space."""
    header = _HEADER.match(text, at, end)
    at = header.end() if header else at
    offsets = array("L")
    index = 0
    while index < len(value):
        blank, written = _BLANK.match(value, index), _BLANK.match(text, at, end)
        if blank or (written and not index):
            stop = written.end() if written else at
            count = blank.end() - index if blank else 0
            offsets.extend(at if k == 0 else max(at, stop - count + k) for k in range(count))
            index, at = index + count, stop
        elif at < end and text[at] == value[index]:
            offsets.append(at)
            index, at = index + 1, at + 1
        else:
            return None
    offsets.append(min(at, end))
    return offsets
