"""The body of a Markdown text by its headings: what stands below each, as prose and as items, and where."""

from __future__ import annotations

import re
from bisect import bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_MARK = re.compile(r"\n {0,3}(?=[#`~])(?:(#{1,6})[ \t]++([^\n]*+)|(```++|~~~++)[^\n]*+)")
"""A line that is a heading, or begins or ends code. What it begins with is searched for fast."""
_AFTER_HEADING = ("#", " ", "\t")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_NOT_END = re.compile(r"[^\r\n]")
"""What is blanked where a part is taken out, so that every offset stays the file's own."""
_START = attrgetter("start")


def sections_of(text: str, rest: int) -> list[Section]:
    """The sections of a text, of which the body begins at an offset; before its first heading stands one without.

    Comments are guidance for authors and no content, and neither is code.
    """
    text = "\n" + text[rest:]
    if "<!--" in text:
        text = _COMMENT.sub(lambda m: _NOT_END.sub(" ", m.group()), text)
    # Empty lines matter to prose alone, so that elsewhere any line end may be one of these.
    lined, shift = text.replace("\r", "\n") if "\r" in text else text, rest - 1
    body = _Body(text, lined, shift)
    sections = [Section("", rest, 0, body)]
    start, fence, stretches = 0, "", sections[0].stretches
    for match in _MARK.finditer(lined):
        hashes, heading, mark = match.groups()
        at, end = match.span()
        if hashes and not fence:
            stretches.append((start, at))
            heading_at = shift + end - len(heading)
            if heading[-1:] in _AFTER_HEADING:
                heading = heading.rstrip(" \t").rstrip("#").rstrip(" \t")
            section = Section(heading, heading_at, len(hashes), body)
            sections.append(section)
            start, stretches = end, section.stretches
        elif mark and not fence:
            stretches.append((start, at))
            fence = mark
        elif mark and mark[0] == fence[0] and len(mark) >= len(fence):
            fence, start = "", end
    if not fence:
        stretches.append((start, len(text)))
    return sections


def sections_with(pattern: re.Pattern[str], body: list[Section]) -> list[int]:
    """Which sections have a line in which the pattern is found: the body is searched once, for all of them.

    A line end stands before each line there, the first as well.
    """
    whole = body[0].body if body else _Body("", "", 0)
    found: dict[int, None] = {}
    for match in pattern.finditer(whole.lined):
        place = match.start()
        index = max(bisect_right(body, place + whole.shift, key=_START) - 1, 0)
        if body[index].has(place):
            found[index] = None
    return list(found)


class Piece(NamedTuple):
    """A piece of text and the offset in the file where it begins."""

    start: int
    text: str


class _Body:
    """What stands below the front matter, in one piece for all of its sections.

    `text` is as it is written, without comments, and `lined` the same with but one kind of line ends; in the file its
    first character stands at `shift`.
    """

    __slots__ = ("_holds", "lined", "shift", "text")

    _holds: tuple[str, str, bool]

    def __init__(self, text: str, lined: str, shift: int) -> None:
        self.text = text
        self.lined = lined
        self.shift = shift
        self._holds = ("", "", True)

    def holds(self, marks: str, words: str) -> bool:
        """Whether the marks, or the words (of ASCII) in any case, stand anywhere in it."""
        if self._holds[:2] != (marks, words):
            # As bytes, for `casefold` of a text with other letters than these takes five times as long.
            held = marks in self.lined or words.encode() in self.lined.encode("utf-8", "replace").lower()
            self._holds = (marks, words, held)
        return self._holds[2]


