"""An organization's own fields under ``extensions:``: typed by its own JSON Schema.

From the schema come a shape, so that rules can read the fields, and a check of the values. References go to the
schema itself only: nothing is fetched.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.limits import SUBJECT
from aims_policy.manifest.native.walk import Fault
from aims_policy.manifest.paths import path_text
from aims_policy.manifest.placeholders import absence, no_value
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from aims_policy.manifest.native.shape import Shape
    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document

_PLAIN: dict[str, Shape] = {"string": ("text",), "boolean": ("boolean",)}
_MOMENTS = ("date", "date-time")
_DEEPEST = 20


def with_extensions(shape: Shape, schema: Document) -> Shape:
    """A kind's shape with ``extensions`` typed. Raises SourceError where the schema itself is wrong."""
    problems = list(_problems(schema))
    if problems:
        raise SourceError(tuple(problems))
    name = f"{shape[1]} extensions"
    typed = shape_of(schema.value, name)
    return (shape[0], shape[1], {**shape[2], "extensions": typed})


def shape_of(schema: Any, name: str = "extensions") -> Shape:
    """The shape that a JSON Schema describes; ``("any",)`` for what shapes cannot say.

    >>> shape_of({"type": "object", "properties": {"cost": {"type": "number", "minimum": 0}}})
    ('record', 'extensions', {'cost': ('number', 0, None, False)}, True)
    """
    return _shape(schema, schema, name, 0)


def _shape(schema: Any, root: Any, name: str, depth: int) -> Shape:
    schema = _resolved(schema, root)
    if (
        type(schema) is not dict
        or depth > _DEEPEST
        or any(w in schema for w in ("anyOf", "oneOf", "not", "if"))
    ):
        return ("any",)
    words = schema.get("enum", [schema["const"]] if "const" in schema else None)
    if type(words) is list:
        return ("choice", tuple(words)) if words and all(type(w) is str for w in words) else ("any",)
    kind = schema.get("type", "object" if "properties" in schema else None)
    if type(kind) is list:
        kind = next((k for k in kind if k != "null"), None) if len(set(kind) - {"null"}) == 1 else None
    if kind == "object":
        return _object(schema, root, name, depth)
    if kind == "array":
        return ("list", _shape(schema["items"], root, name, depth + 1)) if "items" in schema else ("any",)
    if kind in ("number", "integer"):
        return ("number", _limit(schema.get("minimum")), _limit(schema.get("maximum")), kind == "integer")
    if kind == "string" and schema.get("format") in _MOMENTS:
        return ("moment",)
    return _PLAIN.get(kind, ("any",)) if type(kind) is str else ("any",)


def _object(schema: dict[str, Any], root: Any, name: str, depth: int) -> Shape:
    fields, others = schema.get("properties"), schema.get("additionalProperties", True)
    if fields:
        typed = {f: _shape(s, root, f"{name}.{f}", depth + 1) for f, s in fields.items()}
        return ("record", name, typed) if others is False else ("record", name, typed, True)
    return ("map", _shape(others, root, name, depth + 1)) if type(others) is dict else ("any",)


def _resolved(schema: Any, root: Any) -> Any:
    """What a reference within the schema leads to; itself if it is none."""
    for _ in range(_DEEPEST):
        if type(schema) is not dict or type(schema.get("$ref")) is not str:
            return schema
        target: Any = root
        for step in schema["$ref"].removeprefix("#").split("/")[1:]:
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if type(target) is dict else None
        schema = target
    return None


def _limit(value: Any) -> int | None:
    """A whole bound; any other is left to the schema's own check."""
    return int(value) if type(value) in (int, Decimal) and value == int(value) else None


