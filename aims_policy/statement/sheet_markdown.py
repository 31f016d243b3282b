"""A sheet as Markdown. Texts of others show as they are and do nothing: no heading, link or mention comes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.plain import NOTICE
from aims_policy.reports.ci.markup import prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.statement.sheet import Sheet, Table

_LONGEST = 2_000


def markdown_of(sheet: Sheet) -> str:
    """The page."""
    return "\n".join(_lines(sheet)) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield f"# {_shown(sheet.title)}"
    yield ""
    for label, text in sheet.facts:
        yield f"- **{label}:** {_shown(text)}"
    heading, missing = sheet.open
    yield from ("", f"**{_shown(heading)}**")
    if missing:
        yield ""
        yield from (f"- {_shown(one)}" for one in missing)
    for table in sheet.tables:
        yield from _table(table)
    made = "; ".join(prose(one, _LONGEST) for one in sheet.made)
    yield from ("", f"<sub>{made}. This is {NOTICE}.</sub>")


def _table(table: Table) -> Iterator[str]:
    yield from ("", f"## {_shown(table.heading)}", "")
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'|'.join('---' for _ in table.columns)}|"
    for row in table.rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(text: str) -> str:
    return "<br>".join(_shown(line) for line in text.split("\n"))


def _shown(text: str) -> str:
    return prose(text, _LONGEST)
