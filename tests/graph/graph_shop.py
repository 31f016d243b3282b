"""A small shop of assets that the graph's tests ask about, and ways to make graphs at random."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from aims_policy.graph.build import Role, RuleNode, build
from aims_policy.graph.order import BUILT_FROM, Asset, PartyRef, Ref

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.graph.network import Graph

KINDS = {"dataset": "Dataset", "model": "Model", "aisystem": "AISystem", "supplier": "Supplier"}
TITLES = {"A.7.5": "Data provenance", "A.10.3": "Suppliers", "A.2.2": "AI policy"}
Edge = tuple[str, str, str]


def asset(own: str, *references: tuple[str, str], parties: Iterable[tuple[str, str]] = ()) -> Asset:
    """An asset whose references stand in lines 1, 2, … of a file named for it."""
    kind, _, name = own.partition("/")
    file = f"{name}.yaml"
    refs = tuple(
        Ref(f"refs[{i}]", target, relation, file, i + 1, 5) for i, (target, relation) in enumerate(references)
    )
    people = tuple(PartyRef(f"parties[{i}]", who, relation) for i, (who, relation) in enumerate(parties))
    return Asset(own, KINDS.get(kind, kind), name, file, refs, people)


def shop() -> list[Asset]:
    return [
        asset("supplier/bureau", parties=[("Ines Pohl", "owns")]),
        asset("dataset/raw", ("supplier/bureau", "supplied_by"), parties=[("Ola Berg", "owns")]),
        asset("dataset/clean", ("dataset/raw", "derived_from"), parties=[("Ola  Berg", "owns")]),
        asset("model/left", ("dataset/clean", "trained_on"), ("dataset/raw", "evaluated_on")),
        asset("model/right", ("dataset/clean", "trained_on"), parties=[("ola berg", "approves")]),
        asset(
            "aisystem/desk",
            ("model/left", "uses"),
            ("model/right", "uses"),
            parties=[("Applicants", "is_affected_by"), ("Ines Pohl", "oversees")],
        ),
    ]


def shop_graph(extra: Iterable[Asset] = ()) -> Graph:
    rules = [
        RuleNode("A.7.5/sources", ("A.7.5",), ("Dataset",)),
        RuleNode("A.10.3/assessed", ("A.10.3",), ("Supplier", "Dataset")),
        RuleNode("A.2.2/policy", ("A.2.2",), ("Organization",)),
    ]
    return build([*shop(), *extra], rules, [Role("Data office", ("A.7.5",))], control_titles=TITLES)


IDS = [f"{kind}/{letter}" for kind in ("dataset", "model", "aisystem") for letter in "abc"]
edges = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS), st.sampled_from(BUILT_FROM))
networks = st.lists(edges, max_size=24, unique=True)
"""Any edges at all, circles and self-references among them."""

layered = networks.map(lambda found: [e for e in found if IDS.index(e[0]) > IDS.index(e[1])])
"""Edges without circles: from later ids to earlier ones."""


def assets_of(found: Iterable[Edge]) -> list[Asset]:
    chosen = list(found)
    return [asset(own, *((target, rel) for start, target, rel in chosen if start == own)) for own in IDS]


def graph_of(found: Iterable[Edge]) -> Graph:
    return build(assets_of(found), (), control_titles={})
