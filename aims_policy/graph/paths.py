"""Shortest ways between assets, bounded in number."""

from __future__ import annotations

from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, cast

import networkx as nx

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aims_policy.graph.network import Graph

MAX_PATHS = 10
"""Ways shown to one asset; in a layered graph their number grows exponentially."""


class Way(NamedTuple):
    """A way along dependencies; ``relations[i]`` says how ``assets[i]`` and ``assets[i + 1]`` are related."""

    assets: tuple[str, ...]
    relations: tuple[str, ...]

    def __str__(self) -> str:
        steps = zip(self.assets[1:], self.relations, strict=True)
        return self.assets[0] + "".join(f" → {own} ({relation})" for own, relation in steps)


class Reached(NamedTuple):
    """An asset reached from the one asked about; ``more``: there are further ways as short as these."""

    asset: str
    kind: str
    distance: int
    described: bool
    ways: tuple[Way, ...]
    more: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready."""
        ways = [{"assets": list(w.assets), "relations": list(w.relations)} for w in self.ways]
        return {**self._asdict(), "ways": ways}


def reach(graph: Graph, asset: str, *, upstream: bool, limit: int = MAX_PATHS) -> tuple[Reached, ...]:
    """Every asset that is reached from one, nearest first, with the shortest ways to it.

    ``upstream`` goes to what the asset is built from, else to what is built from it. The asset itself is
    never among them, even where it stands in a circle.
    """
    network = graph.built_from if upstream else graph.built_from.reverse(copy=False)
    before = cast("Mapping[str, Sequence[str]]", nx.predecessor(network, asset))
    distance: Mapping[str, int] = nx.single_source_shortest_path_length(network, asset)
    return tuple(
        _reached(graph, own, distance[own], _some(_ways(asset, own, before), limit + 1), upstream, limit)
        for own in sorted(before, key=lambda n: (distance[n], n))
        if own != asset
    )


def _some(ways: Iterator[tuple[str, ...]], number: int) -> list[tuple[str, ...]]:
    return list(islice(ways, number))


def _reached(
    graph: Graph, own: str, distance: int, ways: list[tuple[str, ...]], upstream: bool, limit: int
) -> Reached:
    node = graph.node(own)
    shown = tuple(Way(way, _relations(graph, way, upstream)) for way in ways[:limit])
    return Reached(own, node["kind"], distance, node["described"], shown, len(ways) > limit)


def _ways(start: str, end: str, before: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """Depth first over the predecessors of a breadth-first search: every partial way leads to the start."""
    pending: list[tuple[str, ...]] = [(end,)]
    while pending:
        way = pending.pop()
        if way[0] == start:
            yield way
        else:
            pending += [(one, *way) for one in sorted(before[way[0]], reverse=True)]


def _relations(graph: Graph, way: tuple[str, ...], upstream: bool) -> tuple[str, ...]:
    edges = graph.built_from.edges
    steps = ((a, b) if upstream else (b, a) for a, b in pairwise(way))
    return tuple(", ".join(edges[step]["relations"]) for step in steps)
