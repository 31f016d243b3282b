"""A document against its model: pydantic finds what is wrong, this says where and what to do."""

from __future__ import annotations

import types
import typing
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from aims_policy.source import Document

M = TypeVar("M", bound=BaseModel)


def validated(
    document: Document, model: type[M], *, value: Any = None, within: tuple[str | int, ...] = ()
) -> M:
    """The document (or the ``value`` found at path ``within`` of it) as ``model``.

    Raises PolicyError with every error at once, each at its own place.
    """
    subject = document.value if value is None else value
    if not isinstance(subject, dict):
        found = at(
            document,
            document.span(within),
            "not-a-mapping",
            f"a {model.__name__.removesuffix('Document')} is a mapping of fields, and this is none",
        )
        raise PolicyError((found,))
    try:
        return model.model_validate(subject)
    except ValidationError as error:
        raise PolicyError(_diagnostic(document, model, dict(e), within) for e in error.errors()) from None


_KEY = "[key]"  # how pydantic says that a mapping's key is meant and not its value


def _diagnostic(
    document: Document, model: type[BaseModel], error: dict[str, Any], within: tuple[str | int, ...]
) -> Diagnostic:
    loc = tuple(step for step in error["loc"] if step != _KEY)
    path = within + loc
    kind = error["type"]
    if kind == "extra_forbidden":
        candidates = _fields_at(model, loc[:-1])
        guess = nearest(str(loc[-1]), candidates)
        hint = f"did you mean `{guess}`?" if guess else f"fields here: {', '.join(candidates)}"
        return at(
            document, document.key_span(path), "unknown-field", f"`{loc[-1]}` is not a field here", help=hint
        )
    if kind == "missing":
        return at(
            document,
            document.key_span(path[:-1]),
            "missing-field",
            f"`{loc[-1]}` is required and not given",
            help=f"add `{loc[-1]}:`",
        )
    on_key = _KEY in error["loc"]
    span = document.key_span(path) if on_key else document.span(path)
    if kind == "literal_error":
        given = str(error["input"])
        choices = [c.strip(" '") for c in error["ctx"]["expected"].replace(" or ", ", ").split(",")]
        guess = nearest(given, choices)
        hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join(choices)}"
        return at(
            document,
            span,
            "unknown-choice",
            f"`{given}` is not allowed {'here' if on_key else f'for `{_name(loc)}`'}",
            help=hint,
        )
    if kind == "string_pattern_mismatch":
        return at(
            document,
            span,
            "bad-form",
            f"`{error['input']}` does not have the form of `{_name(loc)}`",
            help=f"it must match {error['ctx']['pattern']}",
        )
    message = str(error["msg"])
    return at(document, span, "wrong-value", f"`{_name(loc)}`: {message[:1].lower()}{message[1:]}")


def _name(loc: tuple[str | int, ...]) -> str:
    names = [step for step in loc if isinstance(step, str)]
    return names[-1] if names else "value"


def _fields_at(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The field names that pydantic would have accepted at ``loc``."""
    current: Any = model
    for step in loc:
        current = _unwrapped(current)
        if isinstance(step, str) and isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(step)
            current = field.annotation if field is not None else None
        elif typing.get_origin(current) in (list, dict):
            current = typing.get_args(current)[-1]
    current = _unwrapped(current)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return list(current.model_fields)
    return []


def _unwrapped(annotation: Any) -> Any:
    """The annotation without ``None`` and without Annotated."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        else:
            return annotation
