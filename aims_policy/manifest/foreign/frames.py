"""What APIs and scripts put around documents: a list of records, or an answer that holds one or several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.read import detected
from aims_policy.source.document import Document
from aims_policy.source.nested import Nested, Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

_OF_THE_ANSWER = frozenset(
    """ResponseMetadata meta metadata pagination paging page links _links headers status error errors
    request""".split()  # noqa: SIM905 - a list of words reads better
)
"""Fields of an answer that speak of the answer."""

_OF_A_DOCUMENT = frozenset(
    ["apiVersion", "@context", "bomFormat", "spdxVersion", "$schema", "schema_version"]
)
"""What has one of these is a document itself, of a format that is not read."""

_DEEPEST = 3
_NOT_FRAMED = frozenset(["", "kubernetes"])
"""Kubernetes has a list of objects of its own, and an object may hold a native manifest as text."""


def framed(document: Located) -> tuple[list[Part], str]:
    """The documents within one that is of no format itself, and their format; none where that is not the same."""
    own = type(document.value) is dict and not document.value.keys().isdisjoint(_OF_A_DOCUMENT)
    if own or not isinstance(document, Document | Nested):
        return [], ""
    parts: list[Part] = []
    format_ = ""
    for part, name in _parts(document, document.value, (), _DEEPEST):
        if name in _NOT_FRAMED or (parts and name != format_):
            return [], ""
        parts.append(part)
        format_ = name
    return parts, format_


def _parts(document: Document | Nested, value: Any, at: Steps, depth: int) -> Iterator[tuple[Part, str]]:
    """Each with its format, which is "" where nothing is recognised in it either."""
    for step in _inner(value):
        part = Part(document, (*at, step))
        name = _format(part) if type(part.value) is dict else ""
        if name or depth <= 1 or not _inner(part.value):
            yield part, name
        else:
            yield from _parts(document, part.value, (*at, step), depth - 1)


def _inner(value: Any) -> list[Any]:
    """The elements of a list, or the one field of a mapping that is more than a word."""
    if type(value) is list:
        return list(range(len(value)))
    if type(value) is not dict:
        return []
    found = [
        k for k, item in value.items() if type(item) in (dict, list) and item and k not in _OF_THE_ANSWER
    ]
    return found if len(found) == 1 else []


def _format(part: Part) -> str:
    found = detected(part)
    return "" if found is None else found[1]