def violations(
    schema_text: str, value: Any, gaps: Mapping[Steps, str], reported: Container[Steps]
) -> list[Fault]:
    """What the schema says against the value of ``extensions``; gaps are no evidence and are not judged."""
    from jsonschema.exceptions import best_match

    path: Steps = ("extensions",)
    too_long = _long_name(value, path)
    if too_long is not None:
        return [Fault("out-of-range", too_long, f"a field's name has more than {SUBJECT:,} characters")]
    validator = _validator(_read(schema_text))
    faults: list[Fault] = []
    for error in validator.iter_errors(_plain(value)):
        steps = (*path, *error.absolute_path)
        if steps in reported or steps in gaps or _is_gap(error.instance):
            continue
        reason = best_match([error, *(error.context or ())]) or error
        faults.append(Fault("extension-invalid", steps, f"`{path_text(steps)}`: {_sentence(reason.message)}"))
    return faults


def _is_gap(value: Any) -> bool:
    return value is None or (type(value) is str and bool(absence(value) or no_value(value)))


def _sentence(message: str) -> str:
    line = message.split("\n", 1)[0]
    return line if len(line) <= 200 else f"{line[:197]}…"


def _validator(schema: Any) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend, validator_for
    from referencing import Registry

    kind = validator_for(schema, default=Draft202012Validator)
    guarded: Any = extend(kind, {"pattern": _pattern})  # type: ignore[no-untyped-call] # untyped there
    # With a registry of its own the validator asks no network for what a reference names.
    return guarded(schema, registry=Registry())


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[Any]:
    """As the keyword has it; that the pattern does not run away was seen for texts of a bounded length only."""
    from jsonschema.exceptions import ValidationError

    if not validator.is_type(instance, "string"):
        return
    if len(instance) > SUBJECT:
        yield ValidationError(f"{len(instance):,} characters; a pattern is tried on {SUBJECT:,} at most")
    elif not re.search(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _long_name(value: Any, path: Steps) -> Steps | None:
    """Where a field's name is longer than patterns are tried on."""
    if type(value) is dict:
        for name in value:
            if len(name) > SUBJECT:
                return path
    pairs = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    return next((found for key, item in pairs if (found := _long_name(item, (*path, key)))), None)


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        from aims_policy.source import parse_yaml

        return _plain(parse_yaml(text, "extensions")[0].value)


def _plain(value: Any) -> Any:
    """With the number types that jsonschema knows."""
    if type(value) is dict:
        return {key: _plain(item) for key, item in value.items()}
    if type(value) is list:
        return [_plain(item) for item in value]
    if type(value) is Decimal:
        return int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    return value


def _problems(schema: Document) -> Iterator[Diagnostic]:
    """Why a schema cannot type extensions."""
    value = _plain(schema.value)
    if type(value) is not dict:
        yield _at(schema, (), "bad-schema", "a JSON Schema is a mapping")
        return
    for error in _schema_errors(value):
        yield _at(schema, tuple(error.absolute_path), "bad-schema", _sentence(error.message))
    kind = value.get("type", "object")
    if kind != "object":
        yield _at(
            schema, ("type",), "bad-schema", "`extensions` is a mapping: the schema's type must be `object`"
        )
    yield from _outward(schema, schema.value, (), value)


def _schema_errors(value: dict[str, Any]) -> list[Any]:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    kind = validator_for(value, default=Draft202012Validator)
    return sorted(kind(kind.META_SCHEMA).iter_errors(value), key=lambda e: [str(s) for s in e.absolute_path])


def _outward(schema: Document, value: Any, path: Steps, root: Any) -> Iterator[Diagnostic]:
    """References that lead out of the schema, or nowhere."""
    if type(value) is dict:
        target = value.get("$ref")
        if type(target) is str and not target.startswith("#"):
            hint = "nothing is fetched: write it into `$defs`"
            yield _at(schema, (*path, "$ref"), "bad-schema", f"`{target[:80]}` lies outside the schema", hint)
        elif type(target) is str and _resolved({"$ref": target}, root) is None:
            yield _at(schema, (*path, "$ref"), "bad-schema", f"`{target[:80]}` leads nowhere")
    pairs = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for key, item in pairs:
        yield from _outward(schema, item, (*path, key), root)


def _at(schema: Document, path: Steps, code: str, message: str, hint: str = "") -> Diagnostic:
    return at(schema, schema.span(path), code, message, help=hint)
