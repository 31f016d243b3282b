"""One decision in a comment: its row of the table, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.summary import count
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.reports import shown
from aims_policy.reports.ci.items import needs_verdict
from aims_policy.reports.ci.markup import code, prose
from aims_policy.reports.ci.places import located, place_of, telling_first
from aims_policy.reports.ci.wording import at
from aims_policy.reports.page.findings import worst_first
from aims_policy.reports.page.todo import ABSENT, wants
from aims_policy.reports.page.values import amount, value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.decision.record import Decision, Evidence, Finding
    from aims_policy.reports import View
    from aims_policy.reports.page.todo import Want

MOST_FINDINGS = 10
MOST_WANTS = 40
MOST_VALUES = 4
_DOES = {"deny": "❌", "warn": "⚠️", "audit": "🔎"}
_NEXT = "\\\n  "  # a line break inside a list item


def mark(verdict: str) -> str:
    """The verdict as a sign."""
    return "✅" if verdict == "pass" else "❌"


def row(decision: Decision, view: View) -> str:
    """The decision in the table of manifests."""
    counts = count(decision)
    file = located(decision.subject.file, 1, 0, view).file
    asset = asset_id(decision.subject.kind, decision.subject.name)
    cells = (
        mark(decision.verdict),
        f"{code(asset, 80, in_table=True)}<br><sub>{prose(file, 160)}</sub>",
        *(str(n) if n else "" for n in (counts.denied, counts.missing, counts.warned, counts.waived)),
    )
    return f"| {' | '.join(cells)} |"


def section(decision: Decision, view: View) -> list[str]:
    """A heading, the findings that failed, what is missing, what is waived; nothing where there is none of it."""
    visible = shown(decision, view.controls).findings
    failed = sorted((f for f in visible if f.outcome in ("fail", "error") or _unnamed(f)), key=worst_first)
    missing = [f for f in visible if f.outcome == "missing"]
    waived = [f for f in visible if f.waiver is not None]
    lines = _failed(failed, decision, view) + _missing(missing) + _waived(waived)
    return [*_heading(decision), "", *lines] if lines or needs_verdict(decision, view) else []


def has_section(decision: Decision, view: View) -> bool:
    """Whether `section` has anything to say."""
    visible = shown(decision, view.controls).findings
    return any(f.enforcement for f in visible) or needs_verdict(decision, view)


def _unnamed(finding: Finding) -> bool:
    """Missing, and the list of what to write would not show it."""
    return finding.outcome == "missing" and not finding.missing


def _heading(decision: Decision) -> list[str]:
    subject = decision.subject
    name = prose(f"{asset_id(subject.kind, subject.name)} {subject.version}".strip(), 120)
    tier = (
        prose(decision.tier, 40)
        if decision.tier_declared
        else f"{prose(decision.tier, 40)}, as no risk.tier is declared"
    )
    return [
        f"### {mark(decision.verdict)} {name}",
        "",
        f"{prose(decision.reason)}; risk tier {tier}.",
    ]


def _failed(failed: Sequence[Finding], decision: Decision, view: View) -> list[str]:
    lines = [line for f in failed[:MOST_FINDINGS] for line in _finding(f, decision, view)]
    left = failed[MOST_FINDINGS:]
    if left:
        names = ", ".join(code(f.rule, 80) for f in left[:MOST_WANTS])
        more = f" and {len(left) - MOST_WANTS} more" if len(left) > MOST_WANTS else ""
        lines.append(f"- …and {amount(len(left), 'finding')} more: {names}{more}")
    return [*lines, ""] if lines else []


def _finding(finding: Finding, decision: Decision, view: View) -> list[str]:
    first = place_of(finding, decision, view)
    title = prose(finding.title, 200) or code(finding.rule, 80)
    head = f"- {_DOES.get(finding.enforcement, '')} **{title}** · {finding.severity}"
    lines = [
        f"{code(finding.rule, 80)} at {code(str(first), 160)}" + (" · waived" if finding.waiver else ""),
        _values("found", telling_first(finding), decision.subject.file),
        _values("limit", [e for e in finding.evidence if e.source == "appetite"], decision.subject.file),
        f"error: {prose(finding.error, 300)}" if finding.error else "",
        f"why: {prose(finding.rationale, 400)}",
        f"fix: {prose(finding.remediation, 400)}",
    ]
    return [_NEXT.join([head, *(line for line in lines if line)])]


def _values(label: str, read: Sequence[Evidence], file: str) -> str:
    if not read:
        return ""
    parts = [f"{code(e.path, 120)} is {code(value(e.value), 80)}" + _at(e, file) for e in read[:MOST_VALUES]]
    more = f", and {len(read) - MOST_VALUES:,} more" if len(read) > MOST_VALUES else ""
    return f"{label}: {', '.join(parts)}{more}"


def _at(evidence: Evidence, file: str) -> str:
    return f" ({prose(at(evidence, file), 120)})" if evidence.line else ""


def _missing(missing: Sequence[Finding]) -> list[str]:
    """What is to be written, folded away: a field in a line, and of very many those of a section in a line."""
    wanted = sorted(wants(missing), key=lambda w: tuple(_DOES).index(w.enforcement))
    if not wanted:
        return []
    rules = {rule for want in wanted for rule in want.rules}
    title = f"{amount(len(wanted), 'field')} to write, asked for by {amount(len(rules), 'rule')}"
    rows = [_want(w) for w in wanted] if len(wanted) <= MOST_WANTS else _by_section(wanted)
    left = len(rows) - MOST_WANTS
    return [
        f"<details><summary>{title}</summary>",
        "",
        "| | field | instead of it | asked for by |",
        "|---|---|---|---|",
        *rows[:MOST_WANTS],
        "",
        *([f"…and {left} lines more.", ""] if left > 0 else []),
        "</details>",
        "",
    ]


def _want(want: Want) -> str:
    instead = "" if want.reason == ABSENT else prose(f"{want.reason} {want.place}".strip(), 160)
    return f"| {_DOES[want.enforcement]} | {code(want.path, 120, in_table=True)} | {instead} | {_few(want.rules)} |"


def _by_section(wanted: Sequence[Want]) -> list[str]:
    grouped: dict[tuple[str, str, str], list[Want]] = {}
    for want in wanted:
        grouped.setdefault((want.enforcement, want.section, want.reason), []).append(want)
    rows = []
    for (enforcement, section_, reason), mine in grouped.items():
        names = ", ".join(w.name if w.name != w.section else "all of it" for w in mine)
        instead = "" if reason == ABSENT else prose(reason, 160)
        controls = tuple(dict.fromkeys(c for w in mine for c in w.controls))
        field = f"{code(section_, 80, in_table=True)}: {prose(names, 400)}"
        rows.append(f"| {_DOES[enforcement]} | {field} | {instead} | {_few(controls)} |")
    return rows


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_VALUES} more" if len(names) > MOST_VALUES else ""
    return ", ".join(code(n, 80, in_table=True) for n in names[:MOST_VALUES]) + more


def _waived(waived: Sequence[Finding]) -> list[str]:
    if not waived:
        return []
    lines = []
    for finding in waived[:MOST_FINDINGS]:
        used = finding.waiver
        assert used is not None  # noqa: S101 - chosen so
        until = f"until {prose(used.expires, 40)} by {prose(used.approver, 80)}"
        lines.append(
            f"- {code(finding.rule, 80)} {until}, {prose(used.id, 80)}: {prose(used.justification, 400)}"
        )
    left = len(waived) - MOST_FINDINGS
    more = [f"- …and {amount(left, 'finding')} more"] if left > 0 else []
    title = f"<details><summary>{amount(len(waived), 'finding')} waived</summary>"
    return [title, "", *lines, *more, "", "</details>", ""]
