"""What each query answers about the shop."""

from __future__ import annotations

import pytest
from graph_shop import asset, shop_graph

from aims_policy.graph.build import RuleNode, build
from aims_policy.graph.network import Graph, UnknownAssetError
from aims_policy.graph.queries import ask, coverage, get, impact, lineage, names, stale


@pytest.fixture(scope="module")
def graph() -> Graph:
    return shop_graph()


def test_queries_are_found_by_their_place() -> None:
    assert names() == ("coverage", "impact", "lineage", "stale")
    assert [get(n).takes_asset for n in names()] == [False, True, True, True]
    assert all(get(n).title.endswith(".") or get(n).title for n in names())


@pytest.mark.parametrize("name", ["", "nothing", "../impact", "__init__"])
def test_an_unknown_query_raises(graph: Graph, name: str) -> None:
    with pytest.raises(KeyError):
        ask(graph, name)


@pytest.mark.parametrize(("name", "own"), [("impact", None), ("coverage", "model/left")])
def test_a_query_is_asked_with_what_it_takes(graph: Graph, name: str, own: str | None) -> None:
    with pytest.raises(TypeError):
        ask(graph, name, own)


@pytest.mark.parametrize("name", ["impact", "lineage", "stale"])
def test_an_unknown_asset_raises_in_every_query(graph: Graph, name: str) -> None:
    with pytest.raises(UnknownAssetError, match="did you mean `dataset/raw`"):
        ask(graph, name, "dataset/rw")


def test_impact_has_every_shortest_way(graph: Graph) -> None:
    affected = {r.asset: [str(w) for w in r.ways] for r in impact.run(graph, "dataset/clean").affected}
    assert affected["aisystem/desk"] == [
        "dataset/clean → model/left (trained_on) → aisystem/desk (uses)",
        "dataset/clean → model/right (trained_on) → aisystem/desk (uses)",
    ]


def test_impact_says_who_must_be_told_and_why(graph: Graph) -> None:
    told = {t.stakeholder: t.why for t in impact.run(graph, "model/right").told}
    assert told == {
        "Applicants": (("is_affected_by", "aisystem/desk"),),
        "Ines Pohl": (("oversees", "aisystem/desk"),),
        "Ola Berg": (("approves", "model/right"),),
    }


def test_the_number_of_ways_is_bounded_in_a_graph_with_very_many() -> None:
    layers = 30
    assets = [asset("model/0a"), asset("model/0b")]
    for i in range(1, layers):
        both = ((f"model/{i - 1}a", "uses"), (f"model/{i - 1}b", "uses"))
        assets += [asset(f"model/{i}a", *both), asset(f"model/{i}b", *both)]
    [*_, last] = impact.run(build(assets, [], control_titles={}), "model/0a", limit=3).affected
    assert (last.distance, len(last.ways), last.more) == (layers - 1, 3, True)


def test_impact_as_text(graph: Graph) -> None:
    assert impact.run(graph, "model/right").to_text(60) == (
        "A change to model/right affects 1 asset\n"
        "  aisystem/desk\n"
        "    model/right → aisystem/desk (uses)\n"
        "\n"
        "3 stakeholders to tell\n"
        "  Applicants: is affected by aisystem/desk\n"
        "  Ines Pohl: oversees aisystem/desk\n"
        "  Ola Berg: approves model/right"
    )


def test_control_characters_do_not_reach_the_terminal() -> None:
    graph = build([asset("model/a\x1b[31m", parties=[("x\u202ey", "owns")])], [], control_titles={})
    text = impact.run(graph, "model/a\x1b[31m").to_text()
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_lineage_ends_in_its_origins(graph: Graph) -> None:
    answer = lineage.run(graph, "aisystem/desk")
    assert [s.asset for s in answer.sources] == [
        "model/left",
        "model/right",
        "dataset/clean",
        "dataset/raw",
        "supplier/bureau",
    ]
    assert answer.origins == ("supplier/bureau",)


def test_stale_goes_from_the_changed_asset_down(graph: Graph) -> None:
    first, second, *rest = stale.run(graph, "dataset/raw").reassess
    assert (first.asset, first.because, first.controls, first.by) == (
        "dataset/raw",
        (),
        ("A.7.5", "A.10.3"),
        ("Ola Berg",),
    )
    assert (second.asset, second.because) == ("dataset/clean", (("dataset/raw", "derived_from"),))
    assert [r.asset for r in rest] == ["model/left", "model/right", "aisystem/desk"]
    assert rest[0].because == (("dataset/clean", "trained_on"), ("dataset/raw", "evaluated_on"))


def test_those_accountable_reassess_only_where_nobody_owns() -> None:
    helpers = [("Kim", "is_accountable_for"), ("Lea", "approves")]
    graph = build(
        [asset("model/a", parties=helpers), asset("model/b", parties=[*helpers, ("Mo", "owns")])], []
    )
    assert [stale.run(graph, m).reassess[0].by for m in ("model/a", "model/b")] == [("Kim",), ("Mo",)]


def test_stale_begins_with_the_changed_asset_in_a_circle() -> None:
    graph = build([asset("model/a", ("model/b", "uses")), asset("model/b", ("model/a", "uses"))], [])
    assert [r.asset for r in stale.run(graph, "model/b").reassess] == ["model/b", "model/a"]


def test_coverage(graph: Graph) -> None:
    answer = coverage.run(
        shop_graph([asset("model/new", ("dataset/gone", "trained_on"))]), decided=["model/left"]
    )
    assert answer.controls_without_rule == ()
    assert answer.controls_without_asset == answer.controls_without_role[:1] == ("A.2.2",)
    assert answer.rules_without_asset == ("A.2.2/policy",)
    assert answer.assets_without_rule == ("aisystem/desk", "model/left", "model/new", "model/right")
    assert answer.assets_without_owner == ("aisystem/desk", "model/left", "model/new", "model/right")
    assert answer.assets_without_manifest == ("dataset/gone",)
    assert "model/left" not in answer.assets_without_decision
    assert coverage.run(graph).assets_without_decision == ()
    assert "Controls that no role answers for: 2" in answer.to_text(80)


def test_coverage_of_annex_a_without_rules() -> None:
    answer = coverage.run(build([], []))
    assert len(answer.controls_without_rule) == 38
    assert answer.controls_without_rule[0] == "A.2.2"
    assert answer.controls_without_rule[-1] == "A.10.4"


def test_coverage_says_so_where_nothing_is_left_out() -> None:
    rules = [RuleNode("A.7.5/sources", ("A.7.5",), ("Model",))]
    owned = [asset("model/a", parties=[("Mo", "owns")])]
    text = coverage.run(build(owned, rules, control_titles={"A.7.5": ""})).to_text()
    assert text == "1 control, 1 rule, 1 asset\n\nNothing is left out."
