"""Test Anything Protocol, version 14: a subtest for each manifest, a test point for each rule.

What only warns or is audited is ``not ok`` with ``# TODO``, which harnesses show and do not count as a failure.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from aims_policy.diagnostics import in_order, safe
from aims_policy.reports import shown
from aims_policy.reports.ci.items import TITLES, VERDICT, asset_of, explanation, needs_verdict
from aims_policy.reports.ci.places import located, place_of
from aims_policy.reports.ci.wording import details, enforced, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View
    from aims_policy.reports.ci.places import Place

_INDENT = "    "
_DIRECTIVE = re.compile(r"#(?=\s*(?:skip|todo))", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\#])")


def report(decisions: Iterable[Decision], view: View) -> str:
    """The document."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Iterable[Decision], view: View) -> Iterator[str]:
    """Its lines. The plan stands at the end, so that decisions can come one by one."""
    return (f"{line}\n" for line in _lines(decisions, view))


def _lines(decisions: Iterable[Decision], view: View) -> Iterator[str]:
    yield "TAP version 14"
    count = 0
    for problem in in_order(view.problems):
        count += 1
        yield from _problem(count, problem, view)
    for decision in decisions:
        count += 1
        yield from _decision(count, decision, view)
    if not count:
        count = 1
        yield "not ok 1 - a manifest was decided"
    yield f"1..{count}"


def _decision(number: int, decision: Decision, view: View) -> Iterator[str]:
    name = _described(f"{asset_of(decision)} ({decision.subject.file}) in {decision.environment}")
    yield f"# Subtest: {name}"
    points = 0
    for finding in shown(decision, view.controls).findings:
        points += 1
        for line in _point(points, finding, decision, view):
            yield _INDENT + line
    if needs_verdict(decision, view):
        points += 1
        yield f"{_INDENT}not ok {points} - {VERDICT} {_described(TITLES[VERDICT])}"
        at = located(decision.subject.file, 1, 0, view)
        for line in _diagnostics({"message": sentence(decision.reason)}, at):
            yield _INDENT + line
    yield f"{_INDENT}1..{points}"
    yield f"{'ok' if decision.verdict == 'pass' else 'not ok'} {number} - {name}"


def _point(number: int, finding: Finding, decision: Decision, view: View) -> Iterator[str]:
    ok = "not ok" if finding.enforcement else "ok"
    yield f"{ok} {number} - {_described(finding.rule)} {_described(finding.title)}{_directive(finding)}"
    if finding.enforcement:
        said = {
            "message": " ".join(details(finding, decision.subject.file)) or sentence(finding.title),
            "severity": enforced(finding),
            "outcome": finding.outcome,
            "why": sentence(finding.rationale),
            "fix": sentence(finding.remediation),
        }
        yield from _diagnostics(said, place_of(finding, decision, view))


def _directive(finding: Finding) -> str:
    if finding.outcome == "not_applicable":
        return " # SKIP not applicable"
    if finding.enforcement in ("warn", "audit"):
        return f" # TODO {'waived' if finding.waiver else finding.enforcement}"
    return ""


def _problem(number: int, problem: Diagnostic, view: View) -> Iterator[str]:
    place = located(problem.file, problem.line, problem.column, view)
    yield f"not ok {number} - {_described(f'{place.file} can be read')}"
    yield from _diagnostics({"message": " ".join(explanation(problem))}, place)


def _diagnostics(said: dict[str, str], place: Place) -> Iterator[str]:
    """A YAML block, its texts written as JSON, which every reader of YAML takes."""
    yield "  ---"
    for name, text in said.items():
        yield f"  {name}: {json.dumps(text)}"
    yield f"  at: {json.dumps({'file': safe(place.file), 'line': place.line, 'column': place.column})}"
    yield "  ..."


def _described(text: str) -> str:
    """One line in which nothing is a directive or an escape, also for harnesses that know none of TAP 14's escapes."""
    return _SPECIAL.sub(r"\\\1", _DIRECTIVE.sub("#-", sentence(text, "")))
