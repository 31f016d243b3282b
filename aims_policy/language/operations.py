"""What both evaluators do with values once they are read: the operators that Python does not bound by itself.

Cheap to import. Every function raises `Refused` for what has no value, and a `LookupError` (which `Missing`
is) for what is not there.
"""

from __future__ import annotations

import math
import operator
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import TYPE_CHECKING, Any, Final

from aims_policy.limits import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from aims_policy.language.nodes import Node

ELEMENTS: Final = 10_000
"""Elements one comprehension or `$range` goes through."""
WORK: Final = 2_000_000
"""Elements and characters that an expression goes through again and again inside of its comprehensions."""
EXPONENT: Final = 1_000
BITS: Final = 1_000

_SIZED = frozenset({"text", "bytes", "list", "set", "map"})
_WRITTEN_OUT = frozenset({"literal", "list", "set", "map"})
_PARTS = frozenset({"field", "item", "slice"})
_NO_LARGER = _PARTS | {"attribute", "comprehension"}
_NOT_LONGER = frozenset({"as_lower", "as_upper", "keys", "values", "to_ary", "to_set", "to_str"})
_CONSTANT_TIME = frozenset({"length", "is_empty", "to_str", "starts_with", "ends_with", "encode", "decode"})

_ARITHMETIC = Context(
    prec=28, Emax=999_999, Emin=-999_999, traps=[InvalidOperation, DivisionByZero, Overflow]
)


class Missing(LookupError):  # noqa: N818 - named for what is the case
    """Evidence is not there.

    A builtin raises it with what is missing below one of its arguments: `Missing("[0].value", argument=0)`.
    The evaluators raise it with whole paths.
    """

    def __init__(self, *paths: str, argument: int | None = None) -> None:
        self.paths = paths
        self.argument = argument

    def __str__(self) -> str:
        return ", ".join(self.paths)


class Refused(Exception):  # noqa: N818 - named for what happens, as `Missing` is
    """An operation has no value for these operands: the outcome is an error."""


def arithmetic() -> AbstractContextManager[Context]:
    """The decimal context rules are evaluated in: 28 digits, half to even. Enter it once per manifest."""
    return localcontext(_ARITHMETIC)


def charged(node: Node, own: str) -> tuple[Node, ...]:
    """The children of a node whose sizes count as work, where the node stands inside a comprehension.

    What belongs to the elements of the loop variable `own` does not: see `own_variable`.
    """
    return tuple(
        child
        for child in _counted(node)
        if child.type.kind in _SIZED and not (own and _stem(child, _NO_LARGER) == ("variable", own))
    )


def _counted(node: Node) -> tuple[Node, ...]:
    """The operands that are gone through, and can be of any size."""
    children = node.children
    if node.kind == "comprehension":
        return children[:1]  # also one that is written out: loops in each other multiply
    if node.kind == "call" and children[0].kind == "builtin" and children[0].value in ("all", "any"):
        # What a loop made was counted when the loop went through its list, and is told as it is made.
        counted = tuple([child for child in children[1:] if child.kind != "comprehension"])
    elif node.kind == "slice":
        counted = children[:1]
    elif node.kind in ("in", "not in"):
        counted = children[1:]
    elif node.kind in ("match", "arithmetic", "bitwise") or (
        node.kind == "compare" and children[0].type.items
    ):
        counted = children
    elif node.kind == "attribute":
        counted = () if node.value in _CONSTANT_TIME else children
    else:
        counted = children[1:] if node.kind == "call" else ()
    return tuple([child for child in counted if child.kind not in _WRITTEN_OUT])


def own_variable(loop: Node, outer: str | None) -> str:
    """The variable of a comprehension over evidence that is gone through only once, or "".

    All elements together are no more than the evidence, as is what belongs to them, so going through it is no
    more work than reading it was. Such a loop goes through evidence itself (`outer` is None: it is in no other
    loop) or through what belongs to the elements of such a loop (whose variable is `outer`).
    """
    kind, name = _stem(loop.children[0], _PARTS)
    belongs = kind == "name" if outer is None else outer != "" and (kind, name) == ("variable", outer)
    return str(loop.value) if belongs else ""


def _stem(node: Node, kinds: frozenset[str]) -> tuple[str, Any]:
    """Kind and value of what a node is a part of."""
    while node.kind in kinds and (node.kind != "attribute" or node.value in _NOT_LONGER):
        node = node.children[0]
    return node.kind, node.value


