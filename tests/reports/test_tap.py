"""TAP 14: read back by a reader of TAP."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from hypothesis import given
from tap.parser import Parser

from aims_policy.decision.record import Decision
from aims_policy.reports import report
from tests.reports.decisions import CASES, WAIVER, decision, finding
from tests.reports.ways import VIEW, decisions, several


def points(text: str) -> list[Any]:
    """The test points of one level; a plan that does not fit them is an error."""
    lines = [line for line in text.split("\n") if line and not line.startswith(("    ", "  "))]
    parsed = list(Parser().parse_text("\n".join(lines)))
    assert all(p.category != "unknown" for p in parsed), [p for p in parsed if p.category == "unknown"]
    found = [p for p in parsed if p.category == "test"]
    [plan] = [p for p in parsed if p.category == "plan"]
    assert plan.expected_tests == len(found)
    assert [p.number for p in found] == list(range(1, len(found) + 1))
    return found


def subtest(text: str) -> list[Any]:
    inner = [line for line in text.split("\n") if line.startswith("    ")]
    return points(textwrap.dedent("\n".join(inner)))


def test_a_manifest_is_a_subtest_and_a_rule_a_point() -> None:
    found = [
        finding("A.7.5/a", "pass"),
        finding("A.7.5/b", "not_applicable"),
        finding("A.7.5/c", "fail", "deny"),
        finding("A.7.5/d", "fail", "audit"),
        finding("A.7.5/e", "fail", "warn", waiver=WAIVER),
    ]
    text = report("tap", [decision(*found)], VIEW)
    assert text.startswith("TAP version 14\n")
    [whole] = points(text)
    assert not whole.ok
    inner = subtest(text)
    assert [(p.ok, p.skip, p.todo) for p in inner] == [
        (True, False, False),
        (True, True, False),
        (False, False, False),
        (False, False, True),
        (False, False, True),
    ]


def test_what_only_warns_does_not_fail_the_manifest() -> None:
    text = report("tap", [decision(finding("A.7.5/a", "fail", "warn"))], VIEW)
    assert [p.ok for p in points(text)] == [True]


def test_diagnostics_say_where() -> None:
    text = report("tap", [CASES["above_the_limit"]()], VIEW)
    places = [
        json.loads(line.partition("at: ")[2]) for line in text.split("\n") if line.startswith("      at: ")
    ]
    assert {"file": "model.yaml", "line": 41, "column": 7} in places


def test_what_was_not_read_is_not_ok() -> None:
    assert [p.ok for p in points(report("tap", *several()))] == [False, False, True, False]


@given(made=decisions())
def test_no_text_becomes_a_directive_or_a_line(made: Decision) -> None:
    text = report("tap", [made], VIEW)
    [whole] = points(text)
    assert whole.ok == (made.verdict == "pass")
    assert not whole.skip
    assert not whole.todo
    lines = [line for line in text.split("\n") if line.startswith(("    ok ", "    not ok "))]
    assert len(lines) == max(1, len(made.findings))
    for line, each in zip(lines, made.findings, strict=False):
        assert line.startswith("    not ok") == bool(each.enforcement)
        skipped = each.outcome == "not_applicable"
        assert line.endswith(" # SKIP not applicable") == skipped
