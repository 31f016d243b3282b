"""A Markdown card as a document: YAML front matter, and the sections of the body with their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.diagnostics import at
from aims_policy.source import MAX_BYTES, SourceError, SourceText, Span, decode, digest_of, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document

_OPENING = re.compile(r"\s*---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\w\"'-]+[ \t]*:")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_MARK = re.compile(r"\n {0,3}(?=[#`~])(?:(#{1,6})[ \t]++([^\n]*+)|(```++|~~~++)[^\n]*+)")
"""A line that is a heading, or begins or ends code. What it begins with is searched for fast."""
_AFTER_HEADING = ("#", " ", "\t")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_NOT_END = re.compile(r"[^\r\n]")


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


def sections_with(pattern: re.Pattern[str], body: list[Section]) -> list[int]:
    """Which sections have a line in which the pattern is found: the body is searched once, for all of them.

    A line end stands before each line there, the first as well.
    """
    whole = body[0].body if body else _Body("", "", 0)
    starts = [section.start - whole.shift for section in body]
    found: dict[int, None] = {}
    for match in pattern.finditer(whole.lined):
        place = match.start()
        index = max(bisect_right(starts, place) - 1, 0)
        if body[index].has(place):
            found[index] = None
    return list(found)


class Card:
    """Stands where a `Document` does. Its value is ``{"front_matter": …, "body": [{"heading", "lines", "items"}]}``."""

    __slots__ = ("_front", "_sections", "_source", "digest", "file", "format", "text", "value")

    def __init__(
        self, source: SourceText, front: Document | None, sections: list[Section], digest: str
    ) -> None:
        self._source = source
        self._front = front
        self._sections = sections
        self.file = source.file
        self.text = source.text
        self.digest = digest
        self.format = "markdown"
        self.value: dict[str, Any] = {
            "front_matter": front.value if front is not None else {},
            "body": sections,
        }

    def span(self, path: Steps, /) -> Span:
        """As a document's: ("front_matter", "license") or ("body", 2, "items", 0)."""
        piece = self._piece(path)
        if piece is not None:
            return self._source.span(piece.start, piece.start + len(piece.text))
        if path[:1] == ("front_matter",) and self._front is not None:
            return self._front.span(path[1:])
        return self._source.span(0, 1)

    def key_span(self, path: Steps, /) -> Span:
        if path[:1] == ("front_matter",) and self._front is not None:
            return self._front.key_span(path[1:])
        return self.span(path)

    def line(self, number: int, /) -> str:
        return self._source.line(number)

    def _piece(self, path: Steps) -> Piece | None:
        if (
            len(path) < 2
            or path[0] != "body"
            or not isinstance(path[1], int)
            or path[1] >= len(self._sections)
        ):
            return None
        section = self._sections[path[1]]
        index = path[3] if len(path) > 3 and isinstance(path[3], int) else 0
        of_kind = {"lines": section.line, "items": section.item}.get(str(path[2])) if len(path) > 2 else None
        found = of_kind(index) if of_kind is not None else None
        return Piece(section.start, section["heading"]) if found is None else found


def read_card(data: bytes, file: str, *, digest: str = "") -> Card | None:
    """The card, or None where the bytes are no Markdown.

    A name that ends in .md settles it; else there has to be front matter with headings below it. `digest` is the
    one that the card is known by, where it is not that of the bytes.
    Raises SourceError where the front matter is not closed or is wrong.
    """
    if len(data) > MAX_BYTES:
        return None
    text = decode(data, file)
    start, end, rest = _front_matter(text, file)
    if not file.lower().endswith((".md", ".markdown")):
        headed = end and any(_HEADING.match(line) for line in text[rest:].splitlines())
        if not headed or re.search(r"^apiVersion\s*:", text[start:end], re.MULTILINE):
            return None
    source = SourceText(file, text)
    digest = digest or digest_of(data)
    return Card(source, _front(text, file, start, end, digest), _sections(text, rest), digest)


def _front_matter(text: str, file: str) -> tuple[int, int, int]:
    """Where the front matter begins and ends, and where the body begins; zeros where there is none."""
    opening = _OPENING.match(text)
    if opening is None:
        return 0, 0, 0
    # From the end of the opening line, for the closing one may be the next; a line end to begin with is found fast.
    closing = _CLOSING.search(text.replace("\r\n", " \n") if "\r" in text else text, opening.end() - 1)
    if closing is not None:
        return opening.end(), closing.start() + 1, closing.end()
    if _KEY.match(text, opening.end()) is None:
        return 0, 0, 0  # a rule across the page, and no front matter
    source = SourceText(file, text)
    dashes = text.index("---")
    hint = "write `---` on a line of its own after the last field"
    span = source.span(dashes, dashes + 3)
    problem = at(_Located(source), span, "front-matter", "the front matter is never closed", help=hint)
    raise SourceError((problem,))


class _Located:
    def __init__(self, source: SourceText) -> None:
        self.file = source.file
        self.line = source.line


def _front(text: str, file: str, start: int, end: int, digest: str) -> Document | None:
    content = (line.strip() for line in text[start:end].splitlines())
    if all(not line or line.startswith("#") or line in ("null", "~", "{}") for line in content):
        return None
    # What stands before is blanked, so that every offset is the file's own.
    blanked = _NOT_END.sub(" ", text[:start]) + text[start:end]
    [document, *_] = parse_yaml(blanked, file, format="markdown", digest=digest, keep_not_finite=True)
    if type(document.value) is not dict:
        span = document.span(())
        raise SourceError(
            (at(document, span, "front-matter", "the front matter is not a mapping of fields"),)
        )
    return document


def _sections(text: str, rest: int) -> list[Section]:
    """Comments are guidance for authors and no content, and neither is code."""
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


def _lines(body: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines of a text that begins at an offset, each with its own."""
    if "\r" in body:
        yield from ((start + match.start(), match.group(1)) for match in _LINE.finditer(body))
        return
    for line in body.split("\n"):
        yield start, line
        start += len(line) + 1
