"""A table for spreadsheets: one line for each finding, as RFC 4180 says.

What a spreadsheet would take for a formula is made a text, since the texts are those of a submitted manifest.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.reports import shown
from aims_policy.reports.ci.items import UNREAD, VERDICT, asset_of, explanation, needs_verdict
from aims_policy.reports.ci.places import located, place_of
from aims_policy.reports.ci.wording import details

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.reports import View
    from aims_policy.reports.ci.places import Place

COLUMNS = (
    "file", "line", "column", "asset", "version", "tier", "environment", "verdict",
    "rule", "controls", "title", "severity", "outcome", "enforcement", "details",
    "waiver", "waived_until", "rationale", "remediation", "at", "decision",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - Excel reads the wide ones too


def report(decisions: Iterable[Decision], view: View) -> str:
    """All findings, whatever their outcome: a spreadsheet filters by itself. The first line names the columns."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Iterable[Decision], view: View) -> Iterator[str]:
    """Its lines."""
    yield line(COLUMNS)
    for row in _unread(view):
        yield _line(row)
    for decision in decisions:
        for row in _rows(decision, view):
            yield _line(row)


def _line(row: dict[str, str]) -> str:
    return line(row.get(name, "") for name in COLUMNS)


def line(cells: Iterable[str]) -> str:
    """A line of the table, whatever its cells hold."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return text.getvalue()


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it: an apostrophe before what looks like a formula.

    >>> guarded("=1+1"), guarded("A.7.5")
    ("'=1+1", 'A.7.5')
    """
    plain = safe(text)
    return f"'{plain}" if text.startswith(_FORMULA) else plain


def _rows(decision: Decision, view: View) -> Iterator[dict[str, str]]:
    subject = decision.subject
    common = {
        "asset": asset_of(decision),
        "version": subject.version,
        "tier": decision.tier,
        "environment": decision.environment,
        "verdict": decision.verdict,
        "at": decision.at,
        "decision": decision.digest,
    }
    for finding in shown(decision, view.controls).findings:
        yield {**_place(place_of(finding, decision, view)), **common, **_finding(finding, subject.file)}
    if needs_verdict(decision, view):
        first = _place(located(subject.file, 1, 0, view))
        denied = {"rule": VERDICT, "outcome": "fail", "enforcement": "deny", "details": decision.reason}
        yield {**first, **common, **denied}


def _finding(finding: Finding, file: str) -> dict[str, str]:
    waiver = finding.waiver
    return {
        "rule": finding.rule,
        "controls": " ".join(finding.controls),
        "title": finding.title,
        "severity": finding.severity,
        "outcome": finding.outcome,
        "enforcement": finding.enforcement,
        "details": " ".join(details(finding, file)),
        "waiver": waiver.id if waiver else "",
        "waived_until": waiver.expires if waiver else "",
        "rationale": finding.rationale,
        "remediation": finding.remediation,
    }


def _unread(view: View) -> Iterator[dict[str, str]]:
    from aims_policy.diagnostics import in_order

    for problem in in_order(view.problems):
        at = _place(located(problem.file, problem.line, problem.column, view))
        text = " ".join(explanation(problem))
        yield {**at, "rule": UNREAD, "outcome": "error", "enforcement": "deny", "details": text}


def _place(place: Place) -> dict[str, str]:
    return {
        "file": place.file,
        "line": str(place.line),
        "column": str(place.column) if place.column else "",
    }
