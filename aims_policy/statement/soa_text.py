"""A Statement of Applicability for a terminal: a line for each control, and below it why, how and who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import cells
from aims_policy.reports.page.layout import MIN_WIDTH, cut, hang, pad, painter
from aims_policy.reports.page.values import amount, place
from aims_policy.reports.text import DISCLAIMER
from aims_policy.statement.soa_sheet import (
    OVERRIDES,
    counts,
    facts,
    headings,
    recorded_of,
    risks,
    verdict,
    waivers,
)
from aims_policy.statement.standing import HELD, NOT_ASSESSED, WORDS

if TYPE_CHECKING:
    from aims_policy.reports.page.layout import Paint
    from aims_policy.statement.applicability import Row, Statement

_ID, _DECIDED, _STATUS, _COUNTS = 8, 10, 12, 20
_WIDE = 100
"""From here on there is room for the numbers of assets beside the status."""


def soa_text(statement: Statement, width: int, *, color: bool = False) -> str:
    """The text."""
    width, paint = max(MIN_WIDTH, width), painter(color)
    lines = hang("Statement of Applicability", statement.organization, width, 0, paint, "bold")
    for label, text in facts(statement):
        lines += hang(pad(label, 9), text, width, 2, paint)
    for identifier, heading in headings():
        rows = [row for row in statement.rows if row.objective == identifier]
        if rows:
            lines += ["", paint("bold", cut(heading, width))]
            for row in rows:
                lines += _row(row, statement, width, paint)
    if statement.notes:
        lines += ["", paint("bold", OVERRIDES)]
        for note in statement.notes:
            lines += hang("-", f"{note.message} ({place(note.file, note.line)})", width, 2, paint)
    heading, missing = verdict(statement)
    lines += ["", *hang("", heading, width, 0, paint)]
    for one in missing:
        lines += hang("-", one, width, 2, paint)
    return "\n".join([*lines, "", DISCLAIMER, ""])


def _row(row: Row, statement: Statement, width: int, paint: Paint) -> list[str]:
    counted = counts(row)
    beside = width >= _WIDE and cells(counted) <= _COUNTS
    room = width - _ID - _DECIDED - _STATUS - 4 - (_COUNTS + 2 if width >= _WIDE else 0)
    status = WORDS.get(row.status, row.status)
    first = (
        paint("bold", pad(row.control, _ID)),
        pad(cut(row.title or "(no title)", room), room) + "  ",
        paint(_style_of_decision(row), pad(row.decided, _DECIDED)) + "  ",
        paint(_style_of_status(row), pad(status, _STATUS)),
        f"  {counted}" if beside else "",
    )
    lines = ["".join(first).rstrip()]
    for label, text in _details(row, statement, "" if beside else counted):
        lines += hang(pad(label, 6), text, width, _ID, paint)
    return lines


def _details(row: Row, statement: Statement, counted: str) -> list[tuple[str, str]]:
    how = [row.implementation.rstrip("."), *(said.text for said in row.documents)]
    how.append(amount(len(row.rules), "rule") if row.rules else "")
    named = {
        "state": counted,
        "why": row.justification,
        "lacks": "; ".join(row.lacks),
        "how": "; ".join(text for text in how if text),
        "who": ", ".join(dict.fromkeys(said.text for said in row.responsible)),
        "risks": ", ".join(risks(row.risks)),
        "waived": ", ".join(waivers(row)),
        "since": recorded_of(row, statement),
        "note": "; ".join(row.remarks),
    }
    return [(label, text) for label, text in named.items() if text]


def _style_of_decision(row: Row) -> str:
    return {"applicable": "dim", "excluded": "blue", "undecided": "red"}[row.decided]


def _style_of_status(row: Row) -> str:
    if row.status == NOT_ASSESSED:
        return "yellow"
    if row.status not in HELD:
        return "red"
    return "green" if row.status == "pass" else "yellow"