def charge(budget: list[int], values: Any) -> Any:
    """The values themselves, after taking their number from the work still allowed."""
    budget[0] -= len(values)
    if budget[0] < 0:
        raise Refused(f"more than {WORK:,} steps inside comprehensions")
    return values


def in_order(values: Any) -> Any:
    """A set's elements in one definite order, so that the same inputs give the same decision."""
    return sorted(values)


def whole(value: Decimal) -> int:
    """An index or slice bound; cut off beyond any length, so that making it an integer costs nothing."""
    try:
        known = _SMALL.get(value)  # a third of what making one takes: nearly all are steps of a risk matrix
        if known is not None:
            return known
        if value.adjusted() < 18:  # which those that are not finite are, too
            number = int(value)
            if number == value:
                return number
        elif value == value.to_integral_value():
            return -(2**62) if value < 0 else 2**62
    except (TypeError, ValueError, OverflowError):  # TypeError: a signalling NaN cannot be looked up
        pass
    raise Refused(f"{value} is not an integer number")


_SMALL: Final = {Decimal(number): number for number in range(-1, 32)}


def natural(value: Decimal) -> int:
    if not math.isfinite(value) or value < 0 or value != value.to_integral_value():
        raise Refused(f"{value} is not a natural number")
    if value.adjusted() > BITS:
        raise Refused("the number is too large for a bitwise operation")
    return int(value)


class _TooLong:
    """Stands for a list that is too long to be gone through."""

    def __iter__(self) -> Iterator[Any]:
        raise Refused(f"a list of more than {ELEMENTS:,} elements")


TOO_LONG: Final = _TooLong()


def power(left: Decimal, right: Decimal) -> Decimal:
    if abs(right) > EXPONENT:
        raise Refused(f"an exponent beyond {EXPONENT:,}")
    return left**right


def bits_and(left: Decimal, right: Decimal) -> Decimal:
    return Decimal(natural(left) & natural(right))


def bits_or(left: Decimal, right: Decimal) -> Decimal:
    return Decimal(natural(left) | natural(right))


def bits_xor(left: Decimal, right: Decimal) -> Decimal:
    return Decimal(natural(left) ^ natural(right))


def shift_left(left: Decimal, right: Decimal) -> Decimal:
    number, places = natural(left), natural(right)
    if places > BITS:
        raise Refused(f"a shift by more than {BITS:,} bits")
    return Decimal(number << places)


def shift_right(left: Decimal, right: Decimal) -> Decimal:
    number, places = natural(left), natural(right)
    return Decimal(number >> min(places, 10 * BITS))


def same(left: Any, right: Any) -> bool:
    """Equality between values of unknown types: values of two types are never equal."""
    return type(left) is type(right) and bool(left == right)


def limit(appetite: Any, fields: tuple[str, ...]) -> Any:
    """A value of the appetite, None where it has none: what compiled rules read once and not for each manifest."""
    value = appetite
    for field in fields:
        value = value.get(field) if isinstance(value, dict) else None
    return value


def exact(value: Any) -> Any:
    """A number as an integer if it is one: beside an integer Python compares that faster, to the same result."""
    is_short = isinstance(value, Decimal) and value.is_finite() and value.adjusted() < 18
    return int(value) if is_short and value == value.to_integral_value() else value


class Pattern:
    """A regular expression, compiled when first used, tried on texts of bounded length only."""

    __slots__ = ("_compiled", "source")

    def __init__(self, source: str) -> None:
        self.source: Final = source
        self._compiled: re.Pattern[str] | None = None

    def match(self, text: str) -> bool:
        return self._ready(text).match(text) is not None

    def search(self, text: str) -> bool:
        return self._ready(text).search(text) is not None

    def _ready(self, text: str) -> re.Pattern[str]:
        if len(text) > SUBJECT:
            raise Refused(f"a pattern tried on {len(text):,} characters; the limit is {SUBJECT:,}")
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled


def moment(text: str, offset: int) -> datetime:
    """A constant of compiled code: ISO text without a zone, and the zone in seconds east of UTC."""
    zone = timezone(timedelta(seconds=offset)) if offset else UTC
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": same,
    "!=": lambda left, right: not same(left, right),
}
ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": power,
}
BITWISE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "&": bits_and,
    "|": bits_or,
    "^": bits_xor,
    "<<": shift_left,
    ">>": shift_right,
}
ON_SETS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
