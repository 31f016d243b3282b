"""What both reports are as JSON: what they are, of whom, and by what they were made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.decision.plain import API_VERSION, NOTICE, dumps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.statement.applicability import Statement


def report_json(kind: str, statement: Statement, fields: Mapping[str, Any]) -> str:
    """One JSON object, the report's own fields between those that every report has."""
    report = {
        "apiVersion": API_VERSION,
        "kind": kind,
        "organization": statement.organization,
        **fields,
        "engine": statement.engine,
        "bundle_digest": statement.bundle_digest,
        "notice": NOTICE,
    }
    return dumps(report) + "\n"
