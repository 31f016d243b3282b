"""A comment for a pull request: the verdict, a table of the manifests, what denies, and what is to be written.

GitHub takes comments of 65,536 characters. What has no room is left out from the end, and the comment says so;
what fails stands before what passes. Texts of manifests show as they are and do nothing: no mention, link or HTML
comes of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.plain import NOTICE
from aims_policy.diagnostics import in_order, render
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports.ci.items import asset_of
from aims_policy.reports.ci.markup import block, code, prose
from aims_policy.reports.comment.manifest import has_section, mark, row, section
from aims_policy.reports.page.tally import verdict_of_all
from aims_policy.reports.page.values import amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View

MARKER = "<!-- aims_policy -->"
MOST_BYTES = 64_000
_FOR_TABLE = 24_000
_FOR_FOOT = 4_000
_MOST_PROBLEMS = 20
_MOST_NOTICES = 20
_HEAD = ("| | asset | denies | missing | warns | waived |", "|---|---|--:|--:|--:|--:|")


class _Entry(NamedTuple):
    """What the comment keeps of a decision."""

    verdict: str
    asset: str
    row: str
    section: list[str]
    is_left: bool  # there is something to show, and the comment is full already


class _Page:
    """Lines up to a number of bytes."""

    def __init__(self, room: int) -> None:
        self.lines: list[str] = []
        self._room = room

    def add(self, lines: Sequence[str], room: int | None = None) -> bool:
        """All of the lines, or none where they do not fit into the page or into ``room``."""
        size = _size(lines)
        if size > min(self._room, self._room if room is None else room):
            return False
        self.lines += lines
        self._room -= size
        return True

    @property
    def room(self) -> int:
        return self._room


def report(decisions: Iterable[Decision], view: View) -> str:
    """The comment. It ends with a marker, by which a job finds the comment that it made before."""
    entries: list[_Entry] = []
    noticed: set[Diagnostic] = set()
    facts: set[tuple[str, str]] = set()
    kept = {"pass": 0, "fail": 0}  # bytes of sections; what is beyond the room for all is not made at all
    for decision in decisions:
        lines = section(decision, view) if kept[decision.verdict] < MOST_BYTES else []
        is_left = kept[decision.verdict] >= MOST_BYTES and has_section(decision, view)
        kept[decision.verdict] += _size(lines)
        entries.append(_Entry(decision.verdict, asset_of(decision), row(decision, view), lines, is_left))
        noticed.update(decision.notices)
        facts.add(
            (
                decision.environment,
                f"{decision.engine}, {decision.at}, bundle {decision.bundle_digest[:19]}",
            )
        )
    entries.sort(key=lambda e: e.verdict == "pass")
    page = _Page(MOST_BYTES - _FOR_FOOT)
    page.add(_title(entries, view, sorted({environment for environment, _ in facts})))
    page.add(_problems(view))
    _add_table(page, entries)
    _add_sections(page, entries)
    page.add(_notices(in_order(noticed)))
    return "\n".join([*page.lines, *_foot(sorted({fact for _, fact in facts})), ""])


def _title(entries: Sequence[_Entry], view: View, environments: Sequence[str]) -> list[str]:
    failed = sum(1 for e in entries if e.verdict != "pass")
    unread = len({p.file for p in view.problems})
    verdict = "pass" if entries and not failed and not unread else "fail"
    where = f" in {prose(', '.join(environments), 120)}" if environments else ""
    said = verdict_of_all(len(entries), failed, unread)
    return [f"## {mark(verdict)} aims_policy{where}: {said}", ""]


def _problems(view: View) -> list[str]:
    problems = in_order(view.problems)
    if not problems:
        return []
    lines = [line for p in problems[:_MOST_PROBLEMS] for line in _shortened(render(p))]
    left = len(problems) - _MOST_PROBLEMS
    more = [f"…and {amount(left, 'problem')} more"] if left > 0 else []
    return ["**Not read, and so not decided:**", "", *block([*lines, *more]), ""]


def _shortened(text: str) -> list[str]:
    return [line[:300] for line in text.split("\n")]


def _add_table(page: _Page, entries: Sequence[_Entry]) -> None:
    if not entries:
        return
    page.add(_HEAD)
    least = page.room - _FOR_TABLE
    for number, each in enumerate(entries):
        if not page.add([each.row], page.room - least):
            left = entries[number:]
            failed = sum(1 for e in left if e.verdict != "pass")
            page.add(["", f"…and {amount(len(left), 'manifest')} more, of which {failed} fail."])
            break
    page.add([""])


def _add_sections(page: _Page, entries: Sequence[_Entry]) -> None:
    """As many as fit, what fails first; those that do not are named."""
    left = [e.asset for e in entries if e.is_left or (e.section and not page.add(e.section))]
    if left:
        names = ", ".join(code(asset, 80) for asset in left[:10]) + (" and others" if len(left) > 10 else "")
        page.add([f"There is no room here for the findings of {amount(len(left), 'manifest')}: {names}.", ""])


def _size(lines: Sequence[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) + 1 for line in lines)


def _notices(noticed: Sequence[Diagnostic]) -> list[str]:
    if not noticed:
        return []
    lines = [line for n in noticed[:_MOST_NOTICES] for line in _shortened(render(n))]
    left = len(noticed) - _MOST_NOTICES
    more = [f"…and {amount(left, 'notice')} more"] if left > 0 else []
    title = f"<details><summary>{amount(len(noticed), 'notice')}</summary>"
    return [title, "", *block([*lines, *more]), "", "</details>", ""]


def _foot(facts: Sequence[str]) -> list[str]:
    said = f"{'; '.join(facts[:3])}; " if facts else ""
    return [
        f"<sub>{prose(said, 1000)}{' ' if said else ''}`aims explain RULE MANIFEST` shows one rule with everything "
        f"that it read. This is {NOTICE}.</sub>",
        "",
        MARKER,
    ]
