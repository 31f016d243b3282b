"""The graph: a frozen networkx graph, and the few ways in which queries look at it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx

from aims_policy.catalog import natural_key
from aims_policy.diagnostics import nearest
from aims_policy.graph.order import BUILT_FROM
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic

PARTY_RELATIONS = ("owns", "is_accountable_for", "approves", "oversees", "is_affected_by", "is_informed_of")


class UnknownAssetError(LookupError):
    """No asset has that id; ``nearest`` is the id that may have been meant, or None."""

    def __init__(self, asset: str, candidates: Iterable[str]) -> None:
        self.asset = asset
        self.nearest = nearest(asset, candidates)
        hint = f"; did you mean `{self.nearest}`?" if self.nearest else ""
        super().__init__(f"no asset is called `{asset}`{hint}")


class Involvement(NamedTuple):
    """A stakeholder of an asset; ``paths`` are the fields of its manifest that say so."""

    stakeholder: str
    relation: str
    paths: tuple[str, ...]


class Graph:
    """Controls, rules, assets, stakeholders and roles. Immutable; made by `aims_policy.graph.build`.

    Nodes are texts: "control/A.7.5", "rule/A.7.5/sources-recorded", "stakeholder/…", "role/…", and asset
    ids as they are. ``network`` is the networkx graph itself, frozen; the key of an edge is its relation.
    ``problems`` are circles, references that nothing answers to, and ids given twice.
    """

    def __init__(self, network: nx.MultiDiGraph[str], problems: tuple[Diagnostic, ...] = ()) -> None:
        nx.freeze(network)
        self.network = network
        self.problems = problems

    @cached_property
    def built_from(self) -> nx.DiGraph[str]:
        """Assets only, with an edge from each to every asset that it is built from or supplied by; frozen."""
        view: nx.DiGraph[str] = nx.DiGraph()
        view.add_nodes_from(self.assets())
        for asset, source, relation in sorted(self.network.edges(keys=True)):
            if relation in BUILT_FROM:
                relations = view.edges[asset, source]["relations"] if view.has_edge(asset, source) else ()
                view.add_edge(asset, source, relations=(*relations, relation))
        nx.freeze(view)
        return view

    def assets(self) -> tuple[str, ...]:
        """Ids of all assets, those included that are only referred to."""
        return self.of_type("asset")

    def of_type(self, kind: str) -> tuple[str, ...]:
        """Nodes of a type: "control", "rule", "asset", "stakeholder" or "role"; sorted."""
        return tuple(sorted(node for node, data in self.network.nodes(data=True) if data["type"] == kind))

    def resolve(self, asset: str) -> str:
        """The id meant by an id, or by a name that only one asset has. Raises UnknownAssetError."""
        known = self.assets()
        if asset in known:
            return asset
        named = [own for own in known if own.partition("/")[2] == asset]
        if len(named) != 1:
            raise UnknownAssetError(asset, [*known, *(own.partition("/")[2] for own in known)])
        return named[0]

    def node(self, node: str) -> dict[str, Any]:
        """What is known of a node: ``type`` and ``name``; of an asset also kind, file and ``described``."""
        return dict(self.network.nodes[node])

    def involved(self, asset: str) -> tuple[Involvement, ...]:
        """The stakeholders of an asset, by relation and name."""
        found = [
            Involvement(str(self.network.nodes[who]["name"]), relation, tuple(data["paths"]))
            for who, _, relation, data in self.network.in_edges(asset, keys=True, data=True)
            if relation in PARTY_RELATIONS
        ]
        return tuple(sorted(found, key=lambda i: (PARTY_RELATIONS.index(i.relation), i.stakeholder)))

    def built_on(self, asset: str) -> tuple[str, ...]:
        """Ids of the assets that are built from this one, near and far; none of one that is not there."""
        if asset not in self.built_from:
            return ()
        return tuple(sorted(nx.ancestors(self.built_from, asset)))

    def governed_by(self, asset: str) -> tuple[str, ...]:
        """Ids ("A.7.5") of the controls that govern an asset, through rules for its kind."""
        edges = self.network.in_edges(asset, keys=True)
        controls = [who.partition("/")[2] for who, _, relation in edges if relation == "governs"]
        return tuple(sorted(controls, key=natural_key))

    def to_json(self) -> dict[str, Any]:
        """All nodes and edges as JSON-ready data, sorted."""
        nodes = [{"id": node, **self.network.nodes[node]} for node in sorted(self.network)]
        edges = [
            {"from": start, "relation": relation, "to": end}
            | {name: list(value) for name, value in self.network.edges[start, end, relation].items()}
            for start, end, relation in sorted(self.network.edges(keys=True))
        ]
        return {"nodes": nodes, "edges": edges}
