"""The order of deciding, its circles, and its cost."""

from __future__ import annotations

import subprocess
import sys

from graph_shop import asset, shop

from aims_policy.graph.order import build_order


def test_sources_and_suppliers_come_first() -> None:
    order, problems = build_order(reversed(shop()))
    assert order == [
        "supplier/bureau",
        "dataset/raw",
        "dataset/clean",
        "model/left",
        "model/right",
        "aisystem/desk",
    ]
    assert problems == []


def test_a_supplier_that_names_what_it_supplies_comes_first_too() -> None:
    order, _ = build_order([asset("model/a"), asset("supplier/z", ("model/a", "supplies"))])
    assert order == ["supplier/z", "model/a"]


def test_a_circle_is_reported_once_with_its_way_and_place() -> None:
    ring = [
        asset("model/a", ("model/b", "uses")),
        asset("model/b", ("model/c", "uses")),
        asset("model/c", ("model/a", "uses")),
    ]
    order, [problem] = build_order([*ring, asset("model/d", ("model/a", "uses"))])
    assert order == ["model/a", "model/b", "model/c", "model/d"]
    assert "`model/a → model/b → model/c → model/a`" in problem.message
    assert (problem.code, problem.severity, problem.file, problem.line, problem.column) == (
        "circular-reference",
        "error",
        "a.yaml",
        1,
        5,
    )


def test_an_asset_built_from_itself_is_a_circle() -> None:
    [problem] = build_order([asset("dataset/a", ("dataset/a", "derived_from"))])[1]
    assert "`dataset/a → dataset/a`" in problem.message


def test_other_relations_give_no_order() -> None:
    assert build_order([asset("model/a", ("model/b", "resembles")), asset("model/b")])[0] == [
        "model/a",
        "model/b",
    ]


def test_a_reference_to_nothing_is_passed_over() -> None:
    assert build_order([asset("model/a", ("dataset/gone", "trained_on"))]) == (["model/a"], [])


def test_a_chain_deeper_than_the_stack_is_ordered() -> None:
    chain = [asset(f"model/{i:05}", (f"model/{i + 1:05}", "uses")) for i in range(5_000)]
    assert build_order(chain)[0] == [f"model/{i:05}" for i in range(4_999, -1, -1)]


def test_deciding_an_order_needs_no_networkx() -> None:
    program = "import sys, aims_policy.graph.order; print('networkx' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
