"""Decisions for machines: one JSON document, described by ``schemas/decision.schema.json``.

A report holds a list also where there is one decision: what reads it need not know how many manifests there were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.decision.plain import API_VERSION, NOTICE, dumps, plain_value, render, to_plain, written
from aims_policy.diagnostics import to_json
from aims_policy.reports import View, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.decision.record import Decision


def report(decisions: Sequence[Decision], view: View) -> str:
    """A DecisionReport. Findings are narrowed to the view's controls; verdicts and counts are those of all."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """The text of the report, one decision at a time. They are gone through twice: the verdict comes first."""
    failed = any(d.verdict != "pass" for d in decisions) or bool(view.problems) or not decisions
    plain = {
        "apiVersion": API_VERSION,
        "kind": "DecisionReport",
        "verdict": "fail" if failed else "pass",
        "decisions": (_narrowed(d, view) for d in decisions),
        "unread": [to_json(p) for p in view.problems],
        "warnings": [to_json(w) for w in view.warnings],
        "notice": NOTICE,
    }
    yield from written(plain)
    yield "\n"


def _narrowed(decision: Decision, view: View) -> dict[str, Any]:
    plain = to_plain(decision)
    if view.controls:
        plain["findings"] = to_plain(shown(decision, view.controls))["findings"]
        plain["shown_controls"] = list(view.controls)
    return plain


__all__ = ["report", "pieces", "render", "to_plain", "dumps", "plain_value"]
