"""Regular expressions in an organization's own JSON Schemas, held to what rules are held to: none may run away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.language.patterns import trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document

_VALUES = frozenset(["const", "default", "enum", "examples"])
"""Keywords that hold values, and no schemas."""


def unsafe_patterns(schema: Document) -> Iterator[Diagnostic]:
    """What is wrong with the patterns of a schema, each at its place."""
    yield from _in_schema(schema, schema.value, ())


def _in_schema(schema: Document, value: Any, path: Steps) -> Iterator[Diagnostic]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _in_schema(schema, item, (*path, index))
    if not isinstance(value, dict):
        return
    for keyword, inner in value.items():
        here = (*path, keyword)
        if keyword in _VALUES:
            continue
        if keyword in ("properties", "$defs", "definitions", "patternProperties") and isinstance(inner, dict):
            for name, item in inner.items():  # names of fields, which may be like those of keywords
                if keyword == "patternProperties":
                    yield from _judged(schema, name, (*here, name), on_key=True)
                yield from _in_schema(schema, item, (*here, name))
        elif keyword == "pattern" and isinstance(inner, str):
            yield from _judged(schema, inner, here)
        else:
            yield from _in_schema(schema, inner, here)


def _judged(schema: Document, pattern: str, path: Steps, *, on_key: bool = False) -> Iterator[Diagnostic]:
    reason = trouble(pattern, search=True)
    if reason is not None:
        span = schema.key_span(path) if on_key else schema.span(path)
        hint = "use a simpler pattern, or several"
        yield at(schema, span, "bad-pattern", f"this pattern is refused: {reason}", help=hint)
