"""A document against its model: pydantic finds what is wrong, this says where and what to do."""

from __future__ import annotations

import types
import typing
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from aims_policy.diagnostics import Diagnostic, at, nearest, safe
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.errors import PolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    if value is None:
        _check_kind(document, model)
    try:
        return model.model_validate(subject)
    except ValidationError as error:
        raise PolicyError(_diagnostics(document, model, error, within)) from None


_BELONGS = {
    "Policy": "a policy is named under `policies` in aims.yaml",
    "PolicyTest": "name it as its policy with `.test.yaml`: `own.test.yaml` beside `own.yaml`",
    "RiskAppetite": "a risk appetite is named under `appetite` in aims.yaml",
    "Waivers": "a waiver file is named under `waivers` in aims.yaml",
    "Workspace": "a workspace is found by its name, `aims.yaml`",
    "StatementOfApplicability": "a Statement of Applicability is named under `statement` in aims.yaml",
    **dict.fromkeys(
        ("Model", "Dataset", "AISystem", "Supplier", "Organization"),
        "a manifest is named under `inventory` in aims.yaml",
    ),
}
"""Where each kind of file belongs."""


def _check_kind(document: Located, model: type[BaseModel]) -> None:
    """A file of another kind is wrong for that alone, and not for each of its fields."""
    (wanted,) = typing.get_args(model.model_fields["kind"].annotation)
    given = document.value.get("kind")
    if isinstance(given, str) and given != wanted and given in _BELONGS:
        message = f"this is a file of kind {given}, and one of kind {wanted} is expected here"
        raise PolicyError(
            (at(document, document.span(("kind",)), "other-kind", message, help=_BELONGS[given]),)
        )


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


class _Wrong(NamedTuple):
    """One error of pydantic's, with its path in the model and in the document."""

    document: Located
    model: type[BaseModel]
    error: dict[str, Any]
    loc: tuple[str | int, ...]
    path: tuple[str | int, ...]

    @property
    def on_key(self) -> bool:
        return _KEY in self.error["loc"]

    @property
    def name(self) -> str:
        """Of the field, whether an entry of it is wrong or itself."""
        names = [step for step in self.loc if isinstance(step, str)]
        return names[-1] if names else "value"

    def told(self, code: str, message: str, hint: str = "") -> Diagnostic:
        document = self.document
        span = document.key_span(self.path) if self.on_key else document.span(self.path)
        return at(document, span, code, message, help=hint)


def _diagnostic(
    document: Located, model: type[BaseModel], error: dict[str, Any], within: tuple[str | int, ...]
) -> Diagnostic:
    loc = tuple(step for step in error["loc"] if step != _KEY)
    wrong = _Wrong(document, model, error, loc, within + loc)
    return _TELLING.get(error["type"], _other)(wrong)


def _unknown_field(wrong: _Wrong) -> Diagnostic:
    name, candidates = wrong.loc[-1], _fields_at(wrong.model, wrong.loc[:-1])
    guess = nearest(str(name), candidates)
    hint = f"did you mean `{guess}`?" if guess else f"fields here: {', '.join(candidates)}"
    span = wrong.document.key_span(wrong.path)
    return at(wrong.document, span, "unknown-field", f"`{name}` is not a field here", help=hint)


def _missing_field(wrong: _Wrong) -> Diagnostic:
    name, span = wrong.loc[-1], wrong.document.key_span(wrong.path[:-1])
    message = f"`{name}` is required and not given"
    return at(wrong.document, span, "missing-field", message, help=f"add `{name}:`")


def _unknown_choice(wrong: _Wrong) -> Diagnostic:
    given = str(wrong.error["input"])
    choices = [c.strip(" '") for c in wrong.error["ctx"]["expected"].replace(" or ", ", ").split(",")]
    guess = nearest(given, choices)
    hint = f"did you mean `{guess}`?" if guess else f"one of: {', '.join(choices)}"
    where = "here" if wrong.on_key else f"for `{wrong.name}`"
    return wrong.told("unknown-choice", f"`{given}` is not allowed {where}", hint)


def _bad_form(wrong: _Wrong) -> Diagnostic:
    message = f"`{wrong.error['input']}` does not have the form of `{wrong.name}`"
    return wrong.told("bad-form", message, _form_of(wrong.name, wrong.error["ctx"]["pattern"]))


def _wrong_type(wrong: _Wrong) -> Diagnostic:
    kind, given = wrong.error["type"], wrong.error["input"]
    message = f"`{wrong.name}` is {_in_words(given)}; {_WANTED[kind]} is expected"
    return wrong.told("wrong-type", message, _as_wanted(kind, given))


def _too_short(wrong: _Wrong) -> Diagnostic:
    entries = wrong.error["type"] == "too_short"
    one, many = ("entry", "entries") if entries else ("character", "characters")
    message = f"`{wrong.name}` is {'empty' if not wrong.error['input'] else 'too short'}"
    return wrong.told("wrong-value", message, _needed(wrong.error["ctx"]["min_length"], one, many))


def _other(wrong: _Wrong) -> Diagnostic:
    message = str(wrong.error["msg"])
    return wrong.told("wrong-value", f"`{wrong.name}`: {message[:1].lower()}{message[1:]}")


_WANTED = {
    "list_type": "a list",
    "string_type": "a text",
    "dict_type": "a mapping of fields",
    "model_type": "a mapping of fields",
    "bool_type": "`true` or `false`",
    "int_type": "a whole number",
}
_TELLING: dict[str, Callable[[_Wrong], Diagnostic]] = {
    "extra_forbidden": _unknown_field,
    "missing": _missing_field,
    "literal_error": _unknown_choice,
    "string_pattern_mismatch": _bad_form,
    "too_short": _too_short,
    "string_too_short": _too_short,
    **dict.fromkeys(_WANTED, _wrong_type),
}
"""By pydantic's type of an error."""

_RULE = "a control, a slash and a few words with hyphens, as A.7.5/sources-recorded"
_DAY = "a date, as 2026-06-01, or with a time, as 2026-06-01T12:00:00Z"
_FORMS = {
    "id": _RULE,
    "rule": _RULE,
    "rules": _RULE,
    **dict.fromkeys(("control", "controls"), "a control, as A.7.5, or one of your own, as OWN.1"),
    "assets": "a kind in small letters, a slash and the name, as model/credit-scorer",
    **dict.fromkeys(("granted", "expires", "at", "approved_on"), _DAY),
}


def _form_of(name: str, pattern: str) -> str:
    """What a text must look like, by an example where there is one."""
    return f"write {_FORMS[name]}" if name in _FORMS else f"it must match {pattern}"


def _in_words(value: Any) -> str:
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
