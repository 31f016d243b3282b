"""How a decision is made, rule by rule."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from aims_policy.decision import Context, decide, evaluate
from aims_policy.decision.context import UpstreamAsset
from tests.decision.conftest import AT, Maker, manifest, rule, waiver

DIGEST = rule("t/digest", 'provenance.digest == "sha256:1"')


def outcomes(decision) -> dict[str, str]:
    return {f.rule: f.outcome for f in decision.findings}


@pytest.mark.parametrize(
    ("spec", "outcome", "verdict"),
    [
        ({"provenance": {"digest": "sha256:1"}}, "pass", "pass"),
        ({"provenance": {"digest": "sha256:2"}}, "fail", "fail"),
        ({"provenance": {"digest": None}}, "missing", "fail"),
        ({"provenance": {"digest": ""}}, "missing", "fail"),
        ({"provenance": {"digest": "TODO"}}, "missing", "fail"),
        ({"provenance": {}}, "missing", "fail"),
        ({}, "missing", "fail"),
        (None, "missing", "fail"),
    ],
)
def test_outcome_of_a_rule(make: Maker, spec, outcome: str, verdict: str) -> None:
    decision = evaluate(manifest("Dataset", spec), make(DIGEST), at=AT)
    assert (decision.findings[0].outcome, decision.verdict) == (outcome, verdict)


def test_a_finding_says_what_was_found_and_where(make: Maker) -> None:
    found = evaluate(
        manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), make(DIGEST), at=AT
    ).findings[0]
    [evidence] = found.evidence
    assert (evidence.path, evidence.value, evidence.file, evidence.line) == (
        "provenance.digest",
        "sha256:2",
        "thing.json",
        1,
    )
    assert found.asked == 'provenance.digest == "sha256:1"'
    assert found.rationale == "Because it matters."
    assert found.remediation == "Mend it."


def test_a_gap_says_what_stands_there_instead(make: Maker) -> None:
    [gap] = (
        evaluate(manifest("Dataset", {"provenance": {"digest": "TBD"}}), make(DIGEST), at=AT)
        .findings[0]
        .missing
    )
    assert gap.path == "provenance.digest"
    assert "TBD" in gap.reason
    [gap] = evaluate(manifest("Dataset", None), make(DIGEST), at=AT).findings[0].missing
    assert gap.reason == "absent"


def test_a_condition_that_cannot_be_decided_is_missing(make: Maker) -> None:
    bundle = make(rule("t/when", "true == true", when='lifecycle.stage == "production"'))
    assert outcomes(evaluate(manifest("Dataset", {}), bundle, at=AT)) == {"t/when": "missing"}
    staged = manifest("Dataset", {"lifecycle": {"stage": "design"}})
    assert outcomes(evaluate(staged, bundle, at=AT)) == {"t/when": "not_applicable"}


def test_division_by_zero_is_an_error_and_denies(make: Maker) -> None:
    bundle = make(rule("t/zero", "1 / content.records > 0"))
    decision = evaluate(manifest("Dataset", {"content": {"records": 0}}), bundle, at=AT)
    assert (decision.findings[0].outcome, decision.verdict) == ("error", "fail")
    assert "zero" in decision.findings[0].error


def test_severity_and_environment_decide_the_enforcement(make: Maker) -> None:
    bundle = make(DIGEST)
    subject = manifest("Dataset", {})
    enforced = {
        e: evaluate(subject, bundle, environment=e, at=AT).findings[0].enforcement
        for e in ("development", "staging", "production", "elsewhere")
    }
    assert enforced == {"development": "warn", "staging": "deny", "production": "deny", "elsewhere": "deny"}
    assert evaluate(subject, bundle, environment="development", at=AT).verdict == "pass"


def test_the_appetite_follows_the_tier_and_silence_is_strictest(make: Maker) -> None:
    bundle = make(
        rule("t/tier", "appetite.fairness.demographic_parity_difference.max >= 0.10", kinds="Model")
    )
    verdicts = {
        t: evaluate(manifest("Model", {"risk": {"tier": t}}), bundle, at=AT).verdict
        for t in ("limited", "high", "critical")
    }
    assert verdicts == {"limited": "pass", "high": "pass", "critical": "fail"}
    silent = evaluate(manifest("Model", {}), bundle, at=AT)
    assert (silent.verdict, silent.tier, silent.tier_declared) == ("fail", "critical", False)
    [limit] = silent.findings[0].evidence
    assert (limit.value, limit.source) == (Decimal("0.05"), "appetite")
    assert limit.line > 0


def test_the_time_needs_a_zone(make: Maker) -> None:
    with pytest.raises(ValueError, match="time zone"):
        evaluate(manifest("Dataset", {}), make(DIGEST), at=datetime(2026, 6, 1))


def test_a_rule_reads_what_was_decided_upstream(make: Maker) -> None:
    bundle = make(rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])'))
    subject = manifest("Dataset", {})

    def asset(verdict: str) -> UpstreamAsset:
        return UpstreamAsset(
            "dataset/raw",
            "Dataset",
            "raw",
            "derived_from",
            verdict,
            ("A.7.5/x",) if verdict == "fail" else (),
            ("dataset/thing", "dataset/raw"),
            "metadata.name",
        )

    def decided(*assets: UpstreamAsset):
        return evaluate(subject, bundle, at=AT, context=Context(upstream=assets))

    assert outcomes(decided(asset("pass"))) == {"t/up": "pass"}
    assert outcomes(decided(asset(""))) == {"t/up": "missing"}
    assert outcomes(decided()) == {"t/up": "missing"}
    found = {e.path: e.value for e in decided(asset("pass"), asset("fail")).findings[0].evidence}
    assert found["upstream.assets[1].verdict"] == "fail"
    assert found["upstream.assets[1].path"] == "dataset/thing → dataset/raw"
    assert found["upstream.assets[1].failing"] == ("A.7.5/x",)


def test_a_failing_dataset_reaches_every_model_built_on_it(make: Maker) -> None:
    bundle = make(
        DIGEST, rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model, AISystem")
    )
    raw = manifest("Dataset", {"provenance": {"digest": "sha256:2"}}, name="raw")
    model = manifest("Model", {"training_data": {"datasets": [{"ref": "raw", "role": "training"}]}}, name="m")
    system = manifest("AISystem", {"components": {"models": [{"ref": "m"}]}}, name="s")
    decisions = {m.name: d for m, d in decide([system, model], bundle, at=AT, inventory=[raw])}
    assert {n: d.verdict for n, d in decisions.items()} == {"s": "fail", "m": "fail"}
    found = {e.path: e.value for e in decisions["s"].findings[0].evidence}
    assert found["upstream.assets[0].path"] == "aisystem/s → model/m → dataset/raw"
    mended = manifest("Dataset", {"provenance": {"digest": "sha256:1"}}, name="raw")
    assert {d.verdict for _, d in decide([system, model], bundle, at=AT, inventory=[mended])} == {"pass"}


def test_a_cycle_leaves_its_assets_undecided_and_so_missing(make: Maker) -> None:
    bundle = make(rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model"))

    def model(name: str, base: str):
        return manifest("Model", {"provenance": {"base_models": [{"ref": base}]}}, name=name)

    decisions = [d for _, d in decide([model("a", "b"), model("b", "a")], bundle, at=AT)]
    assert all(d.verdict == "fail" for d in decisions)
    assert any(d.findings[0].outcome == "missing" for d in decisions)


@pytest.mark.parametrize(
    ("earlier", "in_force"),
    [
        ({"granted": "2026-02-20", "expires": "2026-05-20"}, False),  # the next begins as this one ends
        ({"granted": "2026-03-01", "expires": "2026-06-10"}, False),  # they overlap
        ({"granted": "2026-02-20", "expires": "2026-05-10"}, True),  # ten days in which it denied
        ({"granted": "2026-05-01", "expires": "2026-05-20"}, True),  # together no longer than one may be
        ({"granted": "2026-02-20", "expires": "2026-05-20", "rules": ["t/other"]}, True),
        ({"granted": "2026-02-20", "expires": "2026-05-20", "environments": ["staging"]}, True),
    ],
)
def test_renewing_a_waiver_makes_its_limit_no_longer(
    make: Maker, earlier: dict[str, Any], in_force: bool
) -> None:
    other = rule("t/other", "content.records > 10")
    given = [waiver(**{"id": "W-0", **earlier}), waiver(expires="2026-07-20")]
    bundle = make(rule("t/digest", 'provenance.digest == "sha256:1"'), other, waivers=given)
    decision = evaluate(manifest("Dataset", {"content": {"records": 11}}), bundle, at=AT)
    assert (decision.verdict == "pass") is in_force
    assert ("waiver-renewed" in {n.code for n in decision.notices}) is not in_force


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"expires": "2026-05-30"}, "waiver-expired"),
        ({"granted": "2026-06-10"}, "waiver-not-yet"),
        ({"approver": "ada lovelace"}, "waiver-self-approved"),
        ({"approver": "Lovelace,  Ada"}, "waiver-self-approved"),
        ({"granted": "2026-01-01", "expires": "2026-12-31"}, "waiver-too-long"),
        ({"rules": ["t/other"]}, "waiver-unused"),
    ],
)
def test_a_waiver_that_is_not_in_force_does_nothing_and_is_reported(make: Maker, change, code: str) -> None:
    bundle = make(DIGEST, rule("t/other", 'provenance.digest != "x"'), waivers=[waiver(**change)])
    decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=AT)
    assert decision.verdict == "fail"
    assert code in {n.code for n in decision.notices}


@pytest.mark.parametrize(
    "change",
    [
        {"expires": "soon"},
        {"approver": ""},
        {"justification": "ok"},
        {"rules": ["t/nope"]},
        {"extra": 1},
        {"assets": ["thing"]},
    ],
)
def test_a_malformed_waiver_does_nothing_and_is_reported(make: Maker, change) -> None:
    bundle = make(DIGEST, waivers=[waiver(**change)])
    decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=AT)
    assert decision.verdict == "fail"
    assert any(n.severity == "warning" and n.line for n in decision.notices)


def test_a_waiver_in_force_turns_deny_into_warn(make: Maker) -> None:
    bundle = make(DIGEST, waivers=[waiver()])
    decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=AT)
    [finding] = decision.findings
    assert (decision.verdict, finding.outcome, finding.enforcement) == ("pass", "fail", "warn")
    assert finding.waiver is not None
    assert finding.waiver.approver == "Grace Hopper"


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("change", "at", "verdict"),
    [
        ({}, datetime(2026, 5, 20, tzinfo=timezone.utc), "pass"),  # from its first moment
        ({}, datetime(2026, 7, 20, tzinfo=timezone.utc) - timedelta(microseconds=1), "pass"),
        ({}, datetime(2026, 7, 20, tzinfo=timezone.utc), "fail"),  # no longer at its last
        ({"environments": ["production"]}, AT, "pass"),
        ({"environments": ["staging"]}, AT, "fail"),
        ({"environments": ["staging", "production"]}, AT, "pass"),
        ({"assets": ["dataset/other"]}, AT, "fail"),
    ],
)
def test_a_waiver_is_in_force_in_its_time_its_environments_and_for_its_assets(
    make: Maker, change: dict[str, Any], at: datetime, verdict: str
) -> None:
    bundle = make(DIGEST, waivers=[waiver(**change)])
    decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=at)
    assert decision.verdict == verdict
    assert bool(decision.notices) is (verdict == "fail" and "assets" not in change)


def test_a_waiver_may_run_for_as_long_as_the_appetite_allows_and_no_longer(make: Maker) -> None:
    for over, verdict in ((timedelta(0), "pass"), (timedelta(seconds=1), "fail")):
        longest = timedelta(days=make(DIGEST).appetite.waiver_days["high"])
        granted = AT - DAY
        times = {"granted": granted.isoformat(), "expires": (granted + longest + over).isoformat()}
        bundle = make(DIGEST, waivers=[waiver(**times)])
        decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=AT)
        assert decision.verdict == verdict


def test_a_waiver_that_is_used_is_not_called_unused(make: Maker) -> None:
    bundle = make(DIGEST, rule("t/other", 'provenance.digest != "x"'), waivers=[waiver(), waiver(id="W-2")])
    decision = evaluate(manifest("Dataset", {"provenance": {"digest": "sha256:2"}}), bundle, at=AT)
    assert [n.message for n in decision.notices] == [
        "waiver `W-2` is not needed: it covers no finding that denies here"
    ]


def test_an_expired_waiver_is_called_expired_even_where_nothing_denies(make: Maker) -> None:
    bundle = make(DIGEST, waivers=[waiver(expires="2026-05-30")])
    decision = evaluate(manifest("Dataset", {}), bundle, environment="development", at=AT)
    assert "waiver-expired" in {n.code for n in decision.notices}


def test_an_entry_that_does_not_say_which_asset_it_is_has_no_verdict(make: Maker) -> None:
    """Deleting the name of a failing base model must not make it go away."""
    bundle = make(rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model"), DIGEST)
    data = manifest("Dataset", {"provenance": {"digest": "sha256:1"}}, name="raw")
    entries = [{"ref": "raw", "role": "training"}]
    bases = [{"relation": "finetune", "license": "apache-2.0"}]
    named, nameless = (
        manifest("Model", {"training_data": {"datasets": entries}, **more}, name="m")
        for more in ({}, {"provenance": {"base_models": bases}})
    )
    [(_, decision)] = decide([named], bundle, at=AT, inventory=[data])
    assert outcomes(decision) == {"t/up": "pass"}
    [(_, decision)] = decide([nameless], bundle, at=AT, inventory=[data])
    assert outcomes(decision) == {"t/up": "missing"}
