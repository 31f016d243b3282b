"""JUnit XML: valid for both schemas in use, and red exactly where the verdict is."""

from __future__ import annotations

from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest
import xmlschema
from hypothesis import given, settings

from aims_policy.decision.record import Decision
from aims_policy.reports import report
from tests.reports.decisions import CASES, WAIVER, decision, finding
from tests.reports.ways import VIEW, decisions, schema, several

XSDS = ("windyroad_JUnit-Schema__JUnit.xsd", "jenkinsci_xunit-plugin__junit-10.xsd")


@cache
def xsd(name: str) -> Any:
    return xmlschema.XMLSchema(str(schema(name)))


def cases_of(text: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(text).iter("testcase"))  # noqa: S314 - our own output


@pytest.mark.parametrize("name", XSDS)
@pytest.mark.parametrize("case", CASES)
def test_valid(case: str, name: str) -> None:
    xsd(name).validate(report("junit", [CASES[case]()], VIEW))


@pytest.mark.parametrize("name", XSDS)
def test_valid_where_files_could_not_be_read(name: str) -> None:
    xsd(name).validate(report("junit", *several()))


@pytest.mark.parametrize("name", XSDS)
@settings(max_examples=25)
@given(made=decisions())
def test_valid_whatever_the_texts(name: str, made: Decision) -> None:
    xsd(name).validate(report("junit", [made], VIEW))


@given(made=decisions())
def test_red_exactly_where_the_verdict_is(made: Decision) -> None:
    [suite] = ElementTree.fromstring(report("junit", [made], VIEW))  # noqa: S314
    counted = {e: len(suite.findall(f"testcase/{e}")) for e in ("failure", "error", "skipped")}
    assert (counted["failure"] + counted["error"] > 0) == (made.verdict == "fail")
    assert [suite.get(a) for a in ("failures", "errors", "skipped")] == [str(n) for n in counted.values()]
    assert suite.get("tests") == str(len(suite.findall("testcase")))


@pytest.mark.parametrize(
    ("outcome", "enforcement", "waiver", "element"),
    [
        ("pass", "", None, None),
        ("not_applicable", "", None, "skipped"),
        ("fail", "deny", None, "failure"),
        ("missing", "deny", None, "failure"),
        ("error", "deny", None, "error"),
        ("error", "warn", None, "skipped"),
        ("fail", "warn", None, "skipped"),
        ("fail", "warn", WAIVER, "skipped"),
        ("missing", "audit", None, "skipped"),
    ],
)
def test_what_a_finding_becomes(outcome: str, enforcement: str, waiver: Any, element: str | None) -> None:
    made = decision(finding("A.2.2/x", "pass"), finding("A.7.5/a", outcome, enforcement, waiver=waiver))
    _, case = cases_of(report("junit", [made], VIEW))
    assert case.get("classname") == "A.7.5"
    assert [child.tag for child in case] == ([element] if element else [])
    if waiver is not None:
        assert case[0].get("message", "").startswith("waived by Grace Hopper: ")
