"""What the workspace says of a rule for some assets: it holds for these, is told, and hides nothing."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.decision import Decision, evaluate
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.load import load_bundle
from tests.decision.conftest import AT, manifest, policy, rule

DIGEST = rule("t/digest", 'provenance.digest == "sha256:1"')
RECORDS = rule("t/records", "content.records > 10", severity="medium")
WHY = "No person is recorded by these machines, see R-7."


@cache
def bundle(overrides: str = "[]", cached: bool = False) -> Bundle:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "aims.yaml"
        workspace = {
            "apiVersion": "aims/v1",
            "kind": "Workspace",
            "metadata": {"name": "w"},
            "policies": ["p.yaml"],
        }
        file.write_text(json.dumps({**workspace, "overrides": json.loads(overrides)}), encoding="utf-8")
        (Path(folder) / "p.yaml").write_text(policy(DIGEST, RECORDS), encoding="utf-8")
        if cached:
            load_bundle(workspace=folder)
        return load_bundle(workspace=folder, cache=cached)


def override(**more: Any) -> dict[str, Any]:
    return {
        "rule": "t/digest",
        "assets": ["dataset/telemetry-*"],
        "justification": WHY,
        "exclude": True,
    } | more


def decided(name: str, *overrides: dict[str, Any], spec: dict[str, Any] | None = None) -> Decision:
    given = spec if spec is not None else {"content": {"records": 11}}
    return evaluate(manifest("Dataset", given, name=name), bundle(json.dumps(overrides)), at=AT)


def test_it_holds_for_the_assets_that_it_names_and_for_no_others() -> None:
    assert decided("telemetry-north", override()).verdict == "pass"
    for name in ("loans", "my-telemetry-north"):
        meant, as_ever = decided(name, override()), decided(name)
        assert (meant.verdict, meant.findings, meant.notices) == ("fail", as_ever.findings, as_ever.notices)


def test_the_finding_stays_and_the_reason_is_told() -> None:
    decision = decided("telemetry-north", override())
    [finding] = [f for f in decision.findings if f.rule == "t/digest"]
    assert (finding.outcome, finding.enforcement) == ("missing", "audit")
    assert finding.missing[0].path == "provenance.digest"
    [note] = [n for n in decision.notices if n.code == "override"]
    assert note.message == f"rule `t/digest` is excluded for `dataset/telemetry-north`: {WHY}"
    assert (Path(note.file).name, note.severity) == ("aims.yaml", "note")


@pytest.mark.parametrize(("severity", "does"), [("low", "warn"), ("medium", "deny"), ("critical", "deny")])
def test_a_severity_does_what_the_appetite_says_of_it(severity: str, does: str) -> None:
    decision = decided("telemetry-north", override(exclude=None, severity=severity))
    [finding] = [f for f in decision.findings if f.rule == "t/digest"]
    assert (finding.severity, finding.enforcement) == (severity, does)


def test_of_two_the_first_counts_and_a_pass_stays_one() -> None:
    first, second = override(exclude=None, severity="low"), override(assets=["*"])
    [finding, _] = decided("telemetry-north", first, second).findings
    assert (finding.severity, finding.enforcement) == ("low", "warn")
    [passing, _] = decided("telemetry-north", second, spec={"provenance": {"digest": "sha256:1"}}).findings
    assert (passing.outcome, passing.enforcement) == ("pass", "")


def test_it_is_part_of_the_bundle_and_of_its_cached_form() -> None:
    one, other = json.dumps([override()]), json.dumps([override(assets=["dataset/telemetry-north"])])
    assert len({bundle().digest, bundle(one).digest, bundle(other).digest}) == 3
    [cached] = bundle(one, cached=True).overrides
    [built] = bundle(one).overrides
    assert cached._replace(file="") == built._replace(file="")


def test_a_rule_that_is_not_there_is_refused() -> None:
    with pytest.raises(PolicyError, match="`t/digests` is not a rule of this bundle"):
        bundle(json.dumps([override(rule="t/digests")]))


specs = st.fixed_dictionaries(
    {},
    optional={
        "provenance": st.sampled_from([{"digest": "sha256:1"}, {"digest": "sha256:2"}]),
        "content": st.sampled_from([{"records": 11}, {"records": 1}]),
    },
)


@given(
    specs,
    st.sampled_from(["t/digest", "t/records"]),
    st.sampled_from([None, "low", "medium", "high", "critical"]),
)
def test_an_override_never_erases(spec: dict[str, Any], rule_id: str, severity: str | None) -> None:
    given_ = override(rule=rule_id, severity=severity, exclude=severity is None or None, assets=["*"])
    after, before = decided("x", given_, spec=spec), decided("x", spec=spec)
    softened = [f._replace(enforcement="", severity="") for f in after.findings]
    assert softened == [f._replace(enforcement="", severity="") for f in before.findings]
    assert [f for f in after.findings if f.rule != rule_id] == [
        f for f in before.findings if f.rule != rule_id
    ]


def test_one_entry_for_several_rules_is_as_one_entry_for_each() -> None:
    several = override(rules=["t/*"])
    del several["rule"]
    each = (override(rule="t/digest"), override(rule="t/records"))
    for spec in (
        {},
        {"content": {"records": 3}},
        {"content": {"records": 11}, "provenance": {"digest": "sha256:2"}},
    ):
        one, two = (
            decided("telemetry-north", several, spec=spec),
            decided("telemetry-north", *each, spec=spec),
        )
        assert one.findings == two.findings
        assert {f.enforcement for f in one.findings} <= {"audit", ""}
        [note] = [n for n in one.notices if n.code == "override"]
        assert note.message == (
            f"2 rules are excluded for `dataset/telemetry-north` (`t/digest`, `t/records`): {WHY}"
        )
        other = decided("loans", several, spec=spec)
        assert {f.enforcement for f in other.findings} & {"deny"} and not other.notices
    assert bundle(json.dumps([several])).digest == bundle(json.dumps([several]), cached=True).digest


def test_rules_are_named_by_patterns_of_one_control_at_the_least() -> None:
    for pattern in ("*", "*/records", "t", "t/*; x"):
        several = override(rules=[pattern])
        del several["rule"]
        with pytest.raises(PolicyError, match="rules"):
            bundle(json.dumps([several]))
