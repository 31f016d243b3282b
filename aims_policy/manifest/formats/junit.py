"""JUnit XML as test runners write it (pytest, Surefire, Jest, promptfoo, Deepchecks, …) to tests of a Model.

There is no standard; read is what runners agree on: ``testsuites`` of ``testsuite`` of ``testcase``, where a child
``failure``, ``error``, ``warning`` or ``skipped`` tells that it did not pass, or its ``status`` or ``result`` does. A
test that passed when it was run again (``flakyFailure``) passed. A property whose name is that of a known metric and
whose value is a number (pytest's ``record_property("accuracy", 0.93)``) is a measurement. A suite whose counts tell
of more failures than its cases show is a failed test of its own, so that cutting cases out hides nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known
from aims_policy.manifest.foreign.runs import Run, Verdict, given, put_verdict, said

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("junit",)
TITLE = "JUnit XML report"
VERSIONS = ""
STRENGTH = "tool"
HOLDS = "each test is a `testcase` in a `testsuite`"
KEYS = told_by("#ns")
IGNORED = frozenset(
    f"{prefix}{name}"
    for prefix in ("testsuites.", "testsuites.testsuite.", "testsuites.testsuite.testsuite.", "testsuite.")
    for name in [
        *("@name", "@tests", "@failures", "@errors", "@skipped", "@disabled", "@time", "@hostname", "@id"),
        *("@package", "@assertions", "@timestamp", "system-out", "system-err", "properties.property.@name"),
        *(
            "properties.property.@value",
            "testcase.@time",
            "testcase.@file",
            "testcase.@line",
            "testcase.@status",
        ),
        *("testcase.@assertions", "testcase.@id", "testcase.system-out", "testcase.system-err"),
        *("@file", "@line", "@warnings", "@version", "@uuid", "@noNamespaceSchemaLocation", "properties"),
        *("testcase.@result", "testcase.@timestamp", "testcase.@class", "testcase.properties"),
        *(f"testcase.{run}{end}" for run in ("flaky", "rerun") for end in ("Failure", "Error")),
        *(f"testcase.{child}" for child in ("failure", "error", "warning", "skipped")),
        *(
            f"testcase.{child}.{part}"
            for child in ("failure", "error", "warning", "skipped")
            for part in ("@message", "@type", "#text", "@file", "@line")
        ),
    ]
) | {"#ns"}

_MAX_SUITES_DEEP = 20
_RFC_1123 = re.compile(
    r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})", re.ASCII
)
_OTHERS = {
    "assemblies": "xUnit.net", "assembly": "xUnit.net", "test-run": "NUnit", "test-results": "NUnit",
    "testng-results": "TestNG", "TestRun": "Visual Studio", "robot": "Robot Framework",
}  # fmt: skip
# The children that tell that a case did not pass, the worst first, and what those say that are no failure. PHPUnit
# writes a ``warning``, for instance where a class has no tests.
_CHILDREN = {
    "failure": "",
    "error": "the test could not run",
    "warning": "the test gave a warning",
    "skipped": "skipped",
}
# What runners put into ``status`` or ``result`` of a case: googletest skips without a child, cutter and others fail so.
_TOLD = {
    **dict.fromkeys(("fail", "failed", "failure"), Verdict(False, "", ())),
    **dict.fromkeys(
        ("error", "errored", "broken", "panicked", "timedout", "timeout", "interrupted", "aborted"),
        Verdict(None, "the test could not run", ()),
    ),
    **dict.fromkeys(
        ("notrun", "disabled", "suppressed", "skipped", "skip", "pending", "ignored"),
        Verdict(None, "the test was not run", ()),
    ),
}


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or "#ns" not in value:
        return ""
    return "junit" if {"testsuites", "testsuite"} & value.keys() else ""


def nearly(document: Located) -> str:
    """What to do about the report of a runner that has an XML of its own; "" of any other file."""
    tool = next((_OTHERS[name] for name in mapping(document.value) if name in _OTHERS), "")
    return (
        f"this is a report of {tool}; JUnit XML is read, which most runners can write as well" if tool else ""
    )


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    root = mapping(document.value)
    for tag in ("testsuites", "testsuite"):
        if type(root.get(tag)) is dict:
            _suite(draft, root[tag], (tag,), Run(), 0)
    return [draft] if draft.tree else []


def _suite(draft: Draft, suite: dict[str, Any], at: Steps, above: Run, depth: int) -> None:
    """A suite, or the element around all of them."""
    run = Run(date=given(_moment(suite.get("@timestamp")), (*at, "@timestamp")) or above.date)
    _properties(draft, suite, at, run)
    found = {"failure": 0, "error": 0}
    for case, place in elements(suite.get("testcase"), (*at, "testcase")):
        verdict = _case(draft, mapping(case), place, suite, at, run)
        found["failure"] += verdict.passed is False
        found["error"] += "error" in mapping(case) or verdict.reason.startswith("the test could not run")
    if "testsuite" not in suite:
        _check_counts(draft, suite, at, run, found)
    if depth < _MAX_SUITES_DEEP:
        for inner, place in elements(suite.get("testsuite"), (*at, "testsuite")):
            _suite(draft, mapping(inner), place, run, depth + 1)


def _moment(told: Any) -> Any:
    """A time of RFC 1123 (``Tue, 13 Feb 2024 10:28:58 GMT``), as some runners write it, as ISO 8601 has it."""
    if type(told) is not str or not _RFC_1123.fullmatch(told.strip()):
        return told
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(told.strip()).isoformat()
    except ValueError:
        return told


def _case(
    draft: Draft, case: dict[str, Any], at: Steps, suite: dict[str, Any], suite_at: Steps, run: Run
) -> Verdict:
    path = draft.entry("evaluation.tests")
    verdict = _verdict(case, at)
    put_verdict(draft, path, verdict)
    draft.text(f"{path}.name", case.get("@name"), (*at, "@name"))
    if case.get("@classname"):
        draft.text(f"{path}.suite", case["@classname"], (*at, "@classname"))
    else:
        draft.text(f"{path}.suite", suite.get("@name"), (*suite_at, "@name"))
    if verdict.passed is False and verdict.reason:
        child = next(mapping(c) for c, _ in elements(case["failure"], ()))
        told = "@message" if child.get("@message") else "#text"
        draft.put(f"{path}.message", verdict.reason, (*verdict.source, told))
    run.of_test(draft, path)
    _properties(draft, case, at, run)
    return verdict


def _verdict(case: dict[str, Any], at: Steps) -> Verdict:
    """Of several children the worst counts: a test may fail and its clean-up break as well."""
    for tag, reason in _CHILDREN.items():
        for child, place in elements(case.get(tag), (*at, tag)):
            message = mapping(child).get("@message") or mapping(child).get("#text")
            if tag == "failure":
                return Verdict(False, message.strip() if type(message) is str else "", place)
            return Verdict(None, said(reason, message), place)
    for attribute in ("@status", "@result"):
        told = _TOLD.get(str(case.get(attribute, "")).strip().lower())
        if told:
            return told._replace(source=(*at, attribute))
    return Verdict(True, "", at)


def _check_counts(draft: Draft, suite: dict[str, Any], at: Steps, run: Run, found: dict[str, int]) -> None:
    """Failures that the suite counts and does not show."""
    for attribute, tag in (("@failures", "failure"), ("@errors", "error")):
        count = exact_number(suite.get(attribute))
        if count is None or count <= found[tag]:
            continue
        path, place = draft.entry("evaluation.tests"), (*at, attribute)
        name = suite.get("@name")
        draft.text(f"{path}.name", name or "test suite", (*at, "@name") if name else at)
        shown = f"the suite counts {count} {attribute[1:]} and shows {found[tag]}"
        put_verdict(draft, path, Verdict(False if tag == "failure" else None, shown, place))
        if tag == "failure":
            draft.put(f"{path}.message", shown, place)
        run.of_test(draft, path)


def _properties(draft: Draft, element: dict[str, Any], at: Steps, run: Run) -> None:
    for group, place in elements(element.get("properties"), (*at, "properties")):
        for item, origin in elements(mapping(group).get("property"), (*place, "property")):
            name, value = mapping(item).get("@name"), mapping(item).get("@value")
            if type(name) is str and is_known(name) and value is not None:
                path = draft.measurement(name, value, (*origin, "@name"), (*origin, "@value"))
                run.of_measurement(draft, path)
