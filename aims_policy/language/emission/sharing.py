"""Which evidence so many rules read that the function of all of them reads it once, beforehand.

Ways of one step (`documentation`) or two (`lifecycle.stage`) count; what is below them is read where it is needed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from aims_policy.language.emission.evidence import chain
from aims_policy.language.nodes import walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aims_policy.language.nodes import Expression, Node

    Way = tuple[str, ...]

_READ: Final = 4
"""Rules that must read it: before the first of them it costs about as much as three of them save."""
_GONE_THROUGH: Final = 2
"""Rules that must go through a list: its length is looked at once, too."""


def shared_ways(
    rules: Sequence[tuple[Expression | None, Expression]],
) -> tuple[frozenset[Way], frozenset[Way]]:
    """The ways to the evidence that is read beforehand, and those of them that lead to lists rules go through."""
    read: Counter[Way] = Counter()
    looped: Counter[Way] = Counter()
    for when, require in rules:
        nodes = [node for part in (when, require) if part is not None for node in walk(part.root)]
        read.update(set(_ways(nodes)))
        looped.update(set(_ways(node.children[0] for node in nodes if node.kind == "comprehension")))
    lists = frozenset(way for way, count in looped.items() if count >= _GONE_THROUGH)
    return frozenset(way for way, count in read.items() if count >= _READ) | lists, lists


def _ways(nodes: Iterable[Node]) -> Iterator[Way]:
    for node in nodes:
        base, fields = chain(node)
        is_evidence = base.kind == "name" and base.value != "appetite"
        if is_evidence and len(fields) < 2 and node.type.kind != "record":
            yield (base.value, *fields)
