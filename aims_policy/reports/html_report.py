"""A page for people, to open in a browser, to send and to print: one file that loads nothing and runs nothing.

Texts of manifests show as they are and do nothing. A content security policy stands in the page itself, so that not
even a fault of this program could make it load or run what somebody wrote into a manifest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.summary import count
from aims_policy.diagnostics import in_order, render
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import shown
from aims_policy.reports.page.tally import verdict_of_all
from aims_policy.reports.page.values import amount
from aims_policy.reports.web.controls import Standing
from aims_policy.reports.web.decision import asset_of, section, verdict
from aims_policy.reports.web.markup import Html, joined, lines, tag
from aims_policy.reports.web.page import END, foot, head, style

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.reports import View

_MOST_PROBLEMS = 200
_NUMBERS = ("deny", "missing", "warn", "waived")
_STYLES = ("number", "number", "number wide", "number wide")


class _Row(NamedTuple):
    """A decision in the table of all."""

    verdict: str
    asset: str
    numbers: tuple[int, int, int, int]  # as `_NUMBERS`
    file: str


def report(decisions: Sequence[Decision], view: View) -> str:
    """The page."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """The page, one decision at a time. They are gone through twice: the tables of all stand first."""
    rows, standing = [], Standing()
    for number, decision in enumerate(decisions, 1):
        rows.append(_row(decision))
        standing.add(number, shown(decision, view.controls))
    by_control = standing.table([row.asset for row in rows], view.titles) if view.show == "all" else []
    yield head(_title(rows, view))
    yield joined((*_problems(view), *_table(rows), *by_control))
    seen: dict[str, None] = {}
    for number, decision in enumerate(decisions, 1):
        yield f"\n{section(decision, view, f'd{number}')}"
        seen[f"{decision.engine}, bundle {decision.bundle_digest}"] = None
    yield f"\n{foot(list(seen))}{END}"


def fragment(decision: Decision, view: View) -> str:
    """One decision as a part of another page, as notebooks show it."""
    seen = [f"{decision.engine}, bundle {decision.bundle_digest}"]
    return tag("div", style(), section(decision, view), foot(seen), class_="aims")


def _row(decision: Decision) -> _Row:
    counts = count(decision)
    numbers = (counts.denied, counts.missing, counts.warned, counts.waived)
    return _Row(decision.verdict, asset_of(decision), numbers, decision.subject.file)


def _title(rows: Sequence[_Row], view: View) -> str:
    failed = sum(1 for row in rows if row.verdict != "pass")
    return verdict_of_all(len(rows), failed, len({p.file for p in view.problems}))


def _problems(view: View) -> list[Html]:
    problems = in_order(view.problems)
    if not problems:
        return []
    said = "\n".join(render(p) for p in problems[:_MOST_PROBLEMS])
    left = len(problems) - _MOST_PROBLEMS
    more = f"\n… and {amount(left, 'problem')} more" if left > 0 else ""
    return [tag("h2", "Not read, and so not decided"), tag("pre", lines(said + more))]


def _table(rows: Sequence[_Row]) -> list[Html]:
    if len(rows) < 2:
        return []
    numbers = [tag("th", name, class_=style) for name, style in zip(_NUMBERS, _STYLES, strict=True)]
    head = tag("tr", tag("th", ""), tag("th", "asset"), *numbers, tag("th", "manifest", class_="wide"))
    return [
        tag("table", tag("thead", head), tag("tbody", *(_cells(row, n) for n, row in enumerate(rows, 1))))
    ]


def _cells(row: _Row, number: int) -> Html:
    return tag(
        "tr",
        tag("td", verdict(row.verdict)),
        tag("td", tag("a", row.asset, href=f"#d{number}")),
        *(tag("td", f"{n:,}" if n else "", class_=s) for n, s in zip(row.numbers, _STYLES, strict=True)),
        tag("td", row.file, class_="wide dim"),
    )
