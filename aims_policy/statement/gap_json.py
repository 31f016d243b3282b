"""A gap analysis as JSON: gaps in order, and groups that name them by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.decision.plain import plain_value
from aims_policy.diagnostics import to_json
from aims_policy.statement.grouping import grouped
from aims_policy.statement.report_json import report_json

if TYPE_CHECKING:
    from aims_policy.statement.documents import Kept
    from aims_policy.statement.gap import Gap
    from aims_policy.statement.gaps import Analysis
    from aims_policy.statement.grouping import Group


def gap_json(found: Analysis, by: str) -> str:
    """One object; `docs/statement-of-applicability.md` tells its fields."""
    statement = found.statement
    numbers = {gap: number for number, gap in enumerate(found.gaps, 1)}
    fields = {
        "date": plain_value(statement.date),
        "environment": statement.environment,
        "by": by,
        "gaps": [{"number": number, **_gap(gap)} for gap, number in numbers.items()],
        "groups": [_group(group, numbers) for group in grouped(found, by)],
        "documents": [_kept(kept) for kept in found.kept],
        "unread": [to_json(problem) for problem in statement.unread],
    }
    return report_json("GapReport", statement, fields)


def _gap(gap: Gap) -> dict[str, Any]:
    return {**gap._asdict(), "answers": [answer._asdict() for answer in gap.answers]}


def _group(group: Group, numbers: dict[Gap, int]) -> dict[str, Any]:
    return {**group._asdict(), "gaps": [numbers[gap] for gap in group.gaps]}


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "id": kept.id,
        "clause": kept.clause,
        "kind": kept.kind,
        "what": kept.what,
        "state": kept.state,
        "places": list(kept.places),
        "lacking": [{"file": file, "asset": asset} for file, asset in kept.lacking],
    }
