"""``aims new rule``: what it writes is right at once, nothing is overwritten, and what cannot be is said."""

from __future__ import annotations

import json
from typing import Any

import pytest


def test_a_rule_that_is_linted_tested_and_decides(aims: Any) -> None:
    made = aims(
        "new", "rule", "A.7.5/sources-named", "--about", "provenance.sources[].name", "--severity", "high"
    )
    assert made.code == 0, made
    assert made.out.splitlines()[:3] == [
        "Written:",
        f"  {aims.folder.resolve()}/policies/a-7-5-sources-named.yaml",
        f"  {aims.folder.resolve()}/policies/a-7-5-sources-named.test.yaml",
    ]
    assert "under `policies`" not in made.out
    policy, tests = "policies/a-7-5-sources-named.yaml", "policies/a-7-5-sources-named.test.yaml"
    linted = aims("lint", policy, tests)
    assert (linted.code, "warning" in linted.out, "error" in linted.out) == (0, False, False), linted
    tested = aims("test", tests)
    assert tested.code == 0, tested
    decided = aims("evaluate", "inventory/loans.yaml")
    assert decided.code == 1
    assert "provenance.sources  absent  A.7.5/sources-named" in decided.out
    asked = " ".join(aims("explain", "A.7.5/sources-named").out.split())
    assert "Without it A.7.5 (Data provenance) cannot be shown." in asked


def test_as_json_into_another_folder(aims: Any) -> None:
    arguments = (
        "--kind",
        "model",
        "--title",
        "Costs are booked",
        "--why",
        "Finance asks.",
        "--output-dir",
        "more/own",
    )
    made = aims("new", "rule", "OWN.3/booked", "--about", "metadata.labels", *arguments, "--format", "json")
    assert made.code == 0, made
    told = json.loads(made.out)
    assert told["rule"] == "OWN.3/booked"
    assert [path.rpartition("/")[2] for path in told["files"]] == [
        "own-3-booked.yaml",
        "own-3-booked.test.yaml",
    ]
    policy = (aims.folder / "more/own/own-3-booked.yaml").read_text(encoding="utf-8")
    assert 'title: "Costs are booked"' in policy
    assert "applies_to: [Model]" in policy
    assert 'rationale: "Finance asks."' in policy
    again = aims("new", "rule", "OWN.4/other", "--output-dir", "more/own")
    assert "Name the folder in aims.yaml, under `policies`" in again.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sources-named",), "`sources-named` is no id of a rule: it is a control and a slug"),
        (("A.7.55/x",), "Annex A has no control `A.7.55`. Did you mean `A.7.5`?"),
        (("t/owner",), "`t/owner` is no id of a rule"),
        (("OWN/x",), "`OWN/x` is no id of a rule"),
        (("OWN.1/" + "x" * 120,), "is no id of a rule"),
        (("A.7.5/x", "--about", "provenance.sorces"), "Did you mean `provenance.sources`?"),
        (("A.7.5/x", "--about", "provenance"), "Name one of its fields"),
        (
            ("A.7.5/x", "--about", "content.records", "--kind", "Model"),
            "Model has no field `content.records`; Dataset has.",
        ),
        (("A.7.5/x", "--kind", "Datset"), "`Datset` is no kind of manifest. Did you mean `Dataset`?"),
        (("A.7.5/x", "-w", "nothing"), "nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_begun(arguments: tuple[str, ...], said: str, aims: Any) -> None:
    ran = aims("new", "rule", *arguments)
    assert ran.code in (2, 3), ran
    assert said in ran.err
    assert not list(aims.folder.glob("policies/a-7-*"))


def test_nothing_is_overwritten(aims: Any) -> None:
    aims.write("policies/own-9-x.test.yaml", "mine")
    ran = aims("new", "rule", "OWN.9/x")
    assert ran.code == 2, ran
    assert "already has own-9-x.test.yaml; nothing was written." in ran.err
    assert not (aims.folder / "policies/own-9-x.yaml").exists()
    assert aims("new", "rule", "OWN.8/x").code == 0
    twice = aims("new", "rule", "OWN.8/x")
    assert (twice.code, "`OWN.8/x` exists already: policies/own-8-x.yaml:" in twice.err) == (2, True), twice