class Section(dict[str, Any]):
    """A heading with what stands between it and the next one: ``heading``, ``level``, ``lines`` and ``items``.

    ``lines`` are those of prose, ``items`` its bullets without their marks, and its paragraphs. Of most sections
    nobody asks for them, so they are read when they are asked for first. `stretches` is where prose may stand, as
    offsets in the body. An item is a line and those that continue it: of each only the first is kept, by its number,
    with the text that the item begins with, which is behind a bullet's mark, and the offset of that.
    """

    __slots__ = ("_firsts", "_starts", "body", "start", "stretches")

    _firsts: list[tuple[int, int, str]]

    def __init__(self, heading: str, start: int, level: int, body: _Body) -> None:
        self["heading"] = heading
        self["level"] = level
        self.start = start
        self.stretches: list[tuple[int, int]] = []
        self.body = body
        self._starts: list[int] | None = None

    def __missing__(self, key: str) -> list[str]:
        if key == "lines":
            found = self["lines"] = self._lines()
        elif key == "items":
            found = self["items"] = self._items(self["lines"])
        else:
            found = []
        return found

    def has_lines(self) -> bool:
        """Whether there is prose in it."""
        if "lines" in self:
            return bool(self["lines"])
        text = self.body.text
        return any(start < end and not text[start:end].isspace() for start, end in self.stretches)

    def holds(self, marks: str, words: str) -> bool:
        """Whether the marks, or the words in any case, stand in its prose."""
        if not self.body.holds(marks, words):  # one look, for all sections
            return False
        pieces = [self.body.lined[start:end] for start, end in self.stretches]
        return any(marks in piece or words in piece.casefold() for piece in pieces)

    def has(self, place: int) -> bool:
        """Whether an offset in the body is in its prose."""
        return any(start <= place < end for start, end in self.stretches)

    def line(self, index: int) -> Piece | None:
        lines = self["lines"]
        return Piece(self._places()[index], lines[index]) if index < len(lines) else None

    def item(self, index: int) -> Piece | None:
        items = self["items"]
        self._places()
        return Piece(self._firsts[index][1], items[index]) if index < len(items) else None

    def _lines(self) -> list[str]:
        lined = self.body.lined
        if len(self.stretches) == 1:
            [(start, end)] = self.stretches
            prose = lined[start:end].strip()
        else:
            pieces = [lined[start:end] for start, end in self.stretches if start < end]
            prose = "\n".join(pieces).strip()
        if "\n" not in prose:  # of most sections of a template: one line that says that nothing was written
            return [prose] if prose else []
        return [said for line in prose.split("\n") if (said := line.strip())]

    def _items(self, lines: list[str]) -> list[str]:
        if len(lines) == 1 and lines[0][0] == "[":
            return lines.copy()  # no bullet
        self._places()
        ends = [*(number for number, _, _ in self._firsts[1:]), len(lines)]
        return [
            text if end == number + 1 else "\n".join((text, *lines[number + 1 : end]))
            for (number, _, text), end in zip(self._firsts, ends, strict=False)
        ]

    def _places(self) -> list[int]:
        """Where each line begins. Found for those who ask for items or places: prose as a whole needs neither."""
        if self._starts is None:
            starts = self._starts = []
            self._firsts = []
            text, shift = self.body.text, self.body.shift
            for start, end in self.stretches:
                joined = False
                for place, line in _lines(text[start:end], shift + start):
                    said = line.strip()
                    if said:
                        starts.append(self._begin(line, said, place, len(starts), joined))
                    joined = bool(said)
        return self._starts

    def _begin(self, line: str, said: str, start: int, number: int, joined: bool) -> int:
        """Of a line its place. An item begins with it if it is a bullet or not joined to the one above it."""
        first = said[0]
        place = start if line[0] == first else start + line.index(first)
        bullet = _BULLET.match(line) if first in "-*+" or first.isdecimal() else None
        if bullet:
            self._firsts.append((number, start + bullet.end(), line[bullet.end() :].rstrip()))
        elif not joined:
            self._firsts.append((number, place, said))
        return place


def _lines(body: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines of a text that begins at an offset, each with its own."""
    if "\r" in body:
        yield from ((start + match.start(), match.group(1)) for match in _LINE.finditer(body))
        return
    for line in body.split("\n"):
        yield start, line
        start += len(line) + 1
