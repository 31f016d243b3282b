"""The syntax tree of a checked expression. Knows nothing of the parser, so that a cached bundle can explain
itself.

kind           value             children
literal        the constant      -
name           section           -
variable       loop variable     -
builtin        name without `$`  -
list, set      -                 the elements
map            -                 key, value, key, value, …
field          field of a record object
attribute      attribute name    object
item           -                 container, index or key
slice          -                 container, start, stop   (a null literal where not given)
not, negate    -                 operand
and, or        -                 two or more operands, in order
compare        == != < <= > >=   left, right
in, not in     -                 member, container
match          =~ =~~ !~ !~~     text, pattern (a text literal)
arithmetic     + - * / // % **   left, right
bitwise        & | ^ << >>       left, right
choose         -                 condition, then, otherwise
coalesce       -                 left, right
nothing        -                 object      (safe navigation from a null: always null)
comprehension  loop variable     iterable, element[, condition]
call           -                 function, arguments …
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from aims_policy.language import types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.language.types import Type

_LEAVES = ("literal", "name", "variable", "builtin")
_VALUES = ("list", "set", "map", "field", "attribute", "item", "slice", "nothing", "comprehension", "call")
_OPERATORS = ("not", "negate", "and", "or", "compare", "in", "not in", "match", "arithmetic", "bitwise")
KINDS: Final = frozenset((*_LEAVES, *_VALUES, *_OPERATORS, "choose", "coalesce"))


class Node:
    """One node of the tree; immutable. `start` and `end` are offsets into the expression's text.

    `meaning` and `charged` are what `untraced` has found out of it.
    """

    __slots__ = ("charged", "children", "end", "kind", "meaning", "start", "type", "value")

    def __init__(
        self, kind: str, value: Any, children: tuple[Node, ...], type_: Type, start: int, end: int
    ) -> None:
        self.kind: Final = kind
        self.value: Final = value
        self.children: Final = children
        self.type: Final = type_
        self.start: Final = start
        self.end: Final = end
        self.meaning: Callable[[Any], Any] | None = None
        self.charged: frozenset[int] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and to_plain(self) == to_plain(other)

    def __hash__(self) -> int:
        return hash((self.kind, self.start, self.end, self.children))

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.children))
        return f"{self.kind}{'' if self.value is None else f':{self.value!r}'}({inner})"


class Expression:
    """A checked expression: its text, tree, type, and the evidence it can read (`a.b`, `a.list[].c`)."""

    __slots__ = ("reads", "root", "text", "type")

    def __init__(self, text: str, root: Node, reads: tuple[str, ...]) -> None:
        self.text: Final = text
        self.root: Final = root
        self.type: Final = root.type
        self.reads: Final = reads

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.text == other.text and self.root == other.root

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"<Expression {self.text!r}: {self.type}>"

    def source(self, node: Node) -> str:
        """The part of the text that `node` was written as."""
        return self.text[node.start : node.end]


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, outermost first."""
    yield node
    for child in node.children:
        yield from walk(child)


def to_plain(node: Node) -> tuple[Any, ...]:
    """The tree as nested tuples of what `marshal` can write.

    Kinds of constants that marshal does not know are spelt out. Types lose the fields of records; nothing
    that evaluates a tree needs them.
    """
    children = tuple(map(to_plain, node.children))
    return (node.kind, _plain_constant(node.value), children, types.to_plain(node.type), node.start, node.end)


def from_plain(plain: tuple[Any, ...]) -> Node:
    kind, value, children, type_, start, end = plain
    return Node(kind, _constant(value), tuple(map(from_plain, children)), types.from_plain(type_), start, end)


def expression_to_plain(expression: Expression) -> tuple[Any, ...]:
    return (expression.text, to_plain(expression.root), expression.reads)


def expression_from_plain(plain: tuple[Any, ...]) -> Expression:
    text, root, reads = plain
    return Expression(text, from_plain(root), reads)


def _plain_constant(value: Any) -> Any:
    if isinstance(value, Decimal):
        return ("number", str(value))
    if isinstance(value, datetime):
        offset = value.utcoffset() or timedelta()
        naive = value.replace(tzinfo=None).isoformat()
        return ("moment", naive, offset.days * 86400 + offset.seconds)
    if isinstance(value, timedelta):
        return ("duration", value.days, value.seconds, value.microseconds)
    return value


def _constant(plain: Any) -> Any:
    if not isinstance(plain, tuple):
        return plain
    if plain[0] == "number":
        return Decimal(plain[1])
    if plain[0] == "moment":
        zone = timezone(timedelta(seconds=plain[2])) if plain[2] else UTC
        return datetime.fromisoformat(plain[1]).replace(tzinfo=zone)
    return timedelta(plain[1], plain[2], plain[3])
