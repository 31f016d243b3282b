"""One asset, many sources: the worse of what they say counts, and no source can talk a failure away."""

from __future__ import annotations

import contextlib
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy.decision import decide, evaluate
from aims_policy.manifest.evidence.merge import merged
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.errors import PolicyError
from aims_policy.reports.json_report import render, to_plain
from aims_policy.source.strength import graded
from tests.decision.conftest import AT, Maker, manifest, rule, waiver

PSI = '$all([v >= 0 and v <= 0.2 for v in $measured(quality.measurements, "psi")])'
RULES = (
    rule("t/digest", 'provenance.digest == "sha256:1"'),
    rule("t/records", "content.records > 10", severity="medium"),
    rule("t/owner", "governance.owner != metadata.owner", severity="low"),
    rule("t/stage", "content.summary.length > 3", when='lifecycle.stage in ["staging", "production"]'),
    rule("t/psi", PSI),
    rule("t/dated", '$all([m.value <= 0.2 and m.dataset != "train" for m in quality.measurements])'),
    rule("t/tier", "quality.measurements.length >= appetite.data.quality_measures.min"),
)
WORSE = ("fail", "error", "missing")

measurements = st.lists(
    st.fixed_dictionaries(
        {"metric": st.sampled_from(["psi", "psi", "nulls", "TODO"])},
        optional={
            "value": st.sampled_from([0.1, 0.15, 0.4, None]),
            "dataset": st.sampled_from(["train", "test"]),
            "group": st.sampled_from(["a", "b"]),
        },
    ),
    max_size=3,
)
specs = st.fixed_dictionaries(
    {},
    optional={
        "provenance": st.fixed_dictionaries(
            {}, optional={"digest": st.sampled_from(["sha256:1", "sha256:2", "TODO", None])}
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
        "risk": st.fixed_dictionaries({}, optional={"tier": st.sampled_from(["minimal", "high", "TBD"])}),
        "quality": st.fixed_dictionaries({}, optional={"measurements": measurements}),
    },
)


@cache
def bundle(*rules: str) -> Bundle:
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        return Maker(Path(folder))(*(rules or RULES))


def outcomes(*parts: dict[str, Any]) -> dict[str, str]:
    first, *others = (manifest("Dataset", spec) for spec in parts)
    decision = evaluate(merged(first, others), bundle(), at=AT)
    return {finding.rule: finding.outcome for finding in decision.findings}


@given(specs, specs)
@settings(max_examples=300)
def test_another_source_never_hides_a_failure(spec: dict[str, Any], other: dict[str, Any]) -> None:
    """But for rules that count entries: there another source may bring what was too few."""
    before, alone, after = outcomes(spec), outcomes(other), outcomes(spec, other)
    for name in before.keys() - {"t/tier"}:
        if "fail" in (before[name], alone[name]):
            assert after[name] in WORSE, (name, before[name], alone[name], after[name])


@given(specs, specs, specs)
def test_the_order_of_sources_is_irrelevant(
    one: dict[str, Any], two: dict[str, Any], three: dict[str, Any]
) -> None:
    orders = [(one, two, three), (three, one, two), (two, three, one), (three, two, one)]
    passing = [{name for name, outcome in outcomes(*order).items() if outcome == "pass"} for order in orders]
    assert all(names == passing[0] for names in passing)


@given(specs)
def test_a_source_that_repeats_the_manifest_changes_nothing(spec: dict[str, Any]) -> None:
    assert outcomes(spec, spec) == outcomes(spec)
    assert not merged(manifest("Dataset", spec), [manifest("Dataset", spec)]).disagreements


@given(specs)
def test_a_source_that_says_nothing_changes_nothing(spec: dict[str, Any]) -> None:
    assert outcomes(spec, {"lifecycle": {"stage": "TODO"}, "content": {}}) == outcomes(spec)


@given(specs, specs)
def test_a_decision_on_many_sources_is_reproducible(spec: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (
        render(evaluate(merged(manifest("Dataset", spec), [manifest("Dataset", other)]), bundle(), at=AT))
        for _ in range(2)
    )
    assert first == second


# --- by example -------------------------------------------------------------------------------------------


def disputed(make: Maker, one: Any, other: Any, *rules: str) -> Any:
    both = merged(manifest("Dataset", one), [manifest("Dataset", other)])
    return evaluate(both, make(*(rules or RULES[:1])), at=AT)


@pytest.mark.parametrize("digests", [("sha256:1", "sha256:2"), ("sha256:2", "sha256:1")])
def test_the_worse_counts_and_the_finding_shows_both(make: Maker, digests: tuple[str, str]) -> None:
    decision = disputed(make, *({"provenance": {"digest": digest}} for digest in digests))
    [finding] = decision.findings
    assert (finding.outcome, finding.disagreements) == ("fail", ("provenance.digest",))
    assert [e.value for e in finding.evidence] == ["sha256:2", "sha256:1"]
    assert all(e.format == "aims" and e.digest.startswith("sha256:") for e in finding.evidence)
    assert [n.code for n in decision.notices] == ["sources-disagree"]


def test_what_is_not_applicable_to_one_reading_is_judged_in_the_other(make: Maker) -> None:
    stage = RULES[3]
    for short, outcome in (("ab", "fail"), ("long enough", "pass")):
        specs = [{"lifecycle": {"stage": s}, "content": {"summary": short}} for s in ("design", "production")]
        [finding] = disputed(make, *specs, stage).findings
        assert finding.outcome == outcome


def test_values_are_combined_across_sources(make: Maker) -> None:
    """What one source counts does not fit what another lists, and none of them fails by itself."""
    fits = rule("t/fits", "content.records <= content.features.length")
    one = {"content": {"records": 1, "features": ["a"]}}
    other = {"content": {"records": 2}}
    [finding] = disputed(make, one, other, fits).findings
    assert finding.outcome == "fail"


def test_more_readings_than_can_be_tried_are_an_error(make: Maker) -> None:
    paths = ("title", "description", "version", "owner", "labels.a", "labels.b", "labels.c")
    condition = " and ".join(
        f'metadata.{p} != "x"' if "labels" not in p else f'metadata.labels["{p[-1]}"] != "x"' for p in paths
    )

    def given_by(who: str):
        found = manifest("Dataset", {})
        fields = {**{p: who for p in paths if "." not in p}, "labels": dict.fromkeys("abc", who)}
        return found.with_data({**found.data, "metadata": {"name": "thing", **fields}})

    both = merged(given_by("one"), [given_by("two")])
    [finding] = evaluate(both, make(rule("t/many", condition)), at=AT).findings
    assert (finding.outcome, finding.enforcement) == ("error", "deny")
    assert "more than can be judged" in finding.error
    fewer = make(rule("t/few", 'metadata.title != "x" and metadata.owner != "x"'))
    assert evaluate(both, fewer, at=AT).verdict == "pass"


def test_the_strictest_tier_that_a_source_declares_applies(make: Maker) -> None:
    decision = disputed(make, {"risk": {"tier": "minimal"}}, {"risk": {"tier": "high"}}, RULES[6])
    assert (decision.tier, decision.tier_declared) == ("high", True)


def test_owners_of_every_source_cannot_waive_for_themselves(make: Maker) -> None:
    bad = {"provenance": {"digest": "sha256:2"}}
    waived = make(RULES[0].replace("t/digest", "t/digest"), waivers=[waiver()])
    one, other = manifest("Dataset", bad), manifest("Dataset", bad, owner="Grace Hopper")
    assert evaluate(one, waived, at=AT).verdict == "pass"
    decision = evaluate(merged(one, [other]), waived, at=AT)
    assert decision.verdict == "fail"
    assert "waiver-self-approved" in {n.code for n in decision.notices}


def test_the_decision_lists_its_sources_and_its_digest_covers_them(make: Maker) -> None:
    one, rules = manifest("Dataset", {"provenance": {"digest": "sha256:1"}}), make(RULES[0])
    alone = evaluate(one, rules, at=AT)
    sources = [manifest("Dataset", {"content": {"records": n}}) for n in (1, 2)]
    decisions = [evaluate(merged(one, [source]), rules, at=AT) for source in sources]
    assert len({alone.digest, *(d.digest for d in decisions)}) == 3
    assert alone.subject.sources == ()
    assert [s["digest"] for s in to_plain(decisions[0])["subject"]["sources"]] == [sources[0].digest]


def test_the_verdict_of_every_asset_that_a_source_names_is_read(make: Maker) -> None:
    rules = make(
        RULES[0], rule("t/up", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model")
    )
    good, bad = (
        manifest("Dataset", {"provenance": {"digest": f"sha256:{n}"}}, name=name)
        for n, name in ((1, "good"), (2, "bad"))
    )
    model, other = (
        manifest("Model", {"training_data": {"datasets": [{"ref": name, "role": "training"}]}}, name="m")
        for name in ("good", "bad")
    )
    [(_, alone)] = decide([model], rules, at=AT, inventory=[good, bad])
    [(_, both)] = decide([merged(model, [other])], rules, at=AT, inventory=[good, bad])
    assert (alone.verdict, both.verdict) == ("pass", "fail")


# --- strength -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strength", "wanted", "outcome"),
    [
        ("declared", "declared", "pass"),
        ("declared", "tool", "fail"),
        ("tool", "declared", "pass"),
        ("tool", "tool", "pass"),
        ("tool", "verified", "fail"),
        ("verified", "verified", "pass"),
        ("tool", "strongest", "error"),
    ],
)
def test_a_rule_asks_how_strong_a_record_is(make: Maker, strength: str, wanted: str, outcome: str) -> None:
    found = manifest("Dataset", {"quality": {"measurements": [{"metric": "psi", "value": 0.1}]}})
    found = found.with_data(graded(found.data, strength))
    asked = rule("t/strong", f'$all([$as_strong_as(m, "{wanted}") for m in quality.measurements])')
    [finding] = evaluate(found, make(asked), at=AT, evidence_of_passes=True).findings
    assert finding.outcome == outcome
    if outcome == "error":
        assert finding.error == "`strongest` is no strength; there are declared, tool, verified"
    else:
        [read] = [e for e in finding.evidence if e.path.endswith(".strength")]
        assert (read.path, read.value, read.line) == ("quality.measurements[0].strength", strength, 1)


@pytest.mark.parametrize("arguments", ['metadata.name, "tool"', "provenance, 2", "provenance"])
def test_what_has_no_strength_is_refused_when_the_policy_is_loaded(make: Maker, arguments: str) -> None:
    with pytest.raises(PolicyError):
        make(rule("t/strong", f"$as_strong_as({arguments})"))
