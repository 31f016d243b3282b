"""What the graph is made of, and what is wrong with what it was made from."""

from __future__ import annotations

import networkx as nx
import pytest
from graph_shop import asset, shop, shop_graph

from aims_policy.graph.build import build
from aims_policy.graph.network import Graph, Involvement, UnknownAssetError


@pytest.fixture(scope="module")
def graph() -> Graph:
    return shop_graph()


@pytest.mark.parametrize(
    "edge",
    [
        ("control/A.7.5", "dataset/raw", "governs"),
        ("rule/A.7.5/sources", "control/A.7.5", "implements"),
        ("dataset/clean", "dataset/raw", "derived_from"),
        ("dataset/raw", "supplier/bureau", "supplied_by"),
        ("stakeholder/ola berg", "dataset/raw", "owns"),
        ("stakeholder/applicants", "aisystem/desk", "is_affected_by"),
        ("role/Data office", "control/A.7.5", "answers_for"),
    ],
)
def test_edges(graph: Graph, edge: tuple[str, str, str]) -> None:
    assert graph.network.has_edge(*edge)


def test_a_control_governs_only_the_kinds_its_rules_speak_of(graph: Graph) -> None:
    assert graph.governed_by("dataset/raw") == ("A.7.5", "A.10.3")
    assert graph.governed_by("supplier/bureau") == ("A.10.3",)
    assert graph.governed_by("model/left") == ()


def test_a_person_is_one_stakeholder_however_written(graph: Graph) -> None:
    assert [s for s in graph.of_type("stakeholder") if "ola" in s] == ["stakeholder/ola berg"]
    assert graph.involved("model/right") == (Involvement("Ola Berg", "approves", ("parties[0]",)),)


def test_the_graph_cannot_be_changed(graph: Graph) -> None:
    for network in (graph.network, graph.built_from):
        with pytest.raises(nx.NetworkXError):
            network.add_node("x")


def test_annex_a_is_there_without_any_rule() -> None:
    assert len(build([], []).of_type("control")) == 38


def test_a_dangling_reference_has_a_place_and_a_nearest_id() -> None:
    graph = shop_graph([asset("model/new", ("dataset/cleam", "trained_on"))])
    [problem] = graph.problems
    assert (problem.code, problem.severity) == ("dangling-reference", "warning")
    assert (problem.file, problem.line, problem.column) == ("new.yaml", 1, 5)
    assert "`dataset/cleam`" in problem.message
    assert problem.help == "did you mean `dataset/clean`?"
    assert graph.node("dataset/cleam")["described"] is False
    assert graph.node("dataset/cleam")["kind"] == "Dataset"


def test_an_id_given_twice_is_reported_and_both_are_drawn() -> None:
    twin = asset("model/right", ("dataset/raw", "trained_on"))._replace(file="twin.yaml")
    graph = build([*shop(), twin], [])
    [problem] = graph.problems
    assert (problem.code, problem.file) == ("duplicate-asset", "twin.yaml")
    assert "`right.yaml`" in problem.message
    assert set(graph.built_from["model/right"]) == {"dataset/clean", "dataset/raw"}


def test_circles_are_among_the_problems() -> None:
    found = build([asset("model/a", ("model/a", "uses"))], []).problems
    assert [p.code for p in found] == ["circular-reference"]


def test_an_asset_may_be_called_by_its_bare_name(graph: Graph) -> None:
    assert graph.resolve("clean") == graph.resolve("dataset/clean") == "dataset/clean"


def test_a_bare_name_that_two_assets_have_is_refused() -> None:
    graph = build([asset("model/a"), asset("dataset/a")], [])
    with pytest.raises(UnknownAssetError):
        graph.resolve("a")


@pytest.mark.parametrize(
    ("asked", "meant"), [("dataset/claen", "dataset/clean"), ("rihgt", "right"), ("zzzzzzzz", None)]
)
def test_an_unknown_asset_raises_with_the_nearest(graph: Graph, asked: str, meant: str | None) -> None:
    with pytest.raises(LookupError) as raised:
        graph.resolve(asked)
    assert isinstance(raised.value, UnknownAssetError)
    assert raised.value.nearest == meant
    assert f"`{asked}`" in str(raised.value)
