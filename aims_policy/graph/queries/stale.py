"""What must be reassessed when an asset changes: in which order, under which controls, and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx

from aims_policy.graph.text import counted, item_lines
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.graph.network import Graph

TAKES_ASSET = True
_ANSWERABLE = ("owns", "is_accountable_for")


class Reassessment(NamedTuple):
    """An asset to be decided again; ``because`` are (stale source, relation), none for the changed one."""

    asset: str
    because: tuple[tuple[str, str], ...]
    controls: tuple[str, ...]
    by: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        because = [{"asset": source, "relation": relation} for source, relation in self.because]
        return {"asset": self.asset, "because": because, "controls": list(self.controls), "by": list(self.by)}


class Stale(NamedTuple):
    """The answer: each asset after those that it is built from, so that it can be worked off from the top."""

    asset: str
    reassess: tuple[Reassessment, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        return {"query": "stale", "asset": self.asset, "reassess": [r.to_json() for r in self.reassess]}

    def to_text(self, width: int = 100) -> str:
        """Plain text."""
        number_of = counted(len(self.reassess), "asset")
        head = f"When {self.asset} changes, {number_of} must be reassessed, in this order"
        lines = item_lines(head, width, indent="")
        for number, one in enumerate(self.reassess, 1):
            lines += item_lines(f"{number}. {one.asset}", width)
            because = [f"{relation} {source}" for source, relation in one.because] or ["it changed"]
            for label, values in (("because", because), ("under", one.controls), ("by", one.by)):
                lines += item_lines(f"{label} {', '.join(values) or 'nobody named'}", width, indent="     ")
        return "\n".join(lines)


def run(graph: Graph, asset: str) -> Stale:
    """The asset and all that is built from it. Raises UnknownAssetError."""
    own = graph.resolve(asset)
    stale = {own, *nx.ancestors(graph.built_from, own)}
    return Stale(own, tuple(_reassessment(graph, one, own, stale) for one in _ordered(graph, own, stale)))


def _ordered(graph: Graph, changed: str, stale: set[str]) -> list[str]:
    """Sources first; the changed asset is the first of all, even where a circle leads back to it."""
    part: nx.DiGraph[str] = nx.DiGraph(graph.built_from.subgraph(sorted(stale)))
    part.remove_edges_from(list(part.out_edges(changed)))
    groups = nx.condensation(part)
    firsts = {group: min(data["members"]) for group, data in groups.nodes(data=True)}
    order = nx.lexicographical_topological_sort(groups.reverse(copy=False), key=firsts.__getitem__)
    return [one for group in order for one in sorted(groups.nodes[group]["members"])]


def _reassessment(graph: Graph, one: str, changed: str, stale: set[str]) -> Reassessment:
    sources = sorted(stale.intersection(graph.built_from[one])) if one != changed else []
    because = tuple((s, relation) for s in sources for relation in graph.built_from[one][s]["relations"])
    return Reassessment(one, because, graph.governed_by(one), _answerable(graph, one))


def _answerable(graph: Graph, one: str) -> tuple[str, ...]:
    """The owners; those accountable for parts of the asset where nobody owns the whole."""
    by_relation = {r: {i.stakeholder for i in graph.involved(one) if i.relation == r} for r in _ANSWERABLE}
    return tuple(sorted(next((who for who in by_relation.values() if who), ())))
