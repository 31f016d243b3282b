"""A Markdown card as a document: YAML front matter, and the sections of the body with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.diagnostics import at
from aims_policy.source import MAX_BYTES, SourceError, SourceText, Span, decode, digest_of, parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document

_OPENING = re.compile(r"\s*---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\w\"'-]+[ \t]*:")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_BULLET = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_NOT_END = re.compile(r"[^\r\n]")


class Piece(NamedTuple):
    """A piece of text and the offset in the file where it begins."""

    start: int
    text: str


class Section:
    """A heading with what stands between it and the next one: lines of prose, and the items among them.

    An item is a line and those that continue it, so that of each only its first line is kept: its number, and where
    its text begins, which is behind a bullet's mark.
    """

    __slots__ = ("_firsts", "_starts", "heading", "level", "lines")

    def __init__(self, heading: Piece, level: int) -> None:
        self.heading = heading
        self.level = level
        self.lines: list[str] = []
        self._starts: list[int] = []
        self._firsts: list[tuple[int, Piece]] = []

    def add(self, start: int, text: str) -> None:
        """A line of prose that continues the last item."""
        self.lines.append(text)
        self._starts.append(start)

    def add_item(self, start: int, text: str, first: Piece) -> None:
        """A line that begins an item."""
        self._firsts.append((len(self.lines), first))
        self.add(start, text)

    def has_items(self) -> bool:
        return bool(self._firsts)

    def items(self) -> list[str]:
        """Bullets without their marks, and paragraphs."""
        if not self._firsts:
            return []
        ends = [*(number for number, _ in self._firsts[1:]), len(self.lines)]
        lines = self.lines
        return [
            first.text if end == number + 1 else "\n".join((first.text, *lines[number + 1 : end]))
            for (number, first), end in zip(self._firsts, ends, strict=True)
        ]

    def line(self, index: int) -> Piece | None:
        return Piece(self._starts[index], self.lines[index]) if index < len(self.lines) else None

    def item(self, index: int) -> Piece | None:
        if index >= len(self._firsts):
            return None
        return Piece(self._firsts[index][1].start, self.items()[index])


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
            "body": [
                {
                    "heading": s.heading.text,
                    "level": s.level,
                    "lines": s.lines,
                    "items": s.items(),
                }
                for s in sections
            ],
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
        return (of_kind(index) if of_kind is not None else None) or section.heading


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
    return Card(source, _front(text, file, start, end), _sections(text, rest), digest or digest_of(data))


def _front_matter(text: str, file: str) -> tuple[int, int, int]:
    """Where the front matter begins and ends, and where the body begins; zeros where there is none."""
    opening = _OPENING.match(text)
    if opening is None:
        return 0, 0, 0
    closing = _CLOSING.search(text.replace("\r\n", " \n") if "\r" in text else text, opening.end())
    if closing is not None:
        return opening.end(), closing.start(), closing.end()
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


def _front(text: str, file: str, start: int, end: int) -> Document | None:
    content = (line.strip() for line in text[start:end].splitlines())
    if all(not line or line.startswith("#") or line in ("null", "~", "{}") for line in content):
        return None
    # What stands before is blanked, so that every offset is the file's own.
    blanked = _NOT_END.sub(" ", text[:start]) + text[start:end]
    [document, *_] = parse_yaml(blanked, file, format="markdown", keep_not_finite=True)
    if type(document.value) is not dict:
        span = document.span(())
        raise SourceError(
            (at(document, span, "front-matter", "the front matter is not a mapping of fields"),)
        )
    return document


def _sections(text: str, rest: int) -> list[Section]:
    """Comments are guidance for authors and no content, and neither is code."""
    body = text[rest:]
    if "<!--" in body:
        body = _COMMENT.sub(lambda m: _NOT_END.sub(" ", m.group()), body)
    section = Section(Piece(rest, ""), 0)
    sections = [section]
    fence, joined = "", False
    for start, line in _lines(body, rest):
        said = line.strip()
        first = said[:1]
        if not first:
            joined = False
        elif (fence or first in "`~") and ((mark := _FENCE.match(line)) or fence):
            fence, joined = _fenced(fence, mark.group(1) if mark else ""), False
        elif first == "#" and (heading := _HEADING.match(line)):
            section = Section(Piece(start + heading.start(2), heading.group(2)), len(heading.group(1)))
            sections.append(section)
            joined = False
        else:
            _add(section, line, said, start, joined)
            joined = True
    return sections


def _lines(body: str, start: int) -> Iterator[tuple[int, str]]:
    """The lines of a text that begins at an offset, each with its own."""
    if "\r" in body:
        yield from ((start + match.start(), match.group(1)) for match in _LINE.finditer(body))
        return
    for line in body.split("\n"):
        yield start, line
        start += len(line) + 1


def _fenced(fence: str, mark: str) -> str:
    """The fence that is open after a line."""
    if not fence:
        return mark
    return "" if mark[:1] == fence[0] and len(mark) >= len(fence) else fence


def _add(section: Section, line: str, said: str, start: int, joined: bool) -> None:
    """Add a line of prose, which goes on with the item above it if it is joined to that and is no bullet itself."""
    first = said[0]
    at = start if line[0] == first else start + line.index(first)
    bullet = _BULLET.match(line) if first in "-*+" or first.isdecimal() else None
    if bullet:
        section.add_item(at, said, Piece(start + bullet.end(), line[bullet.end() :].rstrip()))
    elif joined and section.has_items():
        section.add(at, said)
    else:
        section.add_item(at, said, Piece(at, said))
