"""The reference evaluator without its trace: the same walk, for findings that are explained by what was read.

What follows from the tree alone is found out once for each node: where a way through records leads, what an operator
does, whose sizes count as work. All else is inherited, and a campaign of tests holds both to the same results.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language import builtins, operations, reference
from aims_policy.language.operations import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aims_policy.language.nodes import Expression, Node
    from aims_policy.language.results import Result

    Meaning = Callable[["_Walk"], Any]


def evaluate(expression: Expression, names: Mapping[str, Any], now: datetime) -> Result:
    """As `reference.evaluate`, with an empty trace."""
    return reference.run(_Walk(names, now, expression.text), expression.root)


class _Walk(reference.Walk):
    def value(self, node: Node) -> Any:
        return (node.meaning or _prepared(node))(self)

    def operands(self, node: Node) -> list[Any]:
        if self.own is not None and self.charged(node):
            return super().operands(node)
        values: list[Any] = []
        try:
            for child in node.children:
                values.append((child.meaning or _prepared(child))(self))  # noqa: PERF401 - those before one without a value are counted
        except Missing as absent:
            paths = self.also_missing(node.children[len(values) + 1 :])
            raise Missing(*absent.paths, *paths) from None
        return values

    def charged(self, node: Node) -> frozenset[int]:
        # By its place in the tree a node is always in the same loop.
        if node.charged is None:
            node.charged = super().charged(node)
        return node.charged


def _prepared(node: Node) -> Meaning:
    """What a node means, kept at the node."""
    special = _SPECIAL.get(node.kind)
    meaning = special(node) if special is not None else None
    if meaning is None:
        done = reference.MEANINGS[node.kind]
        meaning = lambda walk: done(walk, node)  # noqa: E731 - one of several ways to come by it
    node.meaning = meaning
    return meaning


def _literal(node: Node) -> Meaning:
    value = node.value
    return lambda _: value


def _builtin(node: Node) -> Meaning | None:
    builtin = builtins.get(node.value)
    if builtin.uses_now or builtin.type.kind != "function":
        return None
    call = builtin.call
    return lambda _: call


def _variable(node: Node) -> Meaning:
    name = node.value
    return lambda walk: walk.variables[name]


def _field(node: Node) -> Meaning:
    if reference.is_path(node):
        return _way(node)
    (child,) = node.children
    name, below = node.value, f".{node.value}"
    return lambda walk: walk.read(owner := walk.value(child), name, f"{walk.place(owner)}{below}")


def _way(node: Node) -> Meaning:
    """A section, or a way through records from there: each step is at a place that is known beforehand."""
    steps: list[tuple[str, str]] = []
    fields = [node.value]
    while node.children:
        (node,) = node.children
        fields.append(node.value)
    path = ""
    for field in reversed(fields):
        path = f"{path}.{field}" if path else field
        steps.append((field, path))
    whole = path

    def way(walk: _Walk) -> Any:
        value: Any = walk.names
        for field, path in steps:
            try:
                value = value[field]
            except LookupError:
                raise Missing(whole) from None
            if type(value) is dict:
                walk.places[id(value)] = path
            else:
                walk.note(value, path)
        return value

    return way


def _and(node: Node) -> Meaning:
    children = node.children

    def both(walk: _Walk) -> bool:
        for child in children:  # noqa: SIM110 - `all` makes a generator for each
            if not walk.value(child):
                return False
        return True

    return both


def _or(node: Node) -> Meaning:
    children = node.children

    def either(walk: _Walk) -> bool:
        for child in children:  # noqa: SIM110 - as above
            if walk.value(child):
                return True
        return False

    return either


def _compare(node: Node) -> Meaning:
    compare = operations.COMPARE[node.value]

    def compared(walk: _Walk) -> bool:
        left, right = walk.operands(node)
        return bool(compare(left, right))

    return compared


_SPECIAL: dict[str, Callable[[Node], Meaning | None]] = {
    "literal": _literal,
    "builtin": _builtin,
    "variable": _variable,
    "name": _way,
    "field": _field,
    "and": _and,
    "or": _or,
    "compare": _compare,
}
