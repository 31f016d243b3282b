"""Which types each operator takes, and what it makes of them. Stricter than rule_engine: no truthiness, no
mixing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.types import (
    BOOLEAN,
    BYTES,
    DURATION,
    MOMENT,
    NUMBER,
    TEXT,
    comparable,
    join,
    ordered,
    set_of,
)

if TYPE_CHECKING:
    from aims_policy.language.types import Type

_SUMS = {
    ("number", "number"): NUMBER,
    ("text", "text"): TEXT,
    ("bytes", "bytes"): BYTES,
    ("moment", "duration"): MOMENT,
    ("duration", "moment"): MOMENT,
    ("duration", "duration"): DURATION,
}
_DIFFERENCES = {
    ("number", "number"): NUMBER,
    ("moment", "moment"): DURATION,
    ("moment", "duration"): MOMENT,
    ("duration", "duration"): DURATION,
}
_NUMBERS = {("number", "number"): NUMBER}


class Mismatch(Exception):  # noqa: N818 - becomes a problem with a place
    """An operator does not take these types."""

    def __init__(self, message: str, help_: str = "") -> None:
        super().__init__(message)
        self.help = help_


def arithmetic(op: str, left: Type, right: Type) -> Type:
    table = {"+": _SUMS, "-": _DIFFERENCES}.get(op, _NUMBERS)
    result = table.get((left.kind, right.kind))
    if result is None:
        raise _mismatch(op, left, right)
    return result


def bitwise(op: str, left: Type, right: Type) -> Type:
    if left.kind == right.kind == "number":
        return NUMBER
    if left.kind == right.kind == "set" and op in ("&", "|", "^"):
        return set_of(join(left.item, right.item))
    raise _mismatch(op, left, right)


def equality(op: str, left: Type, right: Type) -> Type:
    if comparable(left, right):
        return BOOLEAN
    if "null" in (left.kind, right.kind):
        help_ = "evidence that is not given is missing, never null; `a ?? b` says what to take instead"
        raise Mismatch(f"{_other(left, right)} is never null, so `{op}` has nothing to compare", help_)
    if left == right:
        raise Mismatch(f"`{op}` does not compare {left}", "compare the parts that matter")
    raise _mismatch(op, left, right)


def ordering(op: str, left: Type, right: Type) -> Type:
    if left.kind == right.kind and ordered(left) and ordered(right) and comparable(left, right):
        return BOOLEAN
    raise _mismatch(op, left, right)


def membership(member: Type, container: Type) -> Type:
    if container.kind in ("text", "bytes"):
        fits = member == container
    else:
        fits = container.kind in ("list", "set", "map") and comparable(member, container.item)
    if fits:
        return BOOLEAN
    if container.kind in ("list", "set", "map"):
        raise Mismatch(f"`in` looks for {member} among {container}")
    raise Mismatch(f"`in` looks in a list, set, map or text, not in {container}")


def matching(op: str, subject: Type) -> Type:
    if subject != TEXT:
        raise Mismatch(f"`{op}` matches text, and this is {subject}")
    return BOOLEAN


def _other(left: Type, right: Type) -> Type:
    return right if left.kind == "null" else left


def _mismatch(op: str, left: Type, right: Type) -> Mismatch:
    for type_ in (left, right):
        if type_.kind == "any":
            help_ = "give the value a type, or compare it with `==`"
            return Mismatch(f"`{op}` needs operands whose type is known", help_)
    if left == right:
        return Mismatch(f"`{op}` does not take {left}")
    help_ = ""
    if {left.kind, right.kind} == {"text", "number"}:
        help_ = "`.to_flt` makes a number of a text, `.to_str` a text of a number"
    if {left.kind, right.kind} == {"text", "moment"}:
        help_ = 'a moment is written d"2026-01-31"'
    if {left.kind, right.kind} == {"moment", "number"} or {left.kind, right.kind} == {"duration", "number"}:
        help_ = 'a duration is written t"P30D"; `.days` of a duration is a number'
    if (left.kind == "record") != (right.kind == "record"):
        help_ = "compare one of its fields"
    return Mismatch(f"`{op}` between {left} and {right}", help_)
