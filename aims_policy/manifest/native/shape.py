"""The shape of each kind of manifest: plain tuples derived from the pydantic models, walked without pydantic.

    ("record", name, {field: shape, ...})    ("list", shape)                  ("map", shape)  by text keys
    ("text",) or ("text", least, most)       ("choice", (text, ...))          ("number", least, most, whole)
    ("boolean",) or ("boolean", True) where true is no evidence unless it was checked here
    ("moment",)   ("any",)    ("reference", kind, relation)    ("party", relation)
    ("prose", (subject, ...))                a text that other fields, but those of its subjects, must not repeat
    ("record", name, {...}, True)            one that may have other fields, too (extensions only)

The record of a kind has the fields that rules see: ``metadata``, ``kind`` and the sections of ``spec``. Bounds are
whole numbers or None. A shape is made of what `marshal` can write, so that a cached bundle can keep it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo

Shape = tuple[Any, ...]


def shapes() -> dict[str, Shape]:
    """Kind of manifest to its shape."""
    from aims_policy.manifest.models import KINDS

    return {kind: _manifest(kind, _record(model)[2]) for kind, model in KINDS.items()}


def paths_of(shape: Shape, path: str = "") -> Iterator[str]:
    """Every path that a shape has, as reads of rules are written: ``risk.entries``, ``risk.entries[].id``."""
    yield path
    if shape[0] == "record":
        for name, field in shape[2].items():
            yield from paths_of(field, f"{path}.{name}" if path else name)
    elif shape[0] == "list":
        yield from paths_of(shape[1], f"{path}[]")


def _manifest(kind: str, fields: dict[str, Shape]) -> Shape:
    return ("record", kind, {"metadata": fields["metadata"], "kind": fields["kind"], **fields["spec"][2]})


def _record(model: type[BaseModel]) -> Shape:
    return ("record", model.__name__, {name: _field(field) for name, field in model.model_fields.items()})


def _field(field: FieldInfo) -> Shape:
    return _shape(field.annotation, list(field.metadata))


def _shape(annotation: Any, metadata: list[Any]) -> Shape:
    import types
    import typing
    from datetime import datetime
    from decimal import Decimal

    from pydantic import BaseModel

    from aims_policy.manifest.models.vocabulary import Proof

    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *more = typing.get_args(annotation)
        return _shape(inner, [*more, *metadata])
    if origin in (typing.Union, types.UnionType):
        [inner] = [a for a in typing.get_args(annotation) if a is not type(None)]
        return _shape(inner, metadata)
    if origin is list:
        return ("list", _shape(typing.get_args(annotation)[0], []))
    if origin is dict:
        value = typing.get_args(annotation)[1]
        return ("any",) if value is Any else ("map", _shape(value, []))
    if origin is typing.Literal:
        return ("choice", typing.get_args(annotation))
    if any(isinstance(mark, Proof) for mark in metadata):
        return ("boolean", True)
    if annotation is str:
        return _text(metadata)
    if annotation is Decimal:
        return ("number", _bound(metadata, "ge"), _bound(metadata, "le"), _is_whole(metadata))
    plain: dict[Any, Shape] = {bool: ("boolean",), datetime: ("moment",)}
    if annotation in plain:
        return plain[annotation]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _record(annotation)
    raise TypeError(f"a manifest field cannot be {annotation!r}")


def _text(metadata: list[Any]) -> Shape:
    from aims_policy.manifest.models.vocabulary import Party, Reference, Sentences

    for mark in metadata:
        if isinstance(mark, Sentences):
            return ("prose", mark.subjects)
        if isinstance(mark, Reference):
            return ("reference", mark.kind, mark.relation)
        if isinstance(mark, Party):
            return ("party", mark.relation)
    least, most = _bound(metadata, "min_length"), _bound(metadata, "max_length")
    return ("text",) if least is None or most is None else ("text", least, most)


def _bound(metadata: list[Any], name: str) -> int | None:
    """The constraint of that name; a Field within Annotated keeps its constraints in its own metadata."""
    for mark in metadata:
        value = getattr(mark, name, None)
        if isinstance(value, int):
            return value
        found = _bound(list(getattr(mark, "metadata", ())), name)
        if found is not None:
            return found
    return None


def _is_whole(metadata: list[Any]) -> bool:
    from pydantic import WithJsonSchema

    return any(
        isinstance(m, WithJsonSchema) and (m.json_schema or {}).get("type") == "integer" for m in metadata
    )
