"""The laws of DESIGN section 5, each a property test by its own name."""

from __future__ import annotations

import contextlib
import itertools
import json
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy.decision import evaluate
from aims_policy.policy.bundle import Bundle
from aims_policy.reports.json_report import render
from tests.decision.conftest import AT, Maker, manifest, rule, waiver

DIGEST = rule("t/digest", 'provenance.digest == "sha256:1"')
RECORDS = rule("t/records", "content.records > 10", severity="medium")
OWNER = rule("t/owner", "governance.owner != metadata.owner", severity="low")
STAGE = rule(
    "t/stage",
    "content.summary.length > 3",
    when='lifecycle.stage in ["staging", "production"]',
    severity="critical",
)
RULES = (DIGEST, RECORDS, OWNER, STAGE)

specs = st.fixed_dictionaries(
    {},
    optional={
        "provenance": st.fixed_dictionaries(
            {}, optional={"digest": st.sampled_from(["sha256:1", "sha256:2", "", "TODO", None])}
        ),
        "content": st.fixed_dictionaries(
            {},
            optional={
                "records": st.sampled_from([0, 11, None]),
                "summary": st.sampled_from(["ab", "long enough", "unknown"]),
            },
        ),
        "governance": st.fixed_dictionaries(
            {}, optional={"owner": st.sampled_from(["Ada Lovelace", "Grace Hopper", None])}
        ),
        "lifecycle": st.fixed_dictionaries(
            {}, optional={"stage": st.sampled_from(["design", "production", None])}
        ),
    },
)
environments = st.sampled_from(["development", "staging", "production", "elsewhere"])


@cache
def bundle(rules: tuple[str, ...] = RULES, waivers: str = "") -> Bundle:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return Maker(Path(folder))(*rules, waivers=json.loads(waivers) if waivers else None)


@given(specs, environments)
def test_deny_overrides(spec: dict[str, Any], environment: str) -> None:
    decision = evaluate(manifest("Dataset", spec), bundle(), environment=environment, at=AT)
    assert (decision.verdict == "fail") == any(f.enforcement == "deny" for f in decision.findings)


@given(specs)
def test_missing_never_allows(spec: dict[str, Any]) -> None:
    decision = evaluate(manifest("Dataset", spec), bundle(), environment="production", at=AT)
    for finding in decision.findings:
        if finding.outcome in ("missing", "error", "fail"):
            assert finding.enforcement == bundle().appetite.enforce(finding.severity, "production")


@given(specs, st.sampled_from(list(itertools.permutations(RULES))[:6]))
@settings(max_examples=60)
def test_rule_order_is_irrelevant(spec: dict[str, Any], order: tuple[str, ...]) -> None:
    one, other = (evaluate(manifest("Dataset", spec), bundle(rules), at=AT) for rules in (RULES, order))
    assert one.digest == other.digest
    assert [f[:8] for f in one.findings] == [f[:8] for f in other.findings]


@given(specs, st.integers(min_value=0, max_value=400))
def test_expired_waiver_is_inert(spec: dict[str, Any], days: int) -> None:
    waived = bundle(RULES, json.dumps([waiver()]))
    at = AT.replace(month=7, day=20) + timedelta(days=days)
    subject = manifest("Dataset", spec)
    with_waiver, without = (evaluate(subject, b, at=at) for b in (waived, bundle()))
    assert with_waiver.verdict == without.verdict
    assert with_waiver.findings == without.findings


@given(specs, environments)
def test_waiver_never_erases(spec: dict[str, Any], environment: str) -> None:
    waived = bundle(RULES, json.dumps([waiver()]))
    subject = manifest("Dataset", spec)
    with_waiver, without = (evaluate(subject, b, environment=environment, at=AT) for b in (waived, bundle()))
    softened = [f._replace(enforcement="", waiver=None) for f in with_waiver.findings]
    assert softened == [f._replace(enforcement="") for f in without.findings]


@given(specs, environments)
def test_decision_is_reproducible(spec: dict[str, Any], environment: str) -> None:
    first, second = (
        render(evaluate(manifest("Dataset", spec), bundle(), environment=environment, at=AT))
        for _ in range(2)
    )
    assert first == second


@given(specs)
def test_nothing_assessed_is_not_pass(spec: dict[str, Any]) -> None:
    only_models = bundle((rule("t/model", "design.task != metadata.name", kinds="Model"),))
    decision = evaluate(manifest("Dataset", spec), only_models, at=AT)
    assert decision.verdict == "fail"
    assert "nothing was assessed" in decision.reason


@given(specs, st.data())
def test_removing_evidence_never_helps(spec: dict[str, Any], data: st.DataObject) -> None:
    before = evaluate(manifest("Dataset", spec), bundle(), at=AT)
    fields = [(s, f) for s, fields in spec.items() for f in fields]
    if not fields:
        return
    section, field = data.draw(st.sampled_from(fields))
    less = {s: {f: v for f, v in fields.items() if (s, f) != (section, field)} for s, fields in spec.items()}
    after = evaluate(manifest("Dataset", less), bundle(), at=AT)
    assert not (before.verdict == "fail" and after.verdict == "pass")
