"""A sheet as a page, to open in a browser, to send and to print: one file that loads nothing and runs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.reports.web.markup import Html, joined, tag
from aims_policy.reports.web.page import END, foot, head

if TYPE_CHECKING:
    from aims_policy.statement.sheet import Sheet, Table

_WHOLE_WORDS = "overflow-wrap: break-word"
"""Columns are as wide as their longest word, but for digests; elsewhere on pages words may break anywhere."""

_STATES = {
    **dict.fromkeys(("fail", "missing", "error", "undecided", "not assessed", "critical", "high"), "deny"),
    **dict.fromkeys(("waived", "set aside", "medium"), "warn"),
    **dict.fromkeys(("excluded", "low"), "audit"),
    "pass": "pass",
}
"""The style of a cell that holds one of these words and nothing else, in a column of such words."""
_STYLED = ("decision", "status", "severity", "state", "verdict")


def html_of(sheet: Sheet) -> str:
    """The page."""
    facts = [part for label, text in sheet.facts for part in (tag("dt", label), tag("dd", text))]
    heading, missing = sheet.open
    opened = tag("p", tag("strong", heading))
    listed = tag("ul", *(tag("li", one) for one in missing)) if missing else Html("")
    body = joined((tag("dl", *facts), opened, listed, *(_table(table) for table in sheet.tables)))
    return f"{head(sheet.title)}{body}\n{foot(sheet.made)}{END}"


def _table(table: Table) -> Html:
    columns = tag("tr", *(tag("th", name) for name in table.columns))
    rows = (tag("tr", *map(_cell, table.columns, row)) for row in table.rows)
    shown = tag("table", tag("thead", columns), tag("tbody", *rows), style=_WHOLE_WORDS)
    return joined((Html("\n"), tag("h2", table.heading), Html("\n"), shown))


def _cell(column: str, text: str) -> Html:
    lines = text.split("\n")
    if text.startswith("sha256:"):
        return tag("td", text, style="overflow-wrap: anywhere")
    if len(lines) == 1:
        return tag("td", text, class_=_STATES.get(text, "") if column in _STYLED else "")
    return tag("td", *(tag("p", line) for line in lines))
