"""A decision for people at a terminal: the verdict first, then what denies, then what is to be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.summary import count
from aims_policy.diagnostics import cells, safe
from aims_policy.diagnostics import render as render_diagnostic
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import NO_TITLES, View, shown
from aims_policy.reports.page.findings import INDENT, by_control, groups, worst_first
from aims_policy.reports.page.layout import MIN_WIDTH, columns, cut, hang, pad, painter, wrap
from aims_policy.reports.page.tally import findings_of
from aims_policy.reports.page.todo import todo
from aims_policy.reports.page.values import amount, place, quoted, value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports.page.layout import Paint

DISCLAIMER = "aims_policy yields evidence and decisions; it certifies nothing."
_MOST_NOTICES = 20


def report(decisions: Sequence[Decision], view: View) -> str:
    """One or several decisions; of several, a table at the end."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """The text of the report, one decision at a time."""
    if len(decisions) == 1 and not view.problems:
        yield render(
            decisions[0],
            width=view.width,
            color=view.color,
            show=view.show,
            controls=view.controls,
            titles=view.titles,
        )
    else:
        yield from _many(decisions, view)


def render(
    decision: Decision,
    *,
    width: int = 80,
    color: bool = False,
    show: str = "failing",
    controls: Sequence[str] = (),
    titles: Mapping[str, str] = NO_TITLES,
) -> str:
    """One decision, with an end of line. ``controls`` narrows what is shown and never the verdict."""
    width, paint = max(MIN_WIDTH, width), painter(color)
    lines = _decision(decision, width, paint, show, controls, titles)
    return "\n".join([*lines, "", *wrap(DISCLAIMER, width), ""])


def _many(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """Several decisions, one below the other, and a table of them all."""
    width, paint = max(MIN_WIDTH, view.width), painter(view.color)
    rows: list[_Row] = []
    for decision in decisions:
        lines = _decision(decision, width, paint, view.show, view.controls, view.titles)
        yield "\n".join([*lines, "", paint("dim", "─" * width), "", ""])
        rows.append(_row(decision))
    closing = _closing(rows, len({p.file for p in view.problems}), paint)
    yield "\n".join([*_table(rows, width, paint), "", *closing, "", *wrap(DISCLAIMER, width), ""])


def _decision(
    decision: Decision,
    width: int,
    paint: Paint,
    show: str,
    controls: Sequence[str],
    titles: Mapping[str, str],
) -> list[str]:
    visible = shown(decision, controls).findings
    full = show == "all" or bool(controls)
    wrong = [f for f in visible if f.outcome in ("fail", "error") or _in_full(f, full)]
    lines = _summary(decision, width, paint)
    if controls:
        only = f"shown: {amount(len(visible), 'rule')} of {', '.join(controls)}"
        note = f"{only}; the verdict is that of all {len(decision.findings)}"
        lines += hang("", note, width, INDENT, paint)
    if not full and decision.verdict == "fail":
        from aims_policy.reports.page.next_steps import next_steps

        lines += next_steps(decision, visible, width, paint)
    lines += groups(wrong, titles, decision.tier, width, paint)
    if not full:
        lines += todo([f for f in visible if f.outcome == "missing"], width, paint)
    if full:
        lines += _passes([f for f in visible if f.outcome == "pass"], width, paint)
        lines += _not_applicable([f for f in visible if f.outcome == "not_applicable"], width, paint)
    lines += _waivers(visible, width, paint)
    lines += _notices(decision, width, paint)
    if not full:
        lines += _how_to_write([f for f in visible if f.outcome == "missing"], decision, width, paint)
    return lines


def _how_to_write(missing: Sequence[Finding], decision: Decision, width: int, paint: Paint) -> list[str]:
    """The command that says what belongs into the fields that one rule reads, for this very file."""
    if not missing:
        return []
    first, file = min(missing, key=worst_first), decision.subject.file
    file = "MANIFEST" if file.startswith("<") else quoted(file)
    hint = f"`aims explain {quoted(first.rule)} {file}` says what one rule asks for, and what it found."
    return ["", *(paint("dim", line) for line in wrap(hint, width))]


def _in_full(finding: Finding, full: bool) -> bool:
    """A finding for want of evidence has a place in the list of what to add; one that names none would vanish there."""
    return finding.outcome == "missing" and (full or not finding.missing)


def _summary(decision: Decision, width: int, paint: Paint) -> list[str]:
    subject = decision.subject
    verdict = paint("green" if decision.verdict == "pass" else "red", f"{decision.verdict.upper():<4}")
    asset = cut(
        safe(f"{asset_id(subject.kind, subject.name)} {subject.version}".strip()), width - INDENT - 30
    )
    lines = [f"{verdict}  {paint('bold', asset)}  in {cut(safe(decision.environment), 24)}"]
    lines += hang("", decision.reason, width, INDENT, paint)
    counted = findings_of(decision)
    lines += hang("", counted, width, INDENT, paint) if counted else []
    tier = (
        f"tier {decision.tier}"
        if decision.tier_declared
        else f"tier {decision.tier}: no `risk.tier` is declared, so the strictest applies"
    )
    lines += hang("", f"{tier}; {subject.file}; {decision.at}", width, INDENT, paint)
    if subject.sources:
        sources = ", ".join(f"{s.file} ({s.format}, {s.strength})" for s in subject.sources)
        lines += hang("", f"with evidence from {sources}", width, INDENT, paint)
    return lines


def _passes(findings: Sequence[Finding], width: int, paint: Paint) -> list[str]:
    if not findings:
        return []
    lines = ["", f"{paint('green', 'Passed')}: {amount(len(findings), 'rule')}", ""]
    for _control, found in by_control(findings):
        for finding in found:
            lines += hang(f"PASS  {safe(finding.rule)}", finding.title, width, 0, paint, "green")
            rows = [(safe(e.path), value(e.value, 40), place(e.file, e.line)) for e in finding.evidence[:3]]
            lines += columns(rows, width, INDENT)
            if len(finding.evidence) > 3:
                lines.append(f"{' ' * INDENT}… and {len(finding.evidence) - 3:,} more")
    return lines


def _not_applicable(findings: Sequence[Finding], width: int, paint: Paint) -> list[str]:
    if not findings:
        return []
    names = wrap(", ".join(f.rule for f in findings), width - INDENT)
    return [
        "",
        f"Not applicable: {amount(len(findings), 'rule')}",
        "",
        *(" " * INDENT + paint("dim", line) for line in names),
    ]


def _waivers(findings: Sequence[Finding], width: int, paint: Paint) -> list[str]:
    used: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.waiver is not None:
            used.setdefault(finding.waiver.id, []).append(finding)
    if not used:
        return []
    lines = ["", f"{paint('yellow', 'Waived')}: {amount(sum(map(len, used.values())), 'finding')}", ""]
    for covered in used.values():
        waiver = covered[0].waiver
        assert waiver is not None  # noqa: S101 - collected above
        at = place(waiver.file, waiver.line)
        lines += hang("", f"{waiver.id}  by {waiver.approver}, until {waiver.expires}  {at}", width, 2, paint)
        lines += hang("", ", ".join(f.rule for f in covered), width, 4, paint)
        lines += hang("", waiver.justification, width, 4, paint)
    return lines


def _notices(decision: Decision, width: int, paint: Paint) -> list[str]:
    notices = decision.notices[:_MOST_NOTICES]
    lines = ["", *(line for n in notices for line in _notice(n, width, paint))] if notices else []
    left = len(decision.notices) - len(notices)
    return [*lines, f"… and {amount(left, 'notice')} more (`--format json` has all)"] if left else lines


def _notice(notice: Diagnostic, width: int, paint: Paint) -> list[str]:
    """In the one shape of all diagnostics; a line that does not fit is wrapped, and then has no colour."""
    plain = render_diagnostic(notice, width=width).split("\n")
    if all(cells(line) <= width for line in plain):
        return render_diagnostic(notice, color=paint("dim", " ") != " ", width=width).split("\n")
    return [
        part for line in plain for part in ([line] if cells(line) <= width else _wrapped(line, width, paint))
    ]


def _wrapped(line: str, width: int, paint: Paint) -> list[str]:
    return hang("", line, width - 4, len(line) - len(line.lstrip(" ")), paint)


class _Row(NamedTuple):
    """A decision in the table of all."""

    verdict: str
    asset: str
    deny: str
    missing: str
    warn: str
    file: str


def _row(decision: Decision) -> _Row:
    counts, subject = count(decision), decision.subject
    name = cut(safe(asset_id(subject.kind, subject.name)), 40)
    numbers = (str(counts.denied), str(counts.missing), str(counts.warned))
    return _Row(decision.verdict, name, *numbers, safe(subject.file))


def _table(decided: Sequence[_Row], width: int, paint: Paint) -> list[str]:
    head = _Row._fields
    numbers = {"deny", "missing", "warn"}
    rows = [head, *decided]
    sizes = [max(cells(row[i]) for row in rows) for i in range(len(head))]
    sizes[5] = max(8, min(sizes[5], width - sum(sizes[:5]) - 2 * 5))
    lines = []
    for row in rows:
        parts = [
            c.rjust(sizes[i]) if head[i] in numbers else pad(cut(c, sizes[i]), sizes[i])
            for i, c in enumerate(row)
        ]
        style = "bold" if row is head else "green" if row[0] == "pass" else "red"
        lines.append("  ".join([paint(style, parts[0]), *parts[1:]]).rstrip())
    return lines


def _closing(rows: Sequence[_Row], unread: int, paint: Paint) -> list[str]:
    passed = sum(1 for row in rows if row.verdict == "pass")
    text = f"{amount(len(rows), 'manifest')}: {passed} pass, {len(rows) - passed} fail"
    if unread:
        text += (
            f"; {amount(unread, 'file')} could not be read and {'was' if unread == 1 else 'were'} not decided"
        )
    return [paint("bold", text)]
