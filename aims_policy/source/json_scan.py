"""Where every value of a JSON text stands, and what is wrong with a text that is not JSON (RFC 8259)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NoReturn

from aims_policy.source.numbers import RANGE_HINT, exact, whole
from aims_policy.source.text import MAX_DEPTH, MAX_NODES, Problems, SourceText, refuse_empty, shown

if TYPE_CHECKING:
    from aims_policy.source.document import Position

_SPACE = re.compile(r"[ \t\n\r]*+")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"')
_STRING_PART = re.compile(r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?([eE][-+]?[0-9]++)?(?![\w.+-])")
_WORD = re.compile(r"[-+.\w]++")
_NOT_FINITE = frozenset(["NaN", "Infinity", "-Infinity"])
_LITERALS = frozenset(["true", "false", "null"])
_FOREIGN = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}


def scan(source: SourceText, *, keep_not_finite: bool = False) -> Position:
    """The positions of all values. Raises SourceError with every problem that does not hide the next."""
    scanner = _Scanner(source, keep_not_finite)
    start = scanner.skip(0)
    if start == len(source.text):
        refuse_empty(source.file)
    position = scanner.value(start, 0)
    end = scanner.skip(position[1])
    if end < len(source.text):
        scanner.problems.stop("json-syntax", "nothing may follow the end of the document", end, end + 1)
    if scanner.problems:
        scanner.problems.raise_all()
    return position


def scan_lines(source: SourceText, *, keep_not_finite: bool = False) -> Position:
    """As `scan`, for a text whose every line that is not empty is one value: the position of a list of them."""
    scanner = _Scanner(source, keep_not_finite)
    items: list[Position] = []
    at = scanner.skip(0)
    while at < len(source.text):
        item = scanner.value(at, 1)
        items.append(item)
        at = scanner.skip(item[1])
        if at < len(source.text) and "\n" not in source.text[item[1] : at]:
            scanner.problems.stop("json-syntax", "only one value may stand on a line", at, at + 1)
        if "\n" in source.text[item[0] : item[1]]:
            hint = "each line holds one whole value in JSON lines"
            scanner.problems.stop(
                "json-syntax", "the value does not end on its line", item[0], item[0] + 1, hint
            )
    if scanner.problems:
        scanner.problems.raise_all()
    return (items[0][0] if items else 0), (items[-1][1] if items else 0), items


def scan_at(text: str, start: int) -> Position:
    """The positions of all that is in a value of a text that is well."""
    return _Scanner(SourceText("", text), keep_not_finite=True).value(start, 0)


class _Scanner:
    """Recursive descent; the depth it goes to is bounded by MAX_DEPTH."""

    __slots__ = ("keep_not_finite", "nodes", "problems", "text")

    def __init__(self, source: SourceText, keep_not_finite: bool) -> None:
        self.text = source.text
        self.problems = Problems(source)
        self.nodes = 0
        self.keep_not_finite = keep_not_finite

    def skip(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, start: int, depth: int) -> Position:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.problems.stop("too-large", f"the file has more than {MAX_NODES} values", start, start + 1)
        char = self.text[start : start + 1]
        if char == '"':
            return start, self.string(start)
        if char in ("{", "["):
            if depth >= MAX_DEPTH:
                self.problems.stop("too-deep", f"nested deeper than {MAX_DEPTH} levels", start, start + 1)
            return self.object(start, depth + 1) if char == "{" else self.array(start, depth + 1)
        return start, self.word(start)

    def object(self, start: int, depth: int) -> Position:
        members: dict[str, Position] = {}
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "}":
            if self.text[at : at + 1] != '"':
                self.refuse_key(start, at)
            end = self.string(at)
            key = self.key(at, end, members)
            colon = self.skip(end)
            if self.text[colon : colon + 1] != ":":
                self.refuse(start, colon, "expected `:` after the key")
            value = self.value(self.skip(colon + 1), depth)
            members.setdefault(key, (at, end, value))
            at = self.separator(start, value[1], "}")
        return start, at + 1, members

    def array(self, start: int, depth: int) -> Position:
        items: list[Position] = []
        at = self.skip(start + 1)
        while self.text[at : at + 1] != "]":
            items.append(self.value(at, depth))
            at = self.separator(start, items[-1][1], "]")
        return start, at + 1, items

    def separator(self, start: int, at: int, closing: str) -> int:
        """Where the next member or item begins, or the closing bracket stands."""
        at = self.skip(at)
        char = self.text[at : at + 1]
        if char == closing:
            return at
        if char != ",":
            self.refuse(start, at, f"expected `,` or `{closing}`")
        after = self.skip(at + 1)
        if self.text[after : after + 1] == closing:
            self.problems.add(
                "json-syntax", f"a comma before `{closing}` is not JSON", at, at + 1, "remove the comma"
            )
        return after

    def key(self, start: int, end: int, members: dict[str, Position]) -> str:
        raw = self.text[start:end]
        key = json.loads(raw) if "\\" in raw else raw[1:-1]
        if key in members:
            line = self.problems.line_of(members[key][0])
            self.problems.add(
                "duplicate-key", f"{shown(key)} is given twice", start, end, f"first given on line {line}"
            )
        return str(key)

    def string(self, start: int) -> int:
        match = _STRING.match(self.text, start)
        if match is None:
            self.refuse_string(start)
        end = match.end()
        raw = self.text[start:end]
        if "\\u" in raw and not _is_encodable(json.loads(raw)):
            self.problems.add("lone-surrogate", "half of a surrogate pair is not text", start, end)
        return end

    def word(self, start: int) -> int:
        """A number or a literal, or what stands where one should."""
        number = _NUMBER.match(self.text, start)
        if number:
            self.check_number(number)
            return number.end()
        match = _WORD.match(self.text, start)
        if match is None:
            self.refuse(start, start, "expected a value")
        word, end = match.group(), match.end()
        if word in _NOT_FINITE and self.keep_not_finite:
            return end
        if word in _NOT_FINITE:
            self.problems.add("not-finite", f"`{word}` is not a number JSON can hold", start, end)
        elif word in _FOREIGN:
            self.problems.add("json-syntax", f"`{word}` is not JSON", start, end, f"write `{_FOREIGN[word]}`")
        elif word not in _LITERALS:
            self.refuse_word(word, start)
        return end

    def check_number(self, match: re.Match[str]) -> None:
        try:
            if match.group(1) or match.group(2):
                exact(match.group())
            else:
                whole(match.group())
        except (ValueError, ArithmeticError):
            self.problems.add(
                "number-range", "the number is out of range", match.start(), match.end(), RANGE_HINT
            )

    def refuse_word(self, word: str, start: int) -> NoReturn:
        if word[0].isalpha() or word[0] == "_":
            message, hint = f"{shown(word)} is not a JSON value", "texts are written in double quotes"
        else:
            message, hint = f"{shown(word)} is not a JSON number", "written as in 0.5, -1 or 2e10"
        self.problems.stop("json-syntax", message, start, start + len(word), hint)

    def refuse_string(self, start: int) -> NoReturn:
        match = _STRING_PART.match(self.text, start)
        at = match.end() if match else start + 1
        char = self.text[at : at + 1]
        if char == "\\" and at + 1 < len(self.text):
            message = f"`{self.text[at : at + 2]}` is not an escape JSON knows"
            self.problems.stop("json-syntax", message, at, at + 2, "a backslash itself is written `\\\\`")
        if char == "\t":
            self.problems.stop("json-syntax", "a tab inside a text", at, at + 1, "write `\\t`")
        if char and char not in "\\\r\n":
            self.problems.stop("json-syntax", "a control character inside a text", at, at + 1)
        self.problems.stop("json-syntax", 'the text is not closed: no `"` before the line ends', start, at)

    def refuse_key(self, start: int, at: int) -> NoReturn:
        match = _WORD.match(self.text, at)
        if match:
            hint = "keys are written in double quotes"
            name = shown(match.group())
            self.problems.stop("json-syntax", f"expected a key, found {name}", at, match.end(), hint)
        self.refuse(start, at, "expected a key in double quotes")

    def refuse(self, start: int, at: int, message: str) -> NoReturn:
        if at >= len(self.text):
            opened = self.text[start : start + 1]
            line = self.problems.line_of(start)
            inside = f": `{opened}` on line {line} is not closed" if opened in ("{", "[") else ""
            end = len(self.text.rstrip())
            self.problems.stop("json-syntax", f"the file ends too early{inside}", end, end)
        char = self.text[at]
        hint = ""
        if char in "/#":
            hint = "JSON has no comments"
        elif char == "'":
            hint = "texts are written in double quotes"
        self.problems.stop("json-syntax", f"{message}, found {shown(char)}", at, at + 1, hint)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
