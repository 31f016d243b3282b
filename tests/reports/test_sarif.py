"""SARIF: valid, and saying where, how bad, whose rule, since when and why it is accepted."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from aims_policy.decision.record import Decision, Evidence, Subject
from aims_policy.reports import report
from tests.reports.decisions import CASES, decision, few_missing, finding, gap
from tests.reports.ways import VIEW, decisions, schema, several


def run_of(made: list[Decision], **more: Any) -> Any:
    [run] = json.loads(report("sarif", made, VIEW._replace(**more)))["runs"]
    return run


@cache
def validator() -> Any:
    plain = json.loads(schema("oasis-tcs_sarif-spec__sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    kind = jsonschema.validators.validator_for(plain)
    return kind(plain, format_checker=kind.FORMAT_CHECKER)


@pytest.mark.parametrize("show", ["failing", "all"])
@pytest.mark.parametrize("case", CASES)
def test_valid(case: str, show: str) -> None:
    validator().validate(json.loads(report("sarif", [CASES[case]()], VIEW._replace(show=show))))


def test_valid_where_files_could_not_be_read() -> None:
    validator().validate(json.loads(report("sarif", *several())))


@settings(max_examples=25)
@given(made=decisions())
def test_valid_whatever_the_texts(made: Decision) -> None:
    log = json.loads(report("sarif", [made], VIEW._replace(show="all")))
    validator().validate(log)
    assert "](" not in "".join(r["message"]["text"] for r in log["runs"][0]["results"])


def test_the_level_is_what_the_finding_does() -> None:
    made = decision(*(finding(f"A.7.5/{e}", "fail", e) for e in ("deny", "warn", "audit")))
    assert [r["level"] for r in run_of([made])["results"]] == ["error", "warning", "note"]


def test_missing_evidence_fails_and_points_at_what_stands_there() -> None:
    sources, licences = run_of([few_missing()])["results"]
    assert (sources["kind"], sources["properties"]["outcome"]) == ("fail", "missing")
    assert sources["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "model.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    assert licences["locations"][0]["physicalLocation"]["region"]["startLine"] == 20


def test_what_stands_nowhere_points_at_the_file() -> None:
    [result] = run_of([decision(finding("A.7.5/a", "missing", "deny", missing=(gap("provenance"),)))])[
        "results"
    ]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_of_several_values_the_one_beyond_the_limit_is_shown() -> None:
    values = [("0.05", 3), ("0.40", 4), ("0.10", 5)]
    evidence = [Evidence("risk.tier", "high", "model.yaml", 2, 1, "manifest")]
    evidence += [Evidence(f"m[{n}].v", Decimal(v), "model.yaml", n, 9, "manifest") for v, n in values]
    for name, line in (("x.max", 4), ("x.min", 3)):
        limit = Evidence(f"appetite.{name}", Decimal("0.10"), "appetite/default.yaml", 17, 4, "appetite")
        made = decision(finding("A.7.5/a", "fail", "deny", asked="m", evidence=(*evidence, limit)))
        [result] = run_of([made])["results"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == line
        related = result["relatedLocations"]
        assert [p["physicalLocation"]["region"]["startLine"] for p in related] == [2, 3, 4, 5, 17]
        assert related[-1]["physicalLocation"]["artifactLocation"]["uri"] == "appetite/default.yaml"


def test_a_file_of_the_bundle_outside_of_the_root_is_no_place() -> None:
    [fail, missing] = run_of([CASES["waived"]()])["results"]
    for result in (fail, missing):
        [suppression] = result["suppressions"]
        assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
        assert "Grace Hopper" in suppression["justification"]
        assert "location" not in suppression
        assert result["level"] == "warning"
    inside = run_of([CASES["waived"]()], sources=("waivers.yaml",))["results"][0]["suppressions"][0]
    assert inside["location"]["physicalLocation"]["artifactLocation"]["uri"] == "waivers.yaml"


def test_fingerprints_stay_where_lines_move_and_differ_otherwise() -> None:
    def prints(line: int, **more: Any) -> list[str]:
        made = decision(
            finding("A.7.5/a", "missing", "deny", missing=(gap("x", "null", line),)),
            finding("A.7.5/b", "missing", "deny", missing=(gap("x", "null", line),)),
            **more,
        )
        return [r["partialFingerprints"]["aimsPolicyFinding/v1"] for r in run_of([made])["results"]]

    assert prints(3) == prints(30)
    assert len(set(prints(3))) == 2
    other = Subject("Model", "other", "1", "model.yaml", "aims", f"sha256:{'a' * 64}")
    assert not set(prints(3)) & set(prints(3, subject=other))


def test_rules_carry_their_help_and_their_controls() -> None:
    run = run_of([CASES["above_the_limit"]()])
    rules = run["tool"]["driver"]["rules"]
    by_id = {r["id"]: r for r in rules}
    parity = by_id["A.5.4/fairness-within-appetite"]
    assert parity["properties"]["tags"] == ["iso-42001", "A.5.4", "A.6.2.4"]
    assert [r["target"]["id"] for r in parity["relationships"]] == ["A.5.4", "A.6.2.4"]
    assert "Fix: List origin" in parity["help"]["text"]
    assert [rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"]] == [True, True]
    taxa = {t["id"]: t["shortDescription"]["text"] for t in run["taxonomies"][0]["taxa"]}
    assert taxa["A.2.2"] == "AI policy"
    assert set(taxa) == {c for r in rules for c in r["properties"]["controls"]}


def test_passes_only_where_all_is_to_be_shown() -> None:
    made = CASES["above_the_limit"]()
    assert {r["kind"] for r in run_of([made])["results"]} == {"fail"}
    kinds = [(r["kind"], r["level"]) for r in run_of([made], show="all")["results"]]
    assert sorted(kinds) == [
        ("fail", "error"),
        ("fail", "error"),
        ("notApplicable", "none"),
        ("pass", "none"),
    ]


def test_the_invocation_says_how_it_ended() -> None:
    passed = run_of([decision(finding("A.7.5/a", "pass"))])["invocations"][0]
    assert (passed["exitCode"], passed["executionSuccessful"]) == (0, True)
    failed = run_of([CASES["above_the_limit"]()])["invocations"][0]
    assert (failed["exitCode"], failed["executionSuccessful"]) == (1, True)
    made, view = several()
    unread = run_of(made, problems=view.problems)["invocations"][0]
    assert (unread["exitCode"], unread["executionSuccessful"]) == (4, False)
    told = [(n["descriptor"]["id"], n["level"]) for n in unread["toolExecutionNotifications"]]
    assert told == [("cannot-read", "error"), ("unknown-field", "error"), ("waiver-expired", "warning")]


def test_addresses_are_encoded_and_positions_are_code_points() -> None:
    subject = Subject("Model", "m", "1", "cards/a b:日.yaml", "aims", "sha256:0")
    run = run_of([decision(finding("A.7.5/a", "fail", "deny"), subject=subject)])
    [result] = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "cards/a%20b%3A%E6%97%A5.yaml", "uriBaseId": "%SRCROOT%"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_environments_are_told_apart() -> None:
    assert run_of([few_missing()])["automationDetails"] == {"id": "aims_policy/production/"}
