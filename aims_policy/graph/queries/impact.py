"""What is affected when an asset changes, by which ways, and who must be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.graph.paths import MAX_PATHS, Reached, reach
from aims_policy.graph.text import block, counted, item_lines, reached_lines
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.graph.network import Graph

TAKES_ASSET = True


class Told(NamedTuple):
    """A stakeholder who must be told; ``why`` are (relation, asset id), the nearest assets first."""

    stakeholder: str
    why: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        why = [{"relation": relation, "asset": asset} for relation, asset in self.why]
        return {"stakeholder": self.stakeholder, "why": why}

    def __str__(self) -> str:
        by_relation: dict[str, list[str]] = {}
        for relation, asset in self.why:
            by_relation.setdefault(relation.replace("_", " "), []).append(asset)
        reasons = (f"{relation} {', '.join(assets)}" for relation, assets in by_relation.items())
        return f"{self.stakeholder}: {'; '.join(reasons)}"


class Impact(NamedTuple):
    """The answer: ``affected`` nearest first, ``told`` by name."""

    asset: str
    affected: tuple[Reached, ...]
    told: tuple[Told, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        affected = [one.to_json() for one in self.affected]
        return {
            "query": "impact",
            "asset": self.asset,
            "affected": affected,
            "told": [told.to_json() for told in self.told],
        }

    def to_text(self, width: int = 100) -> str:
        """Plain text."""
        head = f"A change to {self.asset} affects {counted(len(self.affected), 'asset')}"
        lines = item_lines(head, width, indent="")
        lines += reached_lines(self.affected, width)
        lines += block(f"{counted(len(self.told), 'stakeholder')} to tell", map(str, self.told), width)
        return "\n".join(lines)


def run(graph: Graph, asset: str, *, limit: int = MAX_PATHS) -> Impact:
    """What a change to the asset affects; at most ``limit`` ways to each. Raises UnknownAssetError."""
    own = graph.resolve(asset)
    affected = reach(graph, own, upstream=False, limit=limit)
    why: dict[str, list[tuple[str, str]]] = {}
    for one in (own, *(a.asset for a in affected)):
        for involvement in graph.involved(one):
            why.setdefault(involvement.stakeholder, []).append((involvement.relation, one))
    told = tuple(Told(name, tuple(reasons)) for name, reasons in _by_name(why))
    return Impact(own, affected, told)


def _by_name(why: dict[str, list[tuple[str, str]]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return sorted(why.items(), key=lambda item: (item[0].casefold(), item[0]))
