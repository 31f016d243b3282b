"""A Statement of Applicability as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.decision.plain import plain_value
from aims_policy.diagnostics import to_json
from aims_policy.statement.report_json import report_json

if TYPE_CHECKING:
    from aims_policy.statement.applicability import Row, Statement
    from aims_policy.statement.standing import DecidedAsset


def soa_json(statement: Statement) -> str:
    """One object; `docs/statement-of-applicability.md` tells its fields."""
    declared = statement.declared
    approved_on = declared.approved_on if declared is not None else None
    fields = {
        "version": declared.version if declared is not None else "",
        "file": declared.file if declared is not None else "",
        "digest": declared.digest if declared is not None else "",
        "approver": declared.approver if declared is not None else "",
        "approved_on": plain_value(approved_on),
        "risk_treatment_plan": declared.risk_treatment_plan if declared is not None else "",
        "date": plain_value(statement.date),
        "environment": statement.environment,
        "complete": not statement.missing,
        "missing": [{"control": control, "what": what} for control, what in statement.missing],
        "controls": [_row(row) for row in statement.rows],
        "assets": [_asset(asset, statement) for asset in statement.assets],
        "unread": [to_json(problem) for problem in statement.unread],
        "notices": [to_json(note) for note in statement.notes],
    }
    return report_json("StatementReport", statement, fields)


def _row(row: Row) -> dict[str, Any]:
    return {
        "id": row.control,
        "title": row.title,
        "objective": row.objective,
        "decided": row.decided,
        "applicable": row.applicable,
        "ground": row.ground,
        "justification": row.justification,
        "implementation": row.implementation,
        "rules": list(row.rules),
        "documents": [said._asdict() for said in row.documents],
        "responsible": [said._asdict() for said in row.responsible],
        "risks": [risk._asdict() for risk in row.risks],
        "status": row.status,
        "assets": {state: list(ids) for state, ids in row.assets.items()},
        "waivers": [waiver._asdict() for waiver in row.waivers],
        "lacks": list(row.lacks),
        "remarks": list(row.remarks),
        "line": row.line,
    }


def _asset(asset: DecidedAsset, statement: Statement) -> dict[str, Any]:
    recorded = statement.recorded.get(asset.id)
    return {**asset._asdict(), "recorded": recorded._asdict() if recorded is not None else None}
