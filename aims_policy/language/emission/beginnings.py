"""What an expression reads before it does anything else.

Where that is not given the expression is missing, whatever else it asks: so the function of all rules need not
begin with the rule, and nothing is raised. A manifest that leaves whole sections out costs less for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aims_policy.language.emission.evidence import chain, is_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.language.nodes import Node

_ALL_NEEDED: Final = frozenset(
    {
        "arithmetic",
        "attribute",
        "bitwise",
        "compare",
        "in",
        "item",
        "match",
        "negate",
        "not",
        "not in",
        "slice",
    }
)
_FIRST_NEEDED: Final = frozenset({"and", "choose", "comprehension", "or"})
"""Of these the first operand alone is certain to be read."""


def first_read(node: Node) -> list[str]:
    """The way to the evidence that is read first, as names of fields; [] where it begins in any other way."""
    base, fields = chain(node)
    if base.kind == "name" and base.value != "appetite":
        return [base.value, *fields]
    if fields:
        return first_read(base)
    if node.kind in _FIRST_NEEDED:
        return first_read(node.children[0])
    if node.kind in _ALL_NEEDED:
        return _first_of(node.children)
    if node.kind == "call":
        function, *given = node.children
        return _first_of(given) if function.kind == "builtin" else first_read(function)
    return []


def _first_of(operands: Sequence[Node]) -> list[str]:
    """As `first_read`, of operands that are all evaluated, one after the other."""
    for operand in operands:
        # A literal does nothing. A limit that is not there makes the whole missing, as the evidence after it does.
        if operand.kind != "literal" and not is_limit(operand):
            return first_read(operand)
    return []
