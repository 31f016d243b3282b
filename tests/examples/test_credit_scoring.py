"""The example organization: some assets pass, one fails on its own, others because of what they are built on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from aims_policy.api import read_inventory
from aims_policy.authoring.lint import lint
from aims_policy.decision import Decision, decide
from aims_policy.manifest.read import read
from aims_policy.policy.load import load_bundle
from aims_policy.source import SourceError, parse_json, read_file

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "credit-scoring"

VERDICTS = {
    "organization/lindhaven-credit": "pass",
    "supplier/kreditspiegel": "pass",
    "supplier/alpencompute": "pass",
    "dataset/loan-applications": "pass",
    "dataset/loan-outcomes-holdout": "pass",
    "dataset/bureau-records": "pass",
    "dataset/web-profiles": "fail",
    "model/affordability-scorer": "pass",
    "model/thin-file-scorer": "fail",
    "model/early-arrears": "fail",
    "aisystem/credit-decisions": "pass",
    "aisystem/arrears-outreach": "fail",
}


@pytest.fixture(scope="module")
def decisions() -> dict[str, Decision]:
    bundle = load_bundle(workspace=EXAMPLE, cache=False)
    at = datetime(2026, 6, 15, tzinfo=timezone.utc)
    decided = decide(read_inventory(bundle), bundle, at=at)
    return {f"{m.kind.lower()}/{m.name}": d for m, d in decided}


def test_verdicts(decisions: dict[str, Decision]) -> None:
    assert {name: d.verdict for name, d in decisions.items()} == VERDICTS


def test_lint_has_nothing_to_complain_of() -> None:
    found = lint([(str(file), True) for file in sorted(EXAMPLE.rglob("*.yaml"))])
    assert (*found.policies, *found.manifests) == ()


def test_one_model_fails_on_its_own_evidence_and_one_because_of_its_data(
    decisions: dict[str, Decision],
) -> None:
    own = [f for f in decisions["model/thin-file-scorer"].findings if f.enforcement == "deny"]
    assert any(e.source == "manifest" and str(e.value) == "0.23" for f in own for e in f.evidence)
    inherited = [f for f in decisions["model/early-arrears"].findings if f.enforcement == "deny"]
    assert inherited
    for finding in inherited:
        trail = next(e.value for e in finding.evidence if e.path.endswith(".path"))
        assert trail == "model/early-arrears → dataset/web-profiles"


def test_a_waiver_in_force_is_used_and_an_expired_one_is_reported(decisions: dict[str, Decision]) -> None:
    waived = [f for f in decisions["model/affordability-scorer"].findings if f.waiver is not None]
    assert [f.outcome for f in waived] == ["missing"]
    codes = {n.code for n in decisions["model/thin-file-scorer"].notices}
    assert "waiver-expired" in codes


def test_what_the_high_tier_asks_for_comes_from_tools(decisions: dict[str, Decision]) -> None:
    sources = decisions["model/affordability-scorer"].subject.sources
    strengths = {s.format: s.strength for s in sources}
    tools = dict.fromkeys(("junit", "fairness-metrics", "fairlearn-metricframe"), "tool")
    assert strengths == {**tools, "sigstore-digest": "verified"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("aims.yaml", "{file: keys/lindhaven-release.pem, ", "{file: keys/kreditspiegel.pem, "),
        ("aims.yaml", 'assets: ["model/*", "dataset/*"]', 'assets: ["dataset/*"]'),
        (
            "inventory/models/affordability-scorer.yaml",
            "    - {file: ../../signatures/affordability-scorer.sig}\n",
            "",
        ),
        ("inventory/models/affordability-scorer.yaml", "signatures/affordability", "signatures/thin-file"),
    ],
)
def test_a_claim_does_not_stand_for_a_signature(tmp_path: Path, file: str, old: str, new: str) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "shop")
    changed = {file: (old, new), "inventory/models/affordability-scorer.yaml ": ("{present: true}", CLAIM)}
    for name, (before, after) in changed.items():
        path = tmp_path / "shop" / name.strip()
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
    bundle = load_bundle(workspace=tmp_path / "shop", cache=False)
    decided = decide(read_inventory(bundle), bundle, at=datetime(2026, 6, 15, tzinfo=timezone.utc))
    [decision] = [d for m, d in decided if m.name == "affordability-scorer"]
    denying = {f.rule for f in decision.findings if f.enforcement == "deny"}
    assert {"A.6.2.5/artifact-signed", "A.6.2.5/signature-as-strong-as-asked"} <= denying


CLAIM = "{present: true, verified: true, signer: us, verified_on: 2026-05-08}"


@pytest.mark.parametrize(
    ("report", "old", "new", "rule"),
    [
        ("differences-by-sex.json", "0.03,", "0.23,", "A.6.2.4/demographic-parity"),
        ("evaluation.xml", 'value="0.812"', 'value="0.512"', "A.6.2.4/results-from-reports"),
        (
            "selection-rates.json",
            '"selection_rate": 0.63',
            '"selection_rate": 0.13',
            "A.6.2.4/thresholds-reached",
        ),
    ],
)
def test_a_report_that_says_otherwise_is_believed(
    tmp_path: Path, report: str, old: str, new: str, rule: str
) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "shop")
    file = tmp_path / "shop" / "reports" / "affordability-scorer" / report
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    bundle = load_bundle(workspace=tmp_path / "shop", cache=False)
    decided = decide(read_inventory(bundle), bundle, at=datetime(2026, 6, 15, tzinfo=timezone.utc))
    [decision] = [d for m, d in decided if m.name == "affordability-scorer"]
    assert rule in {f.rule for f in decision.findings if f.enforcement == "deny"}


@pytest.mark.parametrize(
    "file",
    ["datasets/web-profiles", "models/thin-file-scorer", "models/early-arrears", "systems/arrears-outreach"],
)
def test_no_field_can_be_deleted_from_a_failing_manifest_to_make_it_pass(file: str) -> None:
    """removing_evidence_never_helps, for whole verdicts: every field, wherever it stands."""
    bundle = load_bundle(workspace=EXAMPLE, cache=False)
    at = datetime(2026, 6, 15, tzinfo=timezone.utc)
    inventory = read_inventory(bundle)
    folder = (EXAMPLE / "inventory" / file).parent
    [document] = read_file(EXAMPLE / "inventory" / f"{file}.yaml")
    tried = 0
    for less in without_each_field(document.value):
        text = json.dumps(less, default=float)
        try:
            [manifest] = read(
                [parse_json(text, "less.json")], bundle.shapes, folder=str(folder), root=str(EXAMPLE)
            )
        except SourceError:
            continue  # a manifest without a name, say: refused
        others = [m for m in inventory if (m.kind, m.name) != (manifest.kind, manifest.name)]
        [(_, decision)] = decide([manifest], bundle, at=at, inventory=others)
        tried += 1
        assert decision.verdict == "fail", difference(document.value, less)
    assert tried > 100


def without_each_field(tree: Any) -> Iterator[Any]:
    """Copies of the tree, each without one key of one mapping."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield {k: v for k, v in tree.items() if k != key}
            for less in without_each_field(value):
                yield {**tree, key: less}
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            for less in without_each_field(value):
                yield [*tree[:index], less, *tree[index + 1 :]]


def difference(whole: Any, less: Any, path: str = "") -> str:
    if isinstance(whole, dict):
        for key, value in whole.items():
            if key not in less:
                return f"{path}.{key}"
            found = difference(value, less[key], f"{path}.{key}")
            if found:
                return found
    elif isinstance(whole, list):
        for index, value in enumerate(whole):
            found = difference(value, less[index], f"{path}[{index}]")
            if found:
                return found
    return ""
