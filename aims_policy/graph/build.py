"""Builds the graph out of assets, rules and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx

from aims_policy.diagnostics import in_order
from aims_policy.graph.duplicates import duplicates
from aims_policy.graph.network import Graph
from aims_policy.graph.order import REVERSED, Asset, build_order
from aims_policy.graph.references import dangling
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.bundle import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class RuleNode(NamedTuple):
    """A rule as the graph sees it; ``applies_to`` are kinds of asset."""

    id: str
    controls: tuple[str, ...]
    applies_to: tuple[str, ...]


class Role(NamedTuple):
    """A role in the organization, and the controls that it answers for."""

    name: str
    controls: tuple[str, ...]


def build(
    assets: Iterable[Asset],
    rules: Iterable[RuleNode],
    roles: Iterable[Role] = (),
    *,
    control_titles: Mapping[str, str] | None = None,
) -> Graph:
    """The graph of all that is given; the same whatever the sequence it is given in.

    ``control_titles`` are the controls there are, by default those of Annex A; a control that only a rule or
    a role names is added. Where two assets share an id, the references of both are drawn. An asset that is
    only referred to becomes a node with ``described`` false.
    """
    found = sorted(assets)
    network: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    _add_controls(network, _annex_a() if control_titles is None else control_titles)
    _add_assets(network, found)
    _add_rules(network, sorted(rules))
    for role in sorted(roles):
        network.add_node(f"role/{role.name}", type="role", name=role.name)
        for control in sorted(role.controls):
            network.add_edge(f"role/{role.name}", _control(network, control), key="answers_for")
    problems = (*build_order(found)[1], *duplicates(found), *dangling(found))
    return Graph(network, tuple(in_order(problems)))


def _annex_a() -> dict[str, str]:
    from aims_policy.catalog import controls

    return {own: control.title for own, control in controls().items()}


def _add_controls(network: nx.MultiDiGraph[str], titles: Mapping[str, str]) -> None:
    for own, title in sorted(titles.items()):
        network.add_node(f"control/{own}", type="control", name=own, title=title)


def _control(network: nx.MultiDiGraph[str], own: str) -> str:
    node = f"control/{own}"
    if node not in network:
        network.add_node(node, type="control", name=own, title="")
    return node


def _add_assets(network: nx.MultiDiGraph[str], assets: Sequence[Asset]) -> None:
    for asset in assets:
        network.add_node(
            asset.id, type="asset", kind=asset.kind, name=asset.name, file=asset.file, described=True
        )
    for asset in assets:
        for ref in asset.references:
            if ref.target_id not in network:
                prefix, _, name = ref.target_id.partition("/")
                kind = next((k for k in KINDS if k.lower() == prefix), prefix)
                network.add_node(ref.target_id, type="asset", kind=kind, name=name, file="", described=False)
            ends = (asset.id, ref.target_id) if ref.relation not in REVERSED else (ref.target_id, asset.id)
            _add_edge(network, *ends, REVERSED.get(ref.relation, ref.relation), ref.path)
        for party in asset.parties:
            _add_edge(network, _stakeholder(network, party.name), asset.id, party.relation, party.path)


def _add_edge(network: nx.MultiDiGraph[str], start: str, end: str, relation: str, path: str) -> None:
    paths = network.edges[start, end, relation]["paths"] if network.has_edge(start, end, relation) else ()
    network.add_edge(start, end, key=relation, paths=tuple(sorted({*paths, path})))


def _stakeholder(network: nx.MultiDiGraph[str], name: str) -> str:
    """One node for a person however capitals and spaces are set."""
    shown = " ".join(name.split())
    node = f"stakeholder/{shown.casefold()}"
    if node not in network or shown < network.nodes[node]["name"]:
        network.add_node(node, type="stakeholder", name=shown)
    return node


def _add_rules(network: nx.MultiDiGraph[str], rules: Sequence[RuleNode]) -> None:
    by_kind: dict[str, list[str]] = {}
    for node in sorted(network):
        if network.nodes[node]["type"] == "asset":
            by_kind.setdefault(network.nodes[node]["kind"], []).append(node)
    for rule in rules:
        own = f"rule/{rule.id}"
        network.add_node(own, type="rule", name=rule.id, applies_to=tuple(sorted(rule.applies_to)))
        for control in sorted(rule.controls):
            network.add_edge(own, _control(network, control), key="implements")
            for kind in sorted(rule.applies_to):
                for asset in by_kind.get(kind, ()):
                    network.add_edge(f"control/{control}", asset, key="governs")
