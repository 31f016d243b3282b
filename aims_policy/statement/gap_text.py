"""A gap analysis for a terminal: what to do, in which file, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.reports.page.layout import MIN_WIDTH, hang, pad, painter
from aims_policy.reports.page.values import amount
from aims_policy.reports.text import DISCLAIMER
from aims_policy.statement.gap_sheet import (
    FEW,
    answers_in,
    assets_of,
    controls_of,
    facts,
    heading,
    name_of,
    open_of,
    status_of,
    told,
    verdict,
    waived_by,
    where,
)
from aims_policy.statement.grouping import grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.reports.page.layout import Paint
    from aims_policy.statement.gap import Gap
    from aims_policy.statement.gaps import Analysis
    from aims_policy.statement.grouping import Group

_STYLES = {"critical": "red", "high": "red", "medium": "yellow", "low": "blue"}


def gap_text(found: Analysis, by: str, width: int, *, color: bool = False) -> str:
    """The text."""
    width, paint = max(MIN_WIDTH, width), painter(color)
    groups = grouped(found, by)
    lines = hang("Gap analysis", found.statement.organization, width, 0, paint, "bold")
    for label, text in facts(found, groups, by):
        lines += hang(pad(label, 6), text, width, 2, paint)
    if by == "crosswalk":
        lines += _crosswalk(groups, width, paint)
    else:
        for group in told(groups, by):
            lines += _group(group, width, paint)
    return "\n".join([*lines, "", *hang("", verdict(found), width, 0, paint), "", DISCLAIMER, ""])


def _group(group: Group, width: int, paint: Paint) -> list[str]:
    status = status_of(group)
    lines = ["", *hang(heading(group), f"({status})" if status else "", width, 0, paint, "bold")]
    for gap in group.gaps:
        lines += _gap(gap, group, width, paint)
    return lines


def _gap(gap: Gap, group: Group, width: int, paint: Paint) -> list[str]:
    style = "dim" if not gap.is_open else _STYLES[gap.severity]
    lines = hang(pad(f"{gap.severity} {gap.state}", 16), name_of(gap), width, 2, paint, style)
    parts = [
        ("for", controls_of(gap, group)),
        ("of", assets_of(gap)),
        ("waived", waived_by(gap)),
        ("do", gap.do),
    ]
    answers = answers_in(gap, group)
    parts += [("in", where(answer)) for answer in answers[:FEW]]
    if len(answers) > FEW:
        parts.append(("", f"and in {amount(len(answers) - FEW, 'file')} more"))
    for label, text in parts:
        if text:
            lines += hang(pad(label, 6), text, width, 4, paint)
    return lines


def _crosswalk(groups: Sequence[Group], width: int, paint: Paint) -> list[str]:
    lines: list[str] = []
    part = ""
    for group in groups:
        if group.part != part:
            part = group.part
            lines += ["", *hang("", part, width, 0, paint)]
        said = f"{', '.join(group.controls)}: {open_of(group)}"
        lines += hang(pad(heading(group), 12), said, width, 2, paint, "bold" if group.gaps else "dim")
    return lines
