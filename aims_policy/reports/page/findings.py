"""Findings, each with what was asked, what was found and where, why it matters and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.reports.page.layout import columns, cut, hang, wrap
from aims_policy.reports.page.values import place, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aims_policy.decision.record import Evidence, Finding
    from aims_policy.reports.page.layout import Paint

INDENT = 6
MOST_EVIDENCE = 8
_ENFORCED = ("deny", "warn", "audit", "")
_SEVERE = ("critical", "high", "medium", "low")
_STYLES = {"deny": "red", "warn": "yellow", "audit": "blue", "": "green"}
_LABELS = {"not_applicable": "N/A"}


def worst_first(finding: Finding) -> tuple[int, int]:
    """A sort key: denied before warned before audited, then by severity; equal ones keep the catalogue's order."""
    return _rank(_ENFORCED, finding.enforcement), _rank(_SEVERE, finding.severity)


def by_control(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings under the first control that they belong to, the worst control first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.controls[0] if finding.controls else "", []).append(finding)
    ordered = [(control, sorted(found, key=worst_first)) for control, found in groups.items()]
    return sorted(ordered, key=lambda group: worst_first(group[1][0]))


def groups(
    findings: Iterable[Finding], titles: Mapping[str, str], tier: str, width: int, paint: Paint
) -> list[str]:
    """The findings in full under headings of their controls."""
    lines: list[str] = []
    for control, found in by_control(findings):
        lines += ["", *heading(control, titles, width, paint)]
        for finding in found:
            lines += ["", *block(finding, tier, width, paint)]
    return lines


def heading(control: str, titles: Mapping[str, str], width: int, paint: Paint) -> list[str]:
    """A control's id and title."""
    return hang(safe(control), titles.get(control, ""), width, 0, paint, "bold")


def block(finding: Finding, tier: str, width: int, paint: Paint) -> list[str]:
    """One finding in full."""
    label = paint(_STYLES[finding.enforcement], f"{_LABELS.get(finding.outcome, finding.outcome.upper()):<5}")
    enforced = (
        f"  {finding.severity} → {finding.enforcement}" if finding.enforcement else f"  {finding.severity}"
    )
    lines = [f"{label} {paint('bold', cut(safe(finding.rule), width - 30))}{enforced}"]
    lines += [" " * INDENT + line for line in wrap(finding.title, width - INDENT)]
    lines += hang("asked ", finding.asked, width, INDENT, paint)
    lines += _evidence("found ", [e for e in finding.evidence if e.source != "appetite"], "", width, paint)
    if finding.disagreements:
        disputed = f"sources disagree on {', '.join(finding.disagreements)}; the worse counts"
        lines += hang("differ", disputed, width, INDENT, paint)
    lines += _evidence(
        "limit ",
        [e for e in finding.evidence if e.source == "appetite"],
        f" (tier {safe(tier)})",
        width,
        paint,
    )
    lines += _gaps(finding, width, paint)
    if finding.error:
        lines += hang("error ", finding.error, width, INDENT, paint)
    if finding.waiver is not None:
        used = finding.waiver
        text = f"{used.id} by {used.approver} until {used.expires}: {used.justification}"
        lines += hang("waived", text, width, INDENT, paint)
    lines += hang("why   ", finding.rationale, width, INDENT, paint)
    if finding.enforcement:
        lines += hang("fix   ", finding.remediation, width, INDENT, paint)
    return lines


def _evidence(label: str, read: Sequence[Evidence], note: str, width: int, paint: Paint) -> list[str]:
    rows = [
        (safe(e.path), value(e.value), place(e.file, e.line) + (note if e.line else ""))
        for e in read[:MOST_EVIDENCE]
    ]
    lines = _labelled(label, columns(rows, width - 8, INDENT), paint)
    if len(read) > MOST_EVIDENCE:
        lines.append(
            f"{' ' * (INDENT + 8)}… and {len(read) - MOST_EVIDENCE:,} more (`--format json` has all)"
        )
    return lines


def _gaps(finding: Finding, width: int, paint: Paint) -> list[str]:
    gaps = finding.missing[:MOST_EVIDENCE]
    rows = [
        (safe(g.path), safe(g.reason), place(g.file, g.line) if g.reason != "absent" else "") for g in gaps
    ]
    lines = _labelled("lacks ", columns(rows, width - 8, INDENT), paint)
    if len(finding.missing) > MOST_EVIDENCE:
        lines.append(f"{' ' * (INDENT + 8)}… and {len(finding.missing) - MOST_EVIDENCE:,} more")
    return lines


def _labelled(label: str, lines: Sequence[str], paint: Paint) -> list[str]:
    """A label before the first of the lines, and the rest below it."""
    return [
        " " * INDENT + (paint("dim", label) if not index else " " * len(label)) + "  " + line[INDENT:]
        for index, line in enumerate(lines)
    ]


def _rank(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
