"""A number written into a rule is compared with evidence. Limits belong into the appetite, where they differ by tier.

0 and 1 are no thresholds: they ask whether there is anything, or bound a fraction.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack
    from aims_policy.language.nodes import Node

_NO_THRESHOLDS = (Decimal(0), Decimal(1))


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        for part, node in nodes(authored):
            if node.kind != "compare":
                continue
            left, right = node.children
            literal = right if _is_threshold(right) else left if _is_threshold(left) else None
            other = left if literal is right else right
            if literal is not None and _reads(other):
                text = part.expression.source(literal)
                hint = "read it from `appetite`, where every tier has its own"
                yield Remark(
                    f"the limit {text} is written into the rule", hint, authored, part.field, literal
                )


def _is_threshold(node: Node) -> bool:
    value = (
        node.children[0].value if node.kind == "negate" else node.value if node.kind == "literal" else None
    )
    return isinstance(value, Decimal) and value not in _NO_THRESHOLDS


def _reads(node: Node) -> bool:
    from aims_policy.language.nodes import walk

    return any(n.kind == "variable" or (n.kind == "name" and n.value != "appetite") for n in walk(node))
