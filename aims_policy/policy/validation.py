"""A document against its model: pydantic finds what is wrong, this says where and what to do."""

from __future__ import annotations

import types
import typing
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from aims_policy.diagnostics import Diagnostic, at, nearest, safe
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

M = TypeVar("M", bound=BaseModel)


def validated(
    document: Located, model: type[M], *, value: Any = None, within: tuple[str | int, ...] = ()
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
        raise PolicyError(_diagnostics(document, model, error, within)) from None


def _diagnostics(
    document: Located, model: type[BaseModel], error: ValidationError, within: tuple[str | int, ...]
) -> Iterator[Diagnostic]:
    """Each error once: a field that is only misspelt is not missing as well."""
    errors: list[dict[str, Any]] = [dict(e) for e in error.errors()]
    meant = {
        (*e["loc"][:-1], nearest(str(e["loc"][-1]), _fields_at(model, e["loc"][:-1])))
        for e in errors
        if e["type"] == "extra_forbidden"
    }
    for e in errors:
        if e["type"] != "missing" or e["loc"] not in meant:
            yield _diagnostic(document, model, e, within)


_KEY = "[key]"  # how pydantic says that a mapping's key is meant and not its value


def _diagnostic(
    document: Located, model: type[BaseModel], error: dict[str, Any], within: tuple[str | int, ...]
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
            help=_form_of(_name(loc), error["ctx"]["pattern"]),
        )
    wanted = _WANTED.get(kind)
    if wanted is not None:
        message = f"`{_name(loc)}` is {_told(error['input'])}; {wanted} is expected"
        return at(document, span, "wrong-type", message, help=_as_wanted(kind, error["input"]))
    if kind in ("too_short", "string_too_short"):
        words = ("entry", "entries") if kind == "too_short" else ("character", "characters")
        message = f"`{_name(loc)}` is {'empty' if not error['input'] else 'too short'}"
        return at(document, span, "wrong-value", message, help=_needed(error["ctx"]["min_length"], *words))
    message = str(error["msg"])
    return at(document, span, "wrong-value", f"`{_name(loc)}`: {message[:1].lower()}{message[1:]}")


_WANTED = {
    "list_type": "a list",
    "string_type": "a text",
    "dict_type": "a mapping of fields",
    "model_type": "a mapping of fields",
    "bool_type": "`true` or `false`",
    "int_type": "a whole number",
}
_RULE = "a control, a slash and a few words with hyphens, as A.7.5/sources-recorded"
_DAY = "a date, as 2026-06-01, or with a time, as 2026-06-01T12:00:00Z"
_FORMS = {
    "id": _RULE,
    "rule": _RULE,
    "rules": _RULE,
    "controls": "a control, as A.7.5, or one of your own, as OWN.1",
    "assets": "a kind in small letters, a slash and the name, as model/credit-scorer",
    "granted": _DAY,
    "expires": _DAY,
    "at": _DAY,
}


def _form_of(name: str, pattern: str) -> str:
    """What a text must look like, by an example where there is one."""
    return f"write {_FORMS[name]}" if name in _FORMS else f"it must match {pattern}"


def _told(value: Any) -> str:
    """What stands there, in words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str):
        return f"the text `{safe(value[:60])}`"
    return (
        "a list"
        if isinstance(value, list)
        else "a mapping"
        if isinstance(value, dict)
        else f"the number {value}"
    )


def _as_wanted(kind: str, value: Any) -> str:
    """The same value as it is to be written, where one can tell."""
    plain = isinstance(value, str) and value.replace("/", "").replace(".", "").replace("-", "").isalnum()
    if kind == "list_type" and plain:
        return f"write [{value}]"
    if kind == "string_type" and isinstance(value, int | Decimal):
        return f'write "{str(value).lower() if isinstance(value, bool) else value}", in quotes'
    return ""


def _needed(number: int, one: str, many: str) -> str:
    return f"at least 1 {one} is needed" if number == 1 else f"at least {number} {many} are needed"


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
