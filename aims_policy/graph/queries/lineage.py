"""What an asset is built from, by which ways, down to its sources and suppliers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.graph.paths import MAX_PATHS, Reached, reach
from aims_policy.graph.text import block, counted, item_lines, reached_lines
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.graph.network import Graph

TAKES_ASSET = True


class Lineage(NamedTuple):
    """The answer: ``sources`` nearest first; ``origins`` are those built from nothing further."""

    asset: str
    sources: tuple[Reached, ...]
    origins: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        sources = [s.to_json() for s in self.sources]
        return {"query": "lineage", "asset": self.asset, "sources": sources, "origins": list(self.origins)}

    def to_text(self, width: int = 100) -> str:
        """Plain text."""
        head = f"{self.asset} is built from {counted(len(self.sources), 'asset')}"
        lines = [*item_lines(head, width, indent=""), *reached_lines(self.sources, width)]
        return "\n".join([*lines, *block("Built from nothing further", self.origins, width)])


def run(graph: Graph, asset: str, *, limit: int = MAX_PATHS) -> Lineage:
    """What the asset is built from; at most ``limit`` ways to each. Raises UnknownAssetError."""
    own = graph.resolve(asset)
    sources = reach(graph, own, upstream=True, limit=limit)
    origins = tuple(sorted(s.asset for s in sources if not graph.built_from.out_degree(s.asset)))
    return Lineage(own, sources, origins)
