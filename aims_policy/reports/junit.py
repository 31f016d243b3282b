"""JUnit XML: a test suite for each manifest, a test case for each rule; the control is the class.

Written so that both schemas in use take it: that of Ant (Windy Road) and that of Jenkins' xUnit plugin. A pipeline
whose verdict is pass must not go red, so what only warns, is audited or is waived is ``skipped``, with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from aims_policy.diagnostics import in_order, safe
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import shown
from aims_policy.reports.ci.items import TITLES, UNREAD, VERDICT, asset_of, explanation, needs_verdict
from aims_policy.reports.ci.places import located, place_of
from aims_policy.reports.ci.wording import enforced, headline, message, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View

_NEVER = "1970-01-01T00:00:00"  # the schema wants a time, and what was not decided has none
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Case(NamedTuple):
    classname: str
    name: str
    element: str  # failure, error, skipped, or "" for a pass
    kind: str
    message: str
    text: str


class _Suite(NamedTuple):
    name: str
    package: str
    at: str
    properties: Sequence[tuple[str, str]]
    cases: Sequence[_Case]
    notices: Sequence[str]


def report(decisions: Iterable[Decision], view: View) -> str:
    """The document, with an end of line."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Iterable[Decision], view: View) -> Iterator[str]:
    """The lines of the document, one suite at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'
    number = 0
    for number, suite in enumerate(_suites(decisions, view), 1):
        yield from _lines(suite, number - 1)
    if not number:
        empty = _Case("decision", VERDICT, "error", "nothing-decided", "No manifest was decided.", "")
        yield from _lines(_Suite("aims_policy", "aims_policy", _NEVER, (), (empty,), ()), 0)
    yield "</testsuites>\n"


def _lines(suite: _Suite, number: int) -> Iterator[str]:
    return (f"{line}\n" for line in _suite(suite, number))


def _suites(decisions: Iterable[Decision], view: View) -> Iterator[_Suite]:
    for file in dict.fromkeys(p.file for p in in_order(view.problems)):
        problems = [p for p in in_order(view.problems) if p.file == file]
        yield _unread(located(file, 1, 0, view).file, problems, view)
    for decision in decisions:
        yield _decided(decision, view)


def _decided(decision: Decision, view: View) -> _Suite:
    subject = decision.subject
    properties = (
        ("file", located(subject.file, 1, 0, view).file),
        ("version", subject.version),
        ("environment", decision.environment),
        ("tier", decision.tier),
        ("verdict", decision.verdict),
        ("reason", decision.reason),
        ("engine", decision.engine),
        ("bundle", decision.bundle_digest),
        ("decision", decision.digest),
    )
    cases = [_case(f, decision, view) for f in shown(decision, view.controls).findings]
    if needs_verdict(decision, view):
        text = sentence(decision.reason)
        cases.append(_Case("decision", f"{VERDICT} {TITLES[VERDICT]}", "failure", "deny", text, text))
    notices = [f"{n.severity}[{n.code}]: {sentence(n.message)}" for n in decision.notices]
    return _Suite(
        asset_of(decision), "aims_policy", decision.at.removesuffix("Z"), properties, cases, notices
    )


def _case(finding: Finding, decision: Decision, view: View) -> _Case:
    control = finding.controls[0] if finding.controls else "decision"
    name = f"{finding.rule} {finding.title}"
    if finding.outcome == "not_applicable":
        return _Case(control, name, "skipped", "", "not applicable", "")
    if not finding.enforcement:
        return _Case(control, name, "", "", "", "")
    text = "\n".join([*message(finding, decision.subject.file), f"Why: {sentence(finding.rationale)}"])
    text = f"{place_of(finding, decision, view)}\n{text}"
    if finding.enforcement != "deny":
        does = f"waived by {finding.waiver.approver}" if finding.waiver else finding.enforcement
        return _Case(control, name, "skipped", "", f"{does}: {headline(finding)}", text)
    element = "error" if finding.outcome == "error" else "failure"
    return _Case(control, name, element, enforced(finding), headline(finding), text)


def _unread(file: str, problems: Sequence[Diagnostic], view: View) -> _Suite:
    cases = []
    for problem in problems:
        text = "\n".join(explanation(problem))
        place = located(problem.file, problem.line, problem.column, view)
        name = f"{UNREAD} {place}"
        cases.append(
            _Case("manifest", name, "error", problem.code, sentence(problem.message), f"{place}\n{text}")
        )
    return _Suite(file or "manifest", "aims_policy", _NEVER, (), cases, ())


def _suite(suite: _Suite, number: int) -> Iterator[str]:
    counts = {e: sum(1 for c in suite.cases if c.element == e) for e in ("failure", "error", "skipped")}
    attributes = {
        "id": number,
        "name": suite.name,
        "package": suite.package,
        "timestamp": suite.at[:19],
        "hostname": "localhost",
        "tests": len(suite.cases),
        "failures": counts["failure"],
        "errors": counts["error"],
        "skipped": counts["skipped"],
        "time": 0,
    }
    yield f"  <testsuite{_attributes(attributes)}>"
    yield "    <properties>"
    for name, value in suite.properties:
        yield f"      <property{_attributes({'name': name, 'value': value})}/>"
    yield "    </properties>"
    for case in suite.cases:
        yield from _testcase(case)
    yield "    <system-out/>"
    yield f"    <system-err>{_text(chr(10).join(suite.notices))}</system-err>"
    yield "  </testsuite>"


def _testcase(case: _Case) -> Iterator[str]:
    head = f"    <testcase{_attributes({'classname': case.classname, 'name': case.name, 'time': 0})}"
    if not case.element:
        yield f"{head}/>"
        return
    kind = {"type": case.kind} if case.kind else {}
    said = _attributes({"message": case.message, **kind})
    yield f"{head}>"
    yield f"      <{case.element}{said}>{_text(case.text)}</{case.element}>"
    yield "    </testcase>"


def _attributes(given: dict[str, object]) -> str:
    return "".join(f" {name}={quoteattr(_clean(sentence(str(value), '')))}" for name, value in given.items())


def _text(text: str) -> str:
    return escape(_clean("\n".join(safe(line) for line in text.split("\n"))))


def _clean(text: str) -> str:
    """What XML 1.0 cannot hold is shown as U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)
