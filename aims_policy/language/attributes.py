"""The attributes of plain values, as rule_engine has them: `.length`, `.as_lower`, `.days`,
`.starts_with(…)`.

A table from the kind of value to its attributes. A record's fields are not attributes; a record has none.
"""

from __future__ import annotations

import ast
import binascii
import math
import re
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from aims_policy.language.operations import BITS, Refused
from aims_policy.language.types import BOOLEAN, BYTES, MOMENT, NUMBER, TEXT, Type, function, list_of, set_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

ENCODINGS: Final = ("utf-8", "ascii", "latin-1", "hex", "base16", "base64")
"""What `.encode(…)` and `.decode(…)` may name. Python's other codecs include decompressors."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Kept as text, as rules read it seldom and compiling it is dear to a program's start.
_NUMERAL = (
    r"(0(b[01]+|o[0-7]+|x[0-9a-fA-F]+)|[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|\.[0-9]+([eE][+-]?[0-9]+)?)$"
)


class Attribute(NamedTuple):
    result: Callable[[Type], Type]
    """From the type of the value to the type of its attribute."""
    read: Callable[[Any], Any]


def attributes_of(type_: Type) -> dict[str, Attribute]:
    """The attributes that values of this type have."""
    return ATTRIBUTES.get(type_.kind, {})


def read(kind: str, name: str) -> Callable[[Any], Any]:
    """The function that reads an attribute from a value of a kind."""
    return ATTRIBUTES[kind][name].read


def _fixed(type_: Type) -> Callable[[Type], Type]:
    return lambda _: type_


def _element(owner: Type) -> Type:
    return {"text": TEXT, "bytes": NUMBER}.get(owner.kind) or owner.item


def _affix(name: str) -> Callable[[Type], Type]:
    return lambda owner: function(name, (owner,), BOOLEAN)


def _count(value: Any) -> Decimal:
    return Decimal(len(value))


def _number(value: float) -> Decimal:
    return Decimal(repr(value))


def _integer(value: Decimal) -> Decimal:
    if not math.isfinite(value) or value != value.to_integral_value():
        raise Refused(f"{value} is not an integer number")
    return value


def _rounded(operation: Callable[[Decimal], int], value: Decimal) -> Decimal:
    if not value.is_finite():
        return value
    if value.adjusted() > BITS:
        raise Refused("the number is too large to be rounded")
    return Decimal(operation(value))


def _to_number(value: str) -> Decimal:
    value = value.strip()
    if re.match(r"-?inf", value):
        return Decimal(value)
    if not re.match(_NUMERAL, value):
        return Decimal("nan")
    number = ast.literal_eval(value)
    return Decimal(number) if isinstance(number, int) else _number(number)


def _to_text(value: Decimal) -> str:
    if value.is_nan():
        return "nan"
    if value.is_infinite():
        return "-inf" if value.is_signed() else "inf"
    return str(value)


def _zone(value: datetime) -> str:
    if value.utcoffset():
        raise Refused("a moment away from UTC has no zone name")
    return "UTC"


def _members(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bytes):
        return tuple(map(Decimal, value))
    return tuple(sorted(value)) if isinstance(value, set) else tuple(value)


def _member_set(value: Any) -> set[Any]:
    return set(map(Decimal, value)) if isinstance(value, bytes) else set(value)


def _encoded(value: str, encoding: str) -> bytes:
    if encoding in ("hex", "base16"):
        return binascii.a2b_hex(value.encode())
    return binascii.a2b_base64(value.encode()) if encoding == "base64" else value.encode(encoding)


def _decoded(value: bytes, encoding: str) -> str:
    if encoding in ("hex", "base16"):
        return binascii.b2a_hex(value).decode()
    return binascii.b2a_base64(value).decode().strip() if encoding == "base64" else value.decode(encoding)


def _starts(value: Any, prefix: Any) -> bool:
    return bool(value[: len(prefix)] == prefix)


def _ends(value: Any, suffix: Any) -> bool:
    # From the front, and an over-long suffix wraps round exactly as it does in rule_engine.
    return bool(value[len(value) - len(suffix) :] == suffix)


def _seconds(value: timedelta) -> Decimal:
    return _number(value.total_seconds())


_SIZED = {
    "length": Attribute(_fixed(NUMBER), _count),
    "is_empty": Attribute(_fixed(BOOLEAN), lambda value: len(value) == 0),
}
_COLLECTED = {
    "to_ary": Attribute(lambda owner: list_of(_element(owner)), _members),
    "to_set": Attribute(lambda owner: set_of(_element(owner)), _member_set),
}
_AFFIXED = {
    "starts_with": Attribute(_affix("starts_with"), lambda value: partial(_starts, value)),
    "ends_with": Attribute(_affix("ends_with"), lambda value: partial(_ends, value)),
}


def _part(name: str) -> Attribute:
    return Attribute(_fixed(NUMBER), lambda value: Decimal(getattr(value, name)))


ATTRIBUTES: Final[dict[str, dict[str, Attribute]]] = {
    "text": {
        **_SIZED,
        **_COLLECTED,
        **_AFFIXED,
        "as_lower": Attribute(_fixed(TEXT), str.lower),
        "as_upper": Attribute(_fixed(TEXT), str.upper),
        "encode": Attribute(
            _fixed(function("encode", (TEXT,), BYTES)), lambda value: partial(_encoded, value)
        ),
        "to_flt": Attribute(_fixed(NUMBER), _to_number),
        "to_int": Attribute(_fixed(NUMBER), lambda value: _integer(_to_number(value))),
        "to_str": Attribute(_fixed(TEXT), lambda value: value),
    },
    "number": {
        "ceiling": Attribute(_fixed(NUMBER), lambda value: _rounded(math.ceil, value)),
        "floor": Attribute(_fixed(NUMBER), lambda value: _rounded(math.floor, value)),
        "is_nan": Attribute(_fixed(BOOLEAN), Decimal.is_nan),
        "to_flt": Attribute(_fixed(NUMBER), lambda value: value),
        "to_int": Attribute(_fixed(NUMBER), _integer),
        "to_str": Attribute(_fixed(TEXT), _to_text),
    },
    "moment": {
        "date": Attribute(
            _fixed(MOMENT), lambda value: value.replace(hour=0, minute=0, second=0, microsecond=0)
        ),
        "day": _part("day"),
        "hour": _part("hour"),
        "microsecond": _part("microsecond"),
        "millisecond": Attribute(_fixed(NUMBER), lambda value: _number(value.microsecond / 1000)),
        "minute": _part("minute"),
        "month": _part("month"),
        "second": _part("second"),
        "to_epoch": Attribute(_fixed(NUMBER), lambda value: _number(value.timestamp())),
        "weekday": Attribute(_fixed(TEXT), lambda value: _WEEKDAYS[value.weekday()]),
        "year": _part("year"),
        "zone_name": Attribute(_fixed(TEXT), _zone),
    },
    "duration": {
        "days": _part("days"),
        "seconds": _part("seconds"),
        "microseconds": _part("microseconds"),
        "total_seconds": Attribute(_fixed(NUMBER), _seconds),
    },
    "bytes": {
        **_SIZED,
        **_COLLECTED,
        **_AFFIXED,
        "decode": Attribute(
            _fixed(function("decode", (TEXT,), TEXT)), lambda value: partial(_decoded, value)
        ),
    },
    "list": {**_SIZED, **_COLLECTED, **_AFFIXED},
    "set": {**_SIZED, **_COLLECTED},
    "map": {
        **_SIZED,
        "keys": Attribute(lambda owner: list_of(owner.item), lambda value: tuple(value.keys())),
        "values": Attribute(lambda owner: list_of(owner.value), lambda value: tuple(value.values())),
    },
}
