"""Results: findings as SARIF tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import safe
from aims_policy.reports import shown
from aims_policy.reports.ci.items import asset_of, fingerprint, items
from aims_policy.reports.ci.places import Place, located, of_bundle, place_of
from aims_policy.reports.ci.wording import details, headline, waived
from aims_policy.reports.page.layout import cut
from aims_policy.reports.page.values import value
from aims_policy.reports.sarif_log.places import location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.decision.record import Decision, Evidence, Finding, WaiverUse
    from aims_policy.reports import View
    from aims_policy.reports.ci.items import Item

FINGERPRINT = "aimsPolicyFinding/v1"  # GitHub keeps primaryLocationLineHash to itself, and warns of any other
MOST_RELATED = 20
LEVELS = {"deny": "error", "warn": "warning", "audit": "note"}
_KINDS = {"pass": "pass", "not_applicable": "notApplicable"}


def of_decision(decision: Decision, view: View) -> Iterator[dict[str, Any]]:
    """What is not a pass; with ``show`` "all" also what passes and what does not apply."""
    for item in items(decision, view):
        yield of_item(item, view)
    if view.show == "all":
        for finding in shown(decision, view.controls).findings:
            if finding.outcome in _KINDS:
                yield _passing(finding, decision, view)


def of_item(item: Item, view: View) -> dict[str, Any]:
    """A ``result`` of the kind fail; its rule's index is for the log to add."""
    finding, decision = item.finding, item.decision
    about: dict[str, Any] = {"enforcement": item.enforcement, "severity": item.severity}
    if decision is not None:
        about |= {"asset": item.asset, "environment": decision.environment, "tier": decision.tier}
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "kind": "fail",
        "level": LEVELS[item.enforcement],
        "message": {"text": _no_link("\n".join(item.lines))},
        "locations": [location(item.place)],
        "partialFingerprints": {FINGERPRINT: item.fingerprint},
    }
    if finding is not None:
        about = {"outcome": finding.outcome, **about}
        related = _related(finding, view)
        result |= {"relatedLocations": related} if related else {}
        result |= {"suppressions": [_suppression(finding.waiver, view)]} if finding.waiver else {}
    return {**result, "properties": about}


def _passing(finding: Finding, decision: Decision, view: View) -> dict[str, Any]:
    asset, place = asset_of(decision), place_of(finding, decision, view)
    text = "\n".join([f"{asset}: {headline(finding)}", *details(finding, decision.subject.file)])
    return {
        "ruleId": finding.rule,
        "kind": _KINDS[finding.outcome],
        "level": "none",
        "message": {"text": _no_link(text)},
        "locations": [location(place)],
        "partialFingerprints": {
            FINGERPRINT: fingerprint(finding.rule, asset, place.file, decision.environment)
        },
        "properties": {"outcome": finding.outcome, "severity": finding.severity, "asset": asset},
    }


def _related(finding: Finding, view: View) -> list[dict[str, Any]]:
    """Every place that was read, also the limits in the appetite; and what stands where evidence is missing."""
    read = [(_said(e), _place(e, view)) for e in finding.evidence]
    gaps = [
        (f"{g.path}: {g.reason}", located(g.file, g.line, g.column, view)) for g in finding.missing if g.line
    ]
    there = [(text, place) for text, place in (*read, *gaps) if place is not None]
    return [
        {"id": number, **location(place), "message": {"text": _no_link(cut(safe(text), 300))}}
        for number, (text, place) in enumerate(there[:MOST_RELATED], 1)
    ]


def _place(evidence: Evidence, view: View) -> Place | None:
    if not evidence.file or not evidence.line:
        return None
    find = of_bundle if evidence.source == "appetite" else located
    return find(evidence.file, evidence.line, evidence.column, view)


def _said(evidence: Evidence) -> str:
    return f"{evidence.path} = {value(evidence.value)}"


def _suppression(waiver: WaiverUse, view: View) -> dict[str, Any]:
    place = of_bundle(waiver.file, waiver.line, 0, view)
    return {
        "kind": "external",
        "status": "accepted",
        "justification": _no_link(waived(waiver)),
        **({"location": location(place)} if place is not None else {}),
        "properties": {"id": waiver.id, "approver": safe(waiver.approver), "expires": waiver.expires},
    }


def _no_link(text: str) -> str:
    """SARIF makes a link of ``[text](target)`` also in plain text (section 3.11.6); none comes from a manifest."""
    return text.replace("](", "] (")
