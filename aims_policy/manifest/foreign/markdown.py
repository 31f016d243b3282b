"""A Markdown card as a document: YAML front matter, and the sections of the body with their places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import at
from aims_policy.manifest.foreign.sections import Piece, sections_of
from aims_policy.source import MAX_BYTES, SourceError, SourceText, Span, decode, digest_of, parse_yaml

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.sections import Section
    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document

_OPENING = re.compile(r"\s*---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"\n(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_KEY = re.compile(r"\s*(?:#[^\n]*\n\s*)*[\w\"'-]+[ \t]*:")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_NOT_END = re.compile(r"[^\r\n]")


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
    return Card(source, _front(text, file, start, end, digest), sections_of(text, rest), digest)


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
