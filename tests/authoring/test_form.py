"""The form for a decision: filled in with what is true it is enough, and it asks for nothing that no rule waits for."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest

from aims_policy.authoring.demands import demands
from aims_policy.authoring.form import Form, form
from aims_policy.manifest.evidence.files import alone
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.text import Wanted, native_yaml
from aims_policy.manifest.read import read_data
from aims_policy.policy.manifests import read_with
from aims_policy.source import SourceError, parse_json, parse_yaml
from tests.examples.test_attacks import AT, decided, denying, example, inventory, written
from tests.examples.test_credit_scoring import EXAMPLE
from tests.manifest.test_native_text import CASES, SHAPES, evidence

TODO = "TODO"
KEPT = {
    "models/early-arrears": (),
    "models/affordability-scorer": ("evaluation", "fairness", "robustness"),
    "datasets/web-profiles": (),
    "datasets/bureau-records": ("quality",),
    "suppliers/alpencompute": ("assessment", "deliveries"),
    "systems/arrears-outreach": (),
    "systems/credit-decisions": ("evaluation", "fairness", "robustness"),
    "organization": (),
}
"""By asset the sections that it begins with, for they are told by a report or a signature beside it."""
ROUNDS = 3
"""An answer may bring rules with it (`third_party: true`), and those ask for more."""


def read(file: str, value: Any) -> Manifest:
    folder = (EXAMPLE / "inventory" / file).parent
    document = parse_json(json.dumps(value, default=float), str(folder / "m.json"))
    [manifest] = read_with(example(), [document], folder=str(folder))
    return manifest


def form_of(file: str, value: Any, **options: Any) -> tuple[Form, str]:
    manifest = read(file, value)
    others = [m for m in inventory() if (m.kind, m.name) != (manifest.kind, manifest.name)]
    made = form(manifest, example(), environment="production", at=AT, inventory=others, **options)
    wanted = Wanted(made.asks, {p: "; ".join(d) for p, d in made.demands.items()}, opened=True)
    text = native_yaml(alone(manifest, str((EXAMPLE / "inventory" / file).parent)), wanted)
    return made, text


def bare(file: str) -> dict[str, Any]:
    """The name, the tier, the reports and signatures that lie beside it, and what goes with these."""
    whole = copy.deepcopy(written(file))
    spec = {name: whole["spec"][name] for name in ("evidence", *KEPT[file]) if name in whole["spec"]}
    if "risk" in whole["spec"]:
        spec["risk"] = {"tier": whole["spec"]["risk"]["tier"]}
    return {**whole, "metadata": {"name": whole["metadata"]["name"]}, "spec": spec}


def filled(blank: Any, truth: Any) -> Any:
    """The form with what is true in the place of TODO; entries of lists have the fields that the form shows."""
    if isinstance(blank, dict):
        whole = truth if isinstance(truth, dict) else {}
        kept = {key: filled(value, whole.get(key)) for key, value in blank.items()}
        return {key: value for key, value in kept.items() if value not in (None, {}, [])}
    if isinstance(blank, list) and TODO in json.dumps(blank, default=str):
        entries = truth if isinstance(truth, list) else []
        if len(blank) == 1:
            return [filled(blank[0], entry) for entry in entries]
        return [filled(*pair) for pair in zip(blank, entries, strict=False)]
    return blank if truth is None else truth


@pytest.mark.parametrize("file", KEPT)
def test_a_form_filled_in_with_what_is_true_is_as_good_as_the_whole_manifest(file: str) -> None:
    truth, value = written(file), bare(file)
    assert len(denying(decided(file, value))) > len(denying(decided(file, truth)))
    for _ in range(ROUNDS):
        made, text = form_of(file, value)
        if not made.asks:
            break
        value = filled(parse_yaml(text, "form.yaml")[0].value, truth)
    assert denying(decided(file, value)) == denying(decided(file, truth))


@pytest.mark.parametrize("file", KEPT)
def test_what_a_finding_lacks_is_asked_for_and_of_what_lacks_nothing_nothing_is(file: str) -> None:
    made, _ = form_of(file, written(file))
    findings = [f for f in decided(file, written(file)).findings if f.enforcement]
    lacking = {re.sub(r"\[\d+\]", "[]", gap.path) for f in findings for gap in f.missing}
    assert lacking <= set(made.asks)
    assert bool(lacking) == bool(made.asks)


@pytest.mark.parametrize("tier", ["minimal", "limited", "high"])
def test_no_rule_of_a_stricter_tier_is_asked_for(tier: str) -> None:
    value = {**bare("models/affordability-scorer"), "metadata": {"name": "other"}, "spec": {}}
    made, _ = form_of("models/affordability-scorer", value, tier=tier)
    asking = {rule for rules in made.asks.values() for rule in rules}
    assert ("A.6.2.4/tests-passed" in asking) == (tier == "high")
    assert ("A.4.4/tool-bom-current" in asking) == (tier != "minimal")
    assert {"risk.tier", "lifecycle.stage"} <= set(made.asks), "what was taken for granted is to be written"


def test_a_stage_that_no_rule_reads_is_not_asked_for() -> None:
    value = {**bare("suppliers/alpencompute"), "spec": {}}
    assert "lifecycle.stage" not in form_of("suppliers/x", value)[0].asks


def test_a_model_that_names_no_base_model_is_not_asked_for_one() -> None:
    value = bare("models/affordability-scorer")
    assert not any(path.startswith("provenance.base_models") for path in form_of("models/x", value)[0].asks)
    value["spec"]["provenance"] = {"base_models": [{"ref": "bert"}]}
    made, text = form_of("models/x", value)
    assert made.undecided == ("model/bert",)
    assert "      - ref: bert\n        digest: TODO" in text


def test_what_waits_for_the_decision_on_another_asset_is_not_told_to_be_changed() -> None:
    value = bare("systems/arrears-outreach")
    value["spec"]["components"] = {"models": [{"ref": "gone", "version": "1"}]}
    made, _ = form_of("systems/x", value)
    assert made.undecided == ("model/gone",)
    assert [f.rule for f, _ in made.not_passing] == []


def test_blanks_say_what_the_tier_asks_of_them() -> None:
    value = {**bare("models/affordability-scorer"), "metadata": {"name": "other"}}
    value["spec"] = {"risk": {"tier": "limited"}}
    _, text = form_of("models/x", value)
    for line in (
        "rationale: TODO  # Why this tier; at least 6 different words (",
        "attempts: TODO  # How many attacks were tried; whole number, at least 0; at least 10 (",
        "at most 0.20 where metric is demographic_parity_difference",
        "in one entry at least, each of training, test (",
        "not older than 540 days (",
    ):
        assert line in text


def test_of_two_demands_on_one_field_the_stricter_is_told() -> None:
    expressions = [
        e
        for r in example().rules
        if "Model" in r.applies_to
        for e in example().expressions(r.id, "Model")
        if e
    ]
    found = {
        tier: demands(expressions, example().appetite.resolve(tier, "production"))
        for tier in ("minimal", "critical")
    }
    assert found["minimal"]["design.algorithm"] == ("at least 3 different words",)
    assert found["critical"]["design.algorithm"] == ("at least 6 different words",)
    assert found["critical"]["robustness.tests[].success_rate"] == ("at most 0.05",)
    assert "design.task" not in found["minimal"], "one word is no demand: any text has one"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_form_of_any_format_reads_as_the_same_evidence(case: Path) -> None:
    """Whatever there is already, no blank is in its way, and none is evidence."""
    [file] = case.glob("input.*")
    try:
        manifest = read_data(file.read_bytes(), "README.md" if file.suffix == ".md" else file.name, SHAPES)[0]
    except (SourceError, IndexError):
        pytest.skip("a sample of what is refused")
    made = form(manifest, example(), environment="staging", at=AT, tier="limited")
    [again] = read_data(native_yaml(manifest, Wanted(made.asks, opened=True)).encode(), "n.yaml", SHAPES)
    assert evidence(again.data) == evidence(manifest.data)
    assert made.tier == "limited"
