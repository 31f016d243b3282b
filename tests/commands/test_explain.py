"""`aims explain` tells the limits of the appetite: who writes evidence wants to know them before it is there."""

from __future__ import annotations

import json
import re
from typing import Any

from aims_policy.commands.terminal.limits import limits
from aims_policy.policy.load import load_bundle
from tests.commands.conftest import WORKSPACE

BIASES = "A.4.3/known-biases-recorded"
PACK = ("--policy", "iso42001")
WORDS = "appetite.depth.statement.min"


def dataset(**spec: Any) -> str:
    return json.dumps({"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "d"}, "spec": spec})


def test_of_an_excluded_rule_it_says_where_and_why_and_its_tests_wait(aims: Any) -> None:
    aims.write(
        "aims.yaml",
        WORKSPACE
        + "overrides: [{rule: t/records, exclude: true, justification: Records are counted elsewhere.}]\n",
    )
    ran = aims("explain", "t/records")
    assert ran.code == 2
    assert "aims.yaml:6: rule `t/records` is excluded: Records are counted elsewhere." in ran.err
    aims.write(
        "policies/own.test.yaml",
        "apiVersion: aims/v1\nkind: PolicyTest\npolicy: own.yaml\n"
        "manifests: {m: {apiVersion: aims/v1, kind: Dataset, metadata: {name: d, owner: Ada}}}\n"
        "tests:\n"
        "  - {name: owned, rule: t/owner, manifest: m, expect: pass}\n"
        "  - {name: counted, rule: t/records, manifest: m, expect: missing}\n",
    )
    ran = aims("test")
    assert (ran.code, ran.out) == (0, "1 test of 1 rule: 1 passed, 0 failed\n"), ran


def test_a_rule_tells_its_limits_in_every_tier(aims: Any) -> None:
    told = json.loads(aims("explain", BIASES, *PACK, "--format", "json").out)
    assert set(told["limits"]) == {WORDS, "appetite.review_days.data_quality.max"}
    tiers = told["limits"][WORDS]
    assert list(tiers) == ["minimal", "limited", "high", "critical"]
    text = " ".join(aims("explain", BIASES, *PACK).out.split())
    assert f"limit {WORDS}: {tiers['minimal']} (minimal), {tiers['limited']} (limited)" in text
    assert (
        "risk_matrix"
        not in aims("explain", "A.6.2.5/residual-risk-within-appetite", *PACK)
        .out.partition("reads")[2]
        .partition("limit")[2]
    ), "which is no limit"


def test_a_finding_tells_the_limits_that_it_did_not_come_to(aims: Any) -> None:
    aims.write("d.json", dataset(risk={"tier": "limited"}))
    lacking = aims("explain", BIASES, "d.json", *PACK).out
    assert re.search(
        rf"^Limits of tier limited\n\n(.*\n)?  {re.escape(WORDS)} +\d+ +appetite/default.yaml:\d+$",
        lacking,
        re.MULTILINE,
    )
    bias = {"description": "a", "effect": "b", "mitigation": "c"}
    quality = {"bias_examined": True, "bias_assessed_on": "2026-05-01", "known_biases": [bias]}
    aims.write("d.json", dataset(risk={"tier": "limited"}, quality=quality))
    failing = aims("explain", BIASES, "d.json", *PACK, "--at", "2026-06-01").out
    assert WORDS in failing.partition("limit ")[2].partition("why")[0]
    assert "Limits of tier" not in failing, "it came to all of them"


def test_every_shipped_rule_has_limits_that_are_in_the_appetite() -> None:
    bundle = load_bundle(policies=["iso42001"])
    for rule in bundle.rules:
        for kind in rule.applies_to:
            for expression in bundle.expressions(rule.id, kind):
                for tiers in limits(
                    expression.reads if expression is not None else (), bundle.appetite
                ).values():
                    assert len(tiers) == 4
