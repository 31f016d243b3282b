"""JSON or YAML that stands as a text inside another document, read with positions in the outer file.

SageMaker keeps a model card as JSON text in a field of JSON, MLflow a signature as JSON text in a field of YAML, and
an annotation of a Kubernetes object may hold a whole manifest. What is read there stands in the outer document's value
in place of the text, under the same path, and its spans are those of the file that was submitted.

>>> from aims_policy.source import read_bytes
>>> [outer] = read_bytes(b'{"card": "{\\\\"owner\\\\": \\\\"Ada\\\\"}"}', file="card.json")
>>> document = unfold(outer, ("card",))
>>> document.value
{'card': {'owner': 'Ada'}}
>>> document.span(("card", "owner"))
Span(line=1, column=23, end_line=1, end_column=30)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import at
from aims_policy.source.json_text import parse_json
from aims_policy.source.scalars import alignment
from aims_policy.source.text import SourceError, SourceText
from aims_policy.source.yaml_text import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.source.document import Document, Path
    from aims_policy.source.text import Span

_JSON = re.compile(r"\s*+[\[{]")


class Nested:
    """A document with another one unfolded at a path of it. Immutable; positions are mapped when first asked for."""

    __slots__ = ("_inner", "_map", "_outer", "_path", "digest", "file", "format", "text", "value")

    file: str
    text: str
    value: Any
    digest: str
    format: str

    def __init__(self, outer: Document | Nested, path: Path, inner: Document | Nested) -> None:
        self._outer = outer
        self._path = path
        self._inner = inner
        self._map: Sequence[int] | None = None
        self.file = outer.file
        self.text = outer.text
        self.digest = outer.digest
        self.format = outer.format
        self.value = _replaced(outer.value, path, inner.value)

    def span(self, path: Path) -> Span:
        """Of the value at the path, in the outer file; of the nearest ancestor that exists where it does not."""
        return self._outer.between(*self.offsets(path))

    def key_span(self, path: Path) -> Span:
        """Of the mapping key the path ends with; of the item for a list, of an ancestor if absent."""
        return self._outer.between(*self.key_offsets(path))

    def offsets(self, path: Path) -> tuple[int, int]:
        """Where `span` begins and ends, in code points of the outer text."""
        below = self._below(path)
        return self._outer.offsets(path) if not below else self._mapped(*self._inner.offsets(below))

    def key_offsets(self, path: Path) -> tuple[int, int]:
        """Where `key_span` begins and ends, in code points of the outer text."""
        below = self._below(path)
        return self._outer.key_offsets(path) if not below else self._mapped(*self._inner.key_offsets(below))

    def between(self, start: int, end: int) -> Span:
        """The span from one offset of the outer text to another."""
        return self._outer.between(start, end)

    def line(self, number: int) -> str:
        """The text of a line of the outer file, without its end."""
        return self._outer.line(number)

    def forget_positions(self) -> None:
        """Let go of the positions; they are found again when asked for."""
        self._map = None
        self._inner.forget_positions()
        self._outer.forget_positions()

    def unfolded(self, path: Path, keep_not_finite: bool) -> Nested:
        """This document with the text at another path unfolded as well, also one inside what was unfolded."""
        below = self._below(path)
        if not below:
            return Nested(self, path, _read(self, path, keep_not_finite))
        inner = unfold(self._inner, below, keep_not_finite=keep_not_finite)
        return Nested(self._outer, self._path, inner)

    def _below(self, path: Path) -> Path:
        """The rest of a path that leads into what was unfolded, else ()."""
        return path[len(self._path) :] if path[: len(self._path)] == self._path else ()

    def _mapped(self, start: int, end: int) -> tuple[int, int]:
        if self._map is None:
            self._map = _alignment(self._outer, self._path, self._inner.text)
        return self._map[start], self._map[end]


class Part:
    """One value of a document, seen as a document of its own: what is inside another file's field or list."""

    __slots__ = ("_path", "_whole", "digest", "file", "format", "text", "value")

    def __init__(self, whole: Document | Nested, path: Path) -> None:
        self._whole = whole
        self._path = path
        self.file = whole.file
        self.text = whole.text
        self.digest = whole.digest
        self.format = whole.format
        self.value = _at(whole.value, path)

    def span(self, path: Path) -> Span:
        """Of the value at a path that begins at the part, in the file."""
        return self._whole.span((*self._path, *path))

    def key_span(self, path: Path) -> Span:
        """Of the mapping key a path that begins at the part ends with."""
        return self._whole.key_span((*self._path, *path))

    def line(self, number: int) -> str:
        """The text of a line of the file, without its end."""
        return self._whole.line(number)

    def forget_positions(self) -> None:
        """Let go of the positions; they are found again when asked for."""
        self._whole.forget_positions()


def unfold(document: Document | Nested, path: Path = (), *, keep_not_finite: bool = False) -> Nested:
    """The document with the text at the path read as JSON, or as YAML where it does not begin as JSON does.

    `keep_not_finite` is that of `read_bytes`. Raises SourceError, with places in the outer file, where the text is
    neither.
    """
    if isinstance(document, Nested):
        return document.unfolded(path, keep_not_finite)
    return Nested(document, path, _read(document, path, keep_not_finite))


def is_folded(value: Any) -> bool:
    """Whether a value is a text that holds a JSON object or list.

    >>> is_folded(' {"a": 1}'), is_folded("{model}"), is_folded(3)
    (True, False, False)
    """
    return type(value) is str and re.match(r'\s*+(?:\{\s*+["}]|\[\s*+[\[{"\]])', value) is not None


def _read(outer: Document | Nested, path: Path, keep_not_finite: bool) -> Document:
    text = _at(outer.value, path)
    if type(text) is not str:
        raise TypeError(f"there is no text at {path}")
    try:
        if _JSON.match(text):
            return parse_json(text, outer.file, digest=outer.digest, keep_not_finite=keep_not_finite)
        return parse_yaml(text, outer.file, digest=outer.digest, keep_not_finite=keep_not_finite)[0]
    except SourceError as error:
        places = _Places(outer, path, text)
        raise SourceError(tuple(places.outside(one) for one in error.diagnostics)) from None


class _Places:
    """Diagnostics of the inner text, told of the outer file."""

    def __init__(self, outer: Document | Nested, path: Path, text: str) -> None:
        self._outer = outer
        self._source = SourceText(outer.file, text)
        self._map = _alignment(outer, path, text)

    def outside(self, problem: Diagnostic) -> Diagnostic:
        # Of a text as a whole (that it is empty) no line is told.
        offset = self._source.offset(problem.line, problem.column) if problem.line else 0
        last = min(offset + max(1, problem.length), len(self._map) - 1)
        span = self._outer.between(self._map[offset], self._map[last])
        hint = re.sub(r"on line (\d+)", lambda m: f"on line {self._line(int(m[1]))}", problem.help)
        return at(self._outer, span, problem.code, problem.message, help=hint)

    def _line(self, number: int) -> int:
        offset = self._map[self._source.offset(number, 1)]
        return self._outer.between(offset, offset).line


def _alignment(outer: Document | Nested, path: Path, text: str) -> Sequence[int]:
    return alignment(outer.text, *outer.offsets(path), text)


def _replaced(value: Any, path: Path, new: Any) -> Any:
    """The value with another one at the path; what is beside the path is shared."""
    if not path:
        return new
    copy: Any = dict(value) if type(value) is dict else list(value)
    copy[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copy


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value
