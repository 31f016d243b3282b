"""XML text to a document, by expat with nothing of it that reaches outside or grows: no DTD, so no entities.

An element is a dict: its attributes as ``@name``, its text as ``#text`` (white space around it removed, left out
where there is none else), its child elements as lists by tag. Prefixes are dropped, since what they stand for is
the writer's choice. The document's value is ``{tag: the root element, "#ns": its namespace or ""}``.

>>> document = parse_xml('<a xmlns="urn:x"><b n="1">text</b><b/></a>', "a.xml")
>>> document.value
{'a': {'b': [{'@n': '1', '#text': 'text'}, {}]}, '#ns': 'urn:x'}
>>> document.span(("a", "b", 0, "@n"))
Span(line=1, column=24, end_line=1, end_column=25)
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.source.document import Document
from aims_policy.source.text import MAX_DEPTH, MAX_NODES, Problems, SourceText, digest_of_text, refuse_empty

if TYPE_CHECKING:
    from xml.parsers.expat import ExpatError

    from aims_policy.source.document import Position

_ATTRIBUTE = re.compile(r"""\s++([^\s=>/"']++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_TAG = re.compile(r"<[^\s>/]++")
_DECLARED = re.compile(r"<!DOCTYPE\b")
_SEPARATOR = " "  # between a namespace and a name; neither can hold one


def parse_xml(text: str, file: str, *, digest: str | None = None) -> Document:
    """One XML document. Raises SourceError at the first place that is wrong: there is no way to read on.

    `xml-doctype` for a document type declaration, which is where entities that grow or reach outside come from.
    """
    source = SourceText(file, text)
    value_digest = digest_of_text(source) if digest is None else digest
    if not text.strip():
        refuse_empty(file)
    value, position = _read(source)
    return Document(
        source, value, position, again=partial(_positions, source), digest=value_digest, format="xml"
    )


def _positions(source: SourceText) -> Position:
    return _read(source)[1]


def _read(source: SourceText) -> tuple[dict[str, Any], Position]:
    from xml.parsers.expat import ExpatError

    reader = _Reader(source)
    try:
        reader.parse()
    except ExpatError as error:
        _refuse(reader, error)
    return reader.value, reader.position


class _Open:
    """An element whose end was not read yet."""

    __slots__ = ("members", "places", "start", "tag_end", "text")

    def __init__(self, start: int) -> None:
        self.start = start
        self.tag_end = start
        self.members: dict[str, Any] = {}
        self.places: dict[str, Position] = {}
        self.text: list[tuple[int, int, str]] = []


class _Reader:
    """Expat's events to values and positions. Offsets are code points; expat counts bytes of UTF-8."""

    def __init__(self, source: SourceText) -> None:
        from xml.parsers.expat import ParserCreate

        self.text = source.text
        self.problems = Problems(source)
        self.value: dict[str, Any] = {}
        self.position: Position = ()
        self._data = source.text.encode()
        self._ascii = len(self._data) == len(source.text)
        self._known = (0, 0)  # a byte offset and the code point there, from which later ones are counted
        self._open: list[_Open] = []
        self._nodes = 0
        # The text is decoded already, so whatever encoding it declares is overridden.
        self._parser = ParserCreate("utf-8", _SEPARATOR)
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def parse(self) -> None:
        self._parser.Parse(self._data, True)

    def error_byte(self) -> int:
        return self._parser.ErrorByteIndex

    def offset(self, byte: int) -> int:
        """The code point at a byte; those asked for come nearly in order, so counting goes on from the last."""
        if self._ascii:
            return byte
        known_byte, known = self._known if byte >= self._known[0] else (0, 0)
        at = known + len(self._data[known_byte:byte].decode(errors="replace"))
        self._known = (byte, at)
        return at

    def _doctype(self, *_declared: object) -> NoReturn:
        found = _DECLARED.search(self.text)
        start, end = found.span() if found else (0, 1)
        message = "a document type declaration (`<!DOCTYPE`) is not read"
        self.problems.stop("xml-doctype", message, start, end, "remove it, and write its entities out")

    def _start(self, name: str, attributes: list[str]) -> None:
        start = self.offset(self._parser.CurrentByteIndex)
        if len(self._open) >= MAX_DEPTH // 2:  # an element is two steps deep: its tag's list, and it
            self.problems.stop("too-deep", f"nested deeper than {MAX_DEPTH // 2} elements", start, start + 1)
        self._nodes += 1 + len(attributes) // 2
        if self._nodes > MAX_NODES:
            self.problems.stop("too-large", f"the file has more than {MAX_NODES} values", start, start + 1)
        element = _Open(start)
        if attributes:
            self._attributes(element, attributes)
        if not self._open:
            self.value["#ns"] = name.rpartition(_SEPARATOR)[0]
        self._open.append(element)

    def _attributes(self, element: _Open, attributes: list[str]) -> None:
        """Expat gives the values, the text of the tag their places, in the same order but for `xmlns`."""
        tag = _TAG.match(self.text, element.start)
        at = tag.end() if tag else element.start
        places: list[Position] = []
        while match := _ATTRIBUTE.match(self.text, at):
            at = match.end()
            if match[1] != "xmlns" and not match[1].startswith("xmlns:"):
                group = 2 if match[2] is not None else 3
                places.append((match.start(1), match.end(1), match.span(group)))
        element.tag_end = at
        given = zip(attributes[::2], attributes[1::2], places, strict=True)
        for name, value, place in given:
            key = "@" + name.rpartition(_SEPARATOR)[2]
            if key not in element.members:
                element.members[key], element.places[key] = value, place

    def _characters(self, data: str) -> None:
        stripped = data.strip()
        if self._open:
            start = self.offset(self._parser.CurrentByteIndex) if stripped else 0
            self._open[-1].text.append(
                (start + len(data) - len(data.lstrip()), start + len(data.rstrip()), data)
            )

    def _end(self, name: str) -> None:
        element = self._open.pop()
        at = self.offset(self._parser.CurrentByteIndex)
        # Of `<a/>` the end is where it starts; of `<a></a>` it is the closing tag.
        end = self.text.index(">", at if self.text.startswith("</", at) else element.tag_end) + 1
        if element.text:
            self._set_text(element)
        tag = name.rpartition(_SEPARATOR)[2]
        position = (element.start, end, element.places)
        key = (element.start + 1, element.start + 1 + len(tag))
        if self._open:
            above = self._open[-1]
            above.members.setdefault(tag, []).append(element.members)
            above.places.setdefault(tag, (*key, (element.start, end, [])))[2][2].append(position)
            return
        self.value = {tag: element.members, **self.value}
        self.position = (element.start, end, {tag: (*key, position)})

    def _set_text(self, element: _Open) -> None:
        text = "".join(data for _, _, data in element.text).strip()
        said = [(start, end) for start, end, data in element.text if data.strip()]
        if text:
            element.members["#text"] = text
            element.places["#text"] = (*said[0], (said[0][0], max(said[0][1], said[-1][1])))


def _refuse(reader: _Reader, error: ExpatError) -> NoReturn:
    from xml.parsers.expat import ErrorString

    start = min(reader.offset(reader.error_byte()), len(reader.text.rstrip()))
    reason = ErrorString(error.code) or "not well-formed"
    reader.problems.stop("xml-syntax", f"not valid XML: {reason}", start, start + 1)
