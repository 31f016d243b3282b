"""A gap analysis as facts and tables: what Markdown, HTML and CSV are written from, and words that text shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.reports.page.values import amount, moment, place
from aims_policy.statement.gap import SEVERITIES
from aims_policy.statement.grouping import ORGANIZATION, grouped, to_tell
from aims_policy.statement.sheet import Sheet, Table
from aims_policy.statement.standing import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.statement.gap import Answer, Gap
    from aims_policy.statement.gaps import Analysis
    from aims_policy.statement.grouping import Group

_COLUMNS = ("severity", "state", "what", "of", "do", "where")
CSV_COLUMNS = (
    "number", "severity", "state", "kind", "id", "controls", "clause", "title", "assets", "helps", "enforcement",
    "waivers", "until", "do", "file", "line", "fields",
)  # fmt: skip
_MANY = 8
FEW = 3
"""So many places or assets are named; how many more there are is said."""


def gap_sheet(found: Analysis, by: str) -> Sheet:
    """The sheet: a table for each group in which something is missing, then what is shown."""
    groups = grouped(found, by)
    if by == "crosswalk":
        tables = tuple(_mapped(part, groups) for part in dict.fromkeys(group.part for group in groups))
    else:
        tables = tuple(
            Table(heading(group), _COLUMNS, tuple(_cells(gap, group) for gap in group.gaps))
            for group in told(groups, by)
        )
    statement = found.statement
    return Sheet(
        title=f"Gap analysis: {statement.organization}",
        facts=tuple(facts(found, groups, by)),
        open=(verdict(found), ()),
        tables=tables,
        made=(statement.engine, f"bundle {statement.bundle_digest}"),
    )


def told(groups: Sequence[Group], by: str) -> tuple[Group, ...]:
    """The groups with what is told in each. A clause has all of its gaps, since each gap has one."""
    return to_tell(groups) if by == "control" else tuple(group for group in groups if group.gaps)


def facts(found: Analysis, groups: Sequence[Group], by: str) -> list[tuple[str, str]]:
    """Labels and texts at the top."""
    statement = found.statement
    counted_in = [group for group in groups if group.id != ORGANIZATION]
    shown = [group.id for group in counted_in if not group.gaps]
    said = f"{len(shown)} of {len(counted_in)}"
    named = f"{said}: {', '.join(shown)}" if shown else said
    counted = amount(len(statement.assets), "asset")
    return [
        ("status", f"as of {moment(statement.date)} for {statement.environment}, by decisions on {counted}"),
        ("no gap", named if by != "crosswalk" else f"in {said} entries of other frameworks"),
    ]


def verdict(found: Analysis) -> str:
    """How many gaps there are, by severity, and how many are waived."""
    open_ = [gap for gap in found.gaps if gap.is_open]
    waived = len(found.gaps) - len(open_)
    by_severity = (f"{sum(1 for g in open_ if g.severity == s)} {s}" for s in SEVERITIES)
    named = ", ".join(text for text in by_severity if not text.startswith("0 "))
    said = f"{amount(len(open_), 'gap')}: {named}" if open_ else "No gap is open"
    return f"{said}; {waived} waived" if waived else said


def heading(group: Group) -> str:
    """A group's id and title."""
    return f"{group.id}  {group.title}".rstrip() if group.title else group.id


def assets_of(gap: Gap) -> str:
    """Which assets are concerned, and how many more fail for it."""
    if not gap.assets:
        return ""
    more = len(gap.helped) - len(gap.assets)
    if more <= 0:
        return some(gap.assets)
    them = "it" if len(gap.assets) == 1 else "them"
    return f"{some(gap.assets)}; {amount(more, 'asset')} built on {them} as well"


def controls_of(gap: Gap, group: Group) -> str:
    """The controls that it is about, where that is not said by the group."""
    return "" if group.id in gap.controls else some(gap.controls, _MANY)


def answers_in(gap: Gap, group: Group) -> tuple[Answer, ...]:
    """The places to write in; in the group of one asset those of that asset."""
    return tuple(answer for answer in gap.answers if answer.asset == group.id) or gap.answers


def some(names: Sequence[str], most: int = FEW) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def where(answer: Answer) -> str:
    """A file with the line, and the fields to write."""
    fields = f" {some([path for path in answer.paths if path], 4)}" if any(answer.paths) else ""
    return f"{place(answer.file, answer.line)}{fields}"


def name_of(gap: Gap) -> str:
    """A rule's id before the title; of anything else the title says it all."""
    return f"{gap.id}: {gap.title}" if gap.kind == "finding" else gap.title


def waived_by(gap: Gap) -> str:
    """By which waivers, and until when the first of them holds."""
    return f"by {some(gap.waivers)} until {gap.until[:10]}" if gap.waivers else ""


def csv_rows(found: Analysis) -> list[list[str]]:
    """A line for each place in which to write."""
    return [
        [
            *(str(number), gap.severity, gap.state, gap.kind, gap.id, " ".join(gap.controls), gap.clause),
            *(gap.title, " ".join(gap.assets), str(len(gap.helped)), gap.enforcement, " ".join(gap.waivers)),
            *(gap.until, gap.do, file, str(line) if line else "", " ".join(paths)),
        ]
        for number, gap in enumerate(found.gaps, 1)
        for file, line, paths, _ in (gap.answers or (("", 0, (), ""),))
    ]


def _cells(gap: Gap, group: Group) -> tuple[str, ...]:
    waived = f"waived {waived_by(gap)}" if gap.waivers else gap.state
    answers = answers_in(gap, group)
    places = [where(answer) for answer in answers[:FEW]]
    if len(answers) > FEW:
        places.append(f"and {amount(len(answers) - FEW, 'file')} more")
    of = "\n".join(text for text in (controls_of(gap, group), assets_of(gap)) if text)
    return gap.severity, waived, name_of(gap), of, gap.do, "\n".join(places)


def _mapped(part: str, groups: Sequence[Group]) -> Table:
    mine = [group for group in groups if group.part == part]
    rows = tuple((heading(g), ", ".join(g.controls), open_of(g)) for g in mine)
    return Table(part, ("entry", "controls", "gaps"), rows)


def open_of(group: Group) -> str:
    """How many gaps are open and waived, and of which controls they are."""
    open_ = [gap for gap in group.gaps if gap.is_open]
    waived = len(group.gaps) - len(open_)
    mine = dict.fromkeys(c for gap in open_ for c in gap.controls if c in group.controls)
    said = [f"{len(open_)} open ({', '.join(mine)})"] if open_ else []
    return ", ".join([*said, *([f"{waived} waived"] if waived else [])]) or "none"


def status_of(group: Group) -> str:
    """As people read it, with what was decided where that is an exclusion."""
    status = WORDS.get(group.status, group.status.replace("_", " "))
    return f"excluded, {status}" if group.decided == "excluded" else status
