"""A Markdown card as a document: YAML front matter, and the sections of the body with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.diagnostics import at
from aims_policy.source import MAX_BYTES, SourceError, SourceText, Span, decode, digest_of, parse_yaml

if TYPE_CHECKING:
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
    """A heading with what stands between it and the next one: lines of prose, and the items among them."""

    __slots__ = ("_items", "heading", "level", "lines")

    def __init__(self, heading: Piece, level: int) -> None:
        self.heading = heading
        self.level = level
        self.lines: list[Piece] = []
        self._items: list[tuple[int, list[str]]] = []

    @property
    def items(self) -> list[Piece]:
        """Bullets without their marks, and paragraphs."""
        return [Piece(start, "\n".join(lines)) for start, lines in self._items]

    def begin_item(self, start: int, text: str) -> None:
        self._items.append((start, [text]))

    def continue_item(self, text: str) -> None:
        self._items[-1][1].append(text)

    def has_items(self) -> bool:
        return bool(self._items)


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
                    "lines": [p.text for p in s.lines],
                    "items": [p.text for p in s.items],
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
        pieces = (
            {"lines": section.lines, "items": section.items}.get(str(path[2]), []) if len(path) > 2 else []
        )
        index = path[3] if len(path) > 3 and isinstance(path[3], int) else 0
        return pieces[index] if index < len(pieces) else section.heading


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
    problem = at(_Lines(source), span, "front-matter", "the front matter is never closed", help=hint)
    raise SourceError((problem,))


class _Lines:
    def __init__(self, source: SourceText) -> None:
        self.file = source.file
        self.line = source.line


def _front(text: str, file: str, start: int, end: int) -> Document | None:
    content = [line.strip() for line in text[start:end].splitlines()]
    if all(not line or line.startswith("#") or line in ("null", "~", "{}") for line in content):
        return None
    # What stands before is blanked, so that every offset is the file's own.
    [document, *_] = parse_yaml(_NOT_END.sub(" ", text[:start]) + text[start:end], file, format="markdown")
    if type(document.value) is not dict:
        span = document.span(())
        raise SourceError(
            (at(document, span, "front-matter", "the front matter is not a mapping of fields"),)
        )
    return document


def _sections(text: str, rest: int) -> list[Section]:
    """Comments are guidance for authors and no content, and neither is code."""
    body = text[:rest] + _COMMENT.sub(lambda m: _NOT_END.sub(" ", m.group()), text[rest:])
    sections = [Section(Piece(rest, ""), 0)]
    fence, joined = "", False
    for match in _LINE.finditer(body, rest):
        line = match.group(1)
        mark = _FENCE.match(line)
        if mark or fence:
            fence = _fenced(fence, mark.group(1) if mark else "")
            joined = False
            continue
        heading = _HEADING.match(line)
        if heading:
            sections.append(
                Section(Piece(match.start() + heading.start(2), heading.group(2)), len(heading.group(1)))
            )
            joined = False
        else:
            joined = _add(sections[-1], line, match.start(), joined)
    return sections


def _fenced(fence: str, mark: str) -> str:
    """The fence that is open after a line."""
    if not fence:
        return mark
    return "" if mark[:1] == fence[0] and len(mark) >= len(fence) else fence


def _add(section: Section, line: str, start: int, joined: bool) -> bool:
    """Add a line of prose; whether the next line may continue its item."""
    text = line.strip()
    if not text:
        return False
    indent = len(line) - len(line.lstrip())
    section.lines.append(Piece(start + indent, text))
    bullet = _BULLET.match(line)
    if bullet:
        section.begin_item(start + bullet.end(), line[bullet.end() :].rstrip())
    elif joined and section.has_items():
        section.continue_item(text)
    else:
        section.begin_item(start + indent, text)
    return True
