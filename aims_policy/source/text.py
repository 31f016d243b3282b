"""The text of a file: offsets become lines and columns, and problems are collected with their places."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from itertools import accumulate
from typing import NoReturn

from aims_policy.diagnostics import Diagnostic, at, render_all
from aims_policy.named_tuple import NamedTuple

MAX_DEPTH = 100
"""Nesting of lists and mappings that is read; real documents stay below 20."""

MAX_NODES = 1_000_000
"""Values in one file: ten megabytes of `- 1` would need gigabytes of memory otherwise."""

MAX_DIGITS = 4_300
"""Digits of a number, as Python's own int() limits them."""

_MAX_PROBLEMS = 100
_LINE_END = re.compile(r"\r\n|\r|\n")


class Span(NamedTuple):
    """A piece of text. Lines and columns count from 1, columns in code points; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class SourceError(Exception):
    """A text could not be read; `diagnostics` says why, every problem that could be found at once."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return render_all(self.diagnostics)


class SourceText:
    """A file's text and the lines in it. `first_line` is the file's number of the text's first line."""

    __slots__ = ("_starts", "file", "first_line", "text")

    def __init__(self, file: str, text: str, first_line: int = 1) -> None:
        self.file = file
        self.text = text
        self.first_line = first_line
        self._starts: list[int] | None = None

    def span(self, start: int, end: int) -> Span:
        """The span from one offset of the text to another."""
        starts = self._line_starts()
        line = bisect_right(starts, start)
        end_line = bisect_right(starts, end, line - 1)
        shift = self.first_line - 1
        return Span(
            line + shift,
            start - starts[line - 1] + 1,
            end_line + shift,
            end - starts[end_line - 1] + 1,
        )

    def offset(self, line: int, column: int) -> int:
        """The offset of a place; the end of the text for one behind it."""
        starts = self._line_starts()
        index = line - self.first_line
        return min(starts[index] + column - 1, len(self.text)) if index < len(starts) else len(self.text)

    def line(self, number: int) -> str:
        """The text of a line of the file without its end; "" for a line that is not there."""
        starts = self._line_starts()
        index = number - self.first_line
        if not 0 <= index < len(starts):
            return ""
        end = starts[index + 1] if index + 1 < len(starts) else len(self.text)
        return self.text[starts[index] : end].rstrip("\r\n")

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = _line_starts(self.text)
        return self._starts


class Problems:
    """What is wrong in one text. Collected, so that a reader learns of everything at once."""

    __slots__ = ("_found", "_source", "text")

    def __init__(self, source: SourceText) -> None:
        self.text = source.text
        self._source = source
        self._found: list[Diagnostic] = []

    def add(self, code: str, message: str, start: int, end: int, hint: str = "") -> None:
        """Raises SourceError itself when there are so many problems that more would help nobody."""
        span = self._source.span(start, end)
        self._found.append(at(self._source, span, code, message, help=hint))
        if len(self._found) >= _MAX_PROBLEMS:
            self.raise_all()

    def stop(self, code: str, message: str, start: int, end: int, hint: str = "") -> NoReturn:
        self.add(code, message, start, end, hint)
        self.raise_all()

    def line_of(self, offset: int) -> int:
        return self._source.span(offset, offset).line

    def raise_all(self) -> NoReturn:
        raise SourceError(tuple(self._found))

    def __bool__(self) -> bool:
        return bool(self._found)


def digest_of(data: bytes) -> str:
    """The digest by which files, bundles and decisions are known: "sha256:<hex>"."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_of_text(source: SourceText) -> str:
    """The digest of a text that came without bytes. Raises SourceError for text that no file can hold."""
    try:
        return digest_of(source.text.encode())
    except UnicodeEncodeError as error:
        problems = Problems(source)
        problems.stop("lone-surrogate", "half of a surrogate pair is not text", error.start, error.start + 1)


def refuse_empty(file: str) -> NoReturn:
    raise SourceError((Diagnostic("empty-file", "the file is empty", file),))


def shown(name: str) -> str:
    """A name from a file, in backquotes, at a length fit for a message."""
    return f"`{name}`" if len(name) <= 60 else f"`{name[:57]}…`"


def _line_starts(text: str) -> list[int]:
    if "\r" in text:
        return [0, *[match.end() for match in _LINE_END.finditer(text)]]
    lengths = [len(line) + 1 for line in text.split("\n")]
    return list(accumulate(lengths[:-1], initial=0))
