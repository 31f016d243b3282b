"""Where manifest types meet the language: the names that a rule may use, and their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language import types as t

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCALARS = {
    "text": t.TEXT,
    "prose": t.TEXT,
    "choice": t.TEXT,
    "reference": t.TEXT,
    "party": t.TEXT,
    "number": t.NUMBER,
    "boolean": t.BOOLEAN,
    "moment": t.MOMENT,
    "any": t.ANY,
}

UPSTREAM = t.record(
    "upstream",
    {
        "count": t.NUMBER,
        "assets": t.list_of(
            t.record(
                "upstream asset",
                {
                    "ref": t.TEXT,
                    "kind": t.TEXT,
                    "name": t.TEXT,
                    "relation": t.TEXT,
                    "verdict": t.TEXT,
                    "failing": t.list_of(t.TEXT),
                    "path": t.TEXT,
                    "version": t.TEXT,
                    "digest": t.TEXT,
                    "tier": t.TEXT,
                },
            )
        ),
    },
)


def scopes(shapes: Mapping[str, Any], appetite: t.Type) -> dict[str, dict[str, t.Type]]:
    """For each kind of manifest the names in scope of a rule that applies to it."""
    shared = {
        "appetite": appetite,
        "upstream": UPSTREAM,
        "organization": _organization(shapes["Organization"]),
    }
    return {kind: {**_sections(shape), **shared} for kind, shape in shapes.items()}


def _sections(shape: Any) -> dict[str, t.Type]:
    return {name: type_of(inner) for name, inner in shape[2].items()}


def _organization(shape: Any) -> t.Type:
    return t.record("organization", _sections(shape))


def type_of(shape: Any) -> t.Type:
    """The language's type of a shape."""
    head = shape[0]
    if head == "record":
        return t.record(shape[1], {name: type_of(inner) for name, inner in shape[2].items()})
    if head == "list":
        return t.list_of(type_of(shape[1]))
    if head == "map":
        return t.map_of(t.TEXT, type_of(shape[1]))
    return _SCALARS[head]
