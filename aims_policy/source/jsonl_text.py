"""JSON lines to a document: every line that is not empty is one JSON value, and the document their list.

>>> document = parse_jsonl('{"a": 1}\\n\\n{"a": 2}\\n', "log.jsonl")
>>> document.value, document.span((1, "a")).line
([{'a': 1}, {'a': 2}], 3)
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aims_policy.source.document import Document
from aims_policy.source.json_text import decode_value, is_suspect
from aims_policy.source.text import Problems, SourceText, digest_of_text, refuse_empty

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.source.document import Position

_JSON_SPACE = " \t\r\n"


def parse_jsonl(
    text: str, file: str, *, digest: str | None = None, keep_not_finite: bool = False
) -> Document:
    """The lines' values as one list. Raises SourceError as `parse_json` does, with places in the whole file."""
    source = SourceText(file, text)
    value_digest = digest_of_text(source) if digest is None else digest
    try:
        value = [decode_value(line, keep_not_finite=keep_not_finite) for line in _lines(text)]
        if is_suspect(text, value):
            _scan(source, keep_not_finite)
    except (ValueError, ArithmeticError, RecursionError):
        _scan(source, keep_not_finite)
        Problems(source).stop("json-syntax", "not valid JSON lines", 0, 1)
    if not value:
        refuse_empty(file)
    places = partial(_places, source)
    return Document(source, value, places, again=places, digest=value_digest, format="jsonl")


def is_jsonl(text: str) -> bool:
    """Whether a text means to be JSON lines: its first line is an object on its own, and another one follows."""
    lines = _lines(text)
    first, second = next(lines, ""), next(lines, "")
    if not (first.startswith("{") and second.startswith("{")):
        return False
    try:
        value: Any = decode_value(first, keep_not_finite=True)
    except (ValueError, ArithmeticError, RecursionError):
        return False
    return type(value) is dict


def _lines(text: str) -> Iterator[str]:
    """The lines that say something; JSON's own white space is stripped, and no other line end ends a line."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start:end].strip(_JSON_SPACE)
        if line:
            yield line
        start = end + 1


def _scan(source: SourceText, keep_not_finite: bool) -> None:
    from aims_policy.source.json_scan import scan_lines

    scan_lines(source, keep_not_finite=keep_not_finite)


def _places(source: SourceText) -> Position:
    from aims_policy.source.json_places import places_of_lines

    return places_of_lines(source)
