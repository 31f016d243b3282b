"""The YAML that most files hold, read line by line: mappings and lists whose scalars stand on lines of their own.

libyaml tells of everything as an object, several to a line, which takes more time than all that is made of them.
Here one match takes a line. Whatever is written in another way, or wrong, is not read here: `Composer` is the
meaning, and what this returns is the same value at the same places.
"""

from __future__ import annotations

import re
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from aims_policy.source.numbers import NotFinite
from aims_policy.source.text import MAX_DEPTH, MAX_NODES
from aims_policy.source.yaml_scalars import NUMBER_STARTS, WORDS, number_or_text

if TYPE_CHECKING:
    from aims_policy.source.document import Position

# A plain scalar goes on over `:` and `#` only where these stand inside a word.
_ON = r"[^\n:#]*+(?:(?=\n)|(?:(?::(?=\S)|(?<=\S)#)[^\n:#]*+)*+)"
_PLAIN = rf"[^\s\-?:,\[\]{{}}#&*!|>'\"%@`]{_ON}|-(?=\S){_ON}"
_QUOTED = r"""\"[^"\\\n]*+(?:\n +[^"\\\n ][^"\\\n]*+)*+\"|'[^'\n]*+(?:\n +[^'\n ][^'\n]*+)*+'(?!')"""
_ITEM = rf"{_QUOTED}|[A-Za-z0-9_][\w./-]*+"
_LIST = rf"\[ *+(?:(?:{_ITEM})(?: *+, *+(?:{_ITEM}))*+)? *+\]"
_IN_KEY = r"[\w./$()&+-]"
# The parser takes no key of more than 1024 characters.
_KEY = rf"[\w$]{_IN_KEY}{{0,90}}+(?: {_IN_KEY}{{1,90}}+){{0,9}}+|\"[\w./-]{{1,100}}\"|'[\w./-]{{1,100}}'"
_LINE = re.compile(
    rf"( *+)(-(?: ++|(?=\n))|---(?= *+\n))?(?:({_KEY}):( ++|(?=\n)))?"
    rf"({_PLAIN}|{_QUOTED}|{_LIST}|\{{ *+\}})?( *+(?:(?<!\S)#[^\n]*+)?\n)|((?s:.)++)",
    re.ASCII,
)
_FOLD = re.compile(r" *+\n +")
_ITEMS = re.compile(_ITEM, re.ASCII)
_LETTERS = frozenset(ascii_letters)
"""With which no number, quote or bracket begins."""
_QUOTES = ('"', "'")
_MARKS = frozenset("\"'[{")
"""With which what is no plain scalar begins."""
_COLLECTIONS = (list, dict)
_MAX_DOCUMENTS = 100
_LONG = 2_000
"""Characters of a scalar that goes on: longer ones would be copied for each of their lines."""


_END = (-1, "", -1, "", 0, "", 0, 0)

# column, dash, column behind the dash, key, where it begins, value, where it begins and ends
_Line = tuple[int, str, int, str, int, str, int, int]


class _Other(Exception):  # noqa: N818 - no error: the text is left to the parser
    """Something is not written in the way that is read here."""


def read_lines(text: str) -> list[tuple[Any, Position]] | None:
    """(value, position) of every document that is not empty; None where the text has to be left to the parser."""
    # What cannot be printed is a line end or white space to the parser, or refused. There are no more values than
    # characters, and anchors are not read here.
    if len(text) > MAX_NODES or not text.replace("\n", "").isprintable():
        return None
    documents: list[tuple[Any, Position]] = []
    try:
        lines = _lines(text if text.endswith("\n") else text + "\n")
        index = 0
        while index < len(lines):
            if lines[index] is not _END:
                read = _sequence if lines[index][1] else _mapping
                value, position, index = read(lines, index, lines[index][0], 1)
                documents.append((value, position))
                if lines[index] is not _END:
                    return None
            index += 1
    except (_Other, ValueError, ArithmeticError):
        return None
    return documents if len(documents) < _MAX_DOCUMENTS else None


