"""Laws of the graph, each by its name."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING

from graph_shop import IDS, Edge, assets_of, edges, graph_of, layered, networks
from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy.graph.build import build
from aims_policy.graph.order import build_order
from aims_policy.graph.queries import ask, get, impact, lineage, names, stale

if TYPE_CHECKING:
    import random

own_ids = st.sampled_from(IDS)


@given(layered)
def test_order_respects_edges(found: list[Edge]) -> None:
    order, problems = build_order(assets_of(found))
    assert problems == []
    assert all(order.index(source) < order.index(built) for built, source, _ in found)


@given(networks)
def test_order_holds_every_asset_once(found: list[Edge]) -> None:
    assert sorted(build_order(assets_of(found))[0]) == sorted(IDS)


@given(networks, st.randoms(use_true_random=False))
def test_sequence_of_assets_is_irrelevant(found: list[Edge], shuffler: random.Random) -> None:
    assets = assets_of(found)
    mixed = assets[:]
    shuffler.shuffle(mixed)
    assert build_order(mixed) == build_order(assets)
    one, other = build(assets, (), control_titles={}), build(mixed, (), control_titles={})
    assert one.to_json() == other.to_json()
    assert one.problems == other.problems


@given(networks)
def test_a_circle_is_named_by_a_way_that_is_there(found: list[Edge]) -> None:
    written = {(built, source) for built, source, _ in found}
    _, problems = build_order(assets_of(found))
    for problem in problems:
        circle = problem.message.split("`")[1].split(" → ")
        assert circle[0] == circle[-1]
        assert set(itertools.pairwise(circle)) <= written


@given(networks)
def test_no_problem_means_no_circle(found: list[Edge]) -> None:
    order, problems = build_order(assets_of(found))
    backwards = [e for e in found if order.index(e[1]) >= order.index(e[0])]
    assert bool(backwards) == bool(problems)


@given(networks, own_ids, own_ids)
def test_impact_is_the_inverse_of_lineage(found: list[Edge], one: str, other: str) -> None:
    graph = graph_of(found)
    affected = {r.asset: r.distance for r in impact.run(graph, one).affected}
    sources = {r.asset: r.distance for r in lineage.run(graph, other).sources}
    assert affected.get(other) == sources.get(one)


@given(networks, edges, own_ids)
def test_adding_an_edge_never_shrinks_impact(found: list[Edge], more: Edge, own: str) -> None:
    before = {r.asset for r in impact.run(graph_of(found), own).affected}
    after = {r.asset for r in impact.run(graph_of([*found, more]), own).affected}
    assert before <= after


@given(networks, own_ids)
def test_every_way_is_there_and_as_long_as_the_distance(found: list[Edge], own: str) -> None:
    for reached in impact.run(graph_of(found), own).affected:
        assert len(set(reached.ways)) == len(reached.ways) >= 1
        for way in reached.ways:
            assert (way.assets[0], way.assets[-1], len(way.relations)) == (
                own,
                reached.asset,
                reached.distance,
            )
            for source, built, relations in zip(way.assets, way.assets[1:], way.relations, strict=False):
                assert all((built, source, relation) in found for relation in relations.split(", "))


@given(layered, own_ids)
def test_what_is_stale_is_worked_off_after_its_sources(found: list[Edge], own: str) -> None:
    graph = graph_of(found)
    order = [r.asset for r in stale.run(graph, own).reassess]
    assert order[0] == own
    assert set(order[1:]) == {r.asset for r in impact.run(graph, own).affected}
    for one in stale.run(graph, own).reassess[1:]:
        assert one.because
        assert all(order.index(source) < order.index(one.asset) for source, _ in one.because)


@settings(max_examples=40)
@given(networks, own_ids, st.integers(-5, 120))
def test_circular_graphs_terminate_in_every_query(found: list[Edge], own: str, width: int) -> None:
    graph = graph_of([*found, (own, own, "uses")])
    for name in names():
        answer = ask(graph, name, own if get(name).takes_asset else None)
        json.dumps(answer.to_json())
        assert answer.to_text(width)
