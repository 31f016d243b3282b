"""Code Quality: what GitLab documents of an issue, and fingerprints that it takes once."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given

from aims_policy.decision.record import Decision
from aims_policy.diagnostics import Diagnostic
from aims_policy.reports import View, report
from tests.reports.decisions import CASES, decision, finding
from tests.reports.ways import VIEW, decisions

# The members that GitLab's documentation requires of a Code Quality report.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./)"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@pytest.mark.parametrize("case", CASES)
def test_valid(case: str) -> None:
    jsonschema.validate(json.loads(report("gitlab", [CASES[case]()], VIEW)), SCHEMA)


@given(made=decisions())
def test_valid_and_distinct_whatever_the_texts(made: Decision) -> None:
    issues = json.loads(report("gitlab", [made, made], VIEW))
    jsonschema.validate(issues, SCHEMA)
    assert len({i["fingerprint"] for i in issues}) == len(issues)


def test_the_same_problem_on_two_lines_is_two_issues() -> None:
    problems = tuple(Diagnostic("unknown-field", "`x` is no field", "a.yaml", line) for line in (3, 9))
    first, second = json.loads(report("gitlab", [], View(problems=problems)))
    assert [i["location"]["lines"]["begin"] for i in (first, second)] == [3, 9]
    assert first["fingerprint"] != second["fingerprint"]


def test_severities() -> None:
    found = [finding(f"A.7.5/{s}", "fail", "deny", severity=s) for s in ("critical", "high", "medium", "low")]
    found += [finding(f"A.7.5/{e}", "fail", e, severity="critical") for e in ("warn", "audit")]
    issues = json.loads(report("gitlab", [decision(*found)], VIEW))
    assert [i["severity"] for i in issues] == ["blocker", "critical", "major", "major", "minor", "info"]


def test_what_passes_is_an_empty_list() -> None:
    assert report("gitlab", [decision(finding("A.7.5/a", "pass"))], VIEW) == "[]\n"