def _lines(text: str) -> list[_Line]:
    """All lines that are not empty, and `_END` behind each document."""
    found: list[_Line] = []
    at = 0
    for lead, dash, key, gap, value, rest, other in _LINE.findall(text):
        column = len(lead)
        inner = column + len(dash)
        key_at = value_at = at + inner
        if key:
            value_at += len(key) + 1 + len(gap)
        end = value_at + len(value)
        at = end + len(rest)
        if value[-1:] == " ":
            value = value.rstrip(" ")  # noqa: PLW2901
            end = value_at + len(value)
        if dash == "---":
            if inner > 3 or value or key:
                raise _Other
            found.append(_END)
        elif key or dash:
            found.append((column, dash, inner, key, key_at, value, value_at, end))
        elif other or (value and not found):
            raise _Other
        elif value:
            found[-1] = _gone_on(text, found[-1], column, value, key_at, end)
    found.append(_END)
    return found


def _gone_on(text: str, above: _Line, column: int, value: str, at: int, end: int) -> _Line:
    """The line above with what goes on in this one: a plain scalar that is written on several lines."""
    over, dash, inner, key, key_at, begun, begun_at, stop = above
    is_next = text[stop : at - column].strip(" ") == "\n"
    is_deeper = column > (inner if key else over)
    if not (is_next and is_deeper and begun) or begun[0] in _MARKS or "\n" in value or len(begun) > _LONG:
        raise _Other
    return over, dash, inner, key, key_at, f"{begun} {value}", begun_at, end


def _mapping(lines: list[_Line], index: int, column: int, depth: int) -> tuple[dict[str, Any], Position, int]:
    """A mapping whose keys stand in a column; the first may stand behind a dash."""
    if depth > MAX_DEPTH:
        raise _Other
    members: dict[str, Any] = {}
    positions: dict[str, Position] = {}
    value: Any
    begin = lines[index][4]
    while True:
        _, _, _, key, key_at, text, at, end = lines[index]
        if not key:
            raise _Other
        index += 1
        key_end = key_at + len(key)
        if key[0] in _QUOTES:
            key = key[1:-1]
        if key in members:
            raise _Other
        following = lines[index][0]
        if text:
            value = text if text[0] in _LETTERS and text not in WORDS else _scalar(text)
            position: Position = (at, end)
            if type(value) in _COLLECTIONS:
                position = (*position, _positions(text, at))
        elif following >= column and lines[index][1]:
            value, position, index = _sequence(lines, index, following, depth + 1)
            following = lines[index][0]
        elif following > column:
            value, position, index = _mapping(lines, index, following, depth + 1)
            following = lines[index][0]
        else:
            value, position = None, (key_end + 1, key_end + 1)
        members[key] = value
        positions[key] = (key_at, key_end, position)
        if following < column:
            return members, (begin, position[1], positions), index
        if following > column or lines[index][1]:
            raise _Other


def _sequence(lines: list[_Line], index: int, column: int, depth: int) -> tuple[list[Any], Position, int]:
    """A list whose dashes stand in a column."""
    if depth > MAX_DEPTH:
        raise _Other
    items: list[Any] = []
    positions: list[Position] = []
    value: Any
    begin = lines[index][4] - len(lines[index][1])
    while True:
        _, _, inner, key, _, text, at, end = lines[index]
        if key:
            value, position, index = _mapping(lines, index, inner, depth + 1)
        elif text:
            index += 1
            value = text if text[0] in _LETTERS and text not in WORDS else _scalar(text)
            position = (at, end)
            if type(value) in _COLLECTIONS:
                position = (*position, _positions(text, at))
        elif lines[index + 1][0] > column:
            read = _sequence if lines[index + 1][1] else _mapping
            value, position, index = read(lines, index + 1, lines[index + 1][0], depth + 1)
        else:
            raise _Other
        items.append(value)
        positions.append(position)
        following = lines[index][0]
        if following > column:
            raise _Other
        if following < column or not lines[index][1]:
            return items, (begin, position[1], positions), index


def _scalar(text: str) -> Any:
    """The value of a scalar, or of what stands in brackets on one line."""
    first = text[0]
    if first in _QUOTES:
        return _FOLD.sub(" ", text[1:-1]) if "\n" in text else text[1:-1]
    if first == "[":
        return [_scalar(item) for item in _ITEMS.findall(text)]
    if first == "{":
        return {}
    value: Any = WORDS.get(text, text)
    if value is text and first in NUMBER_STARTS:
        value = number_or_text(text)
        if type(value) is NotFinite:
            raise _Other
    return value


def _positions(text: str, at: int) -> Any:
    """Of the items in brackets."""
    items = [(at + item.start(), at + item.end()) for item in _ITEMS.finditer(text)]
    return items if text[0] == "[" else {}
