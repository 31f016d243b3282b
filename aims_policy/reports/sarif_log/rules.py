"""Rules as SARIF describes them, and the controls that they belong to as a taxonomy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.catalog.identifiers import natural_key
from aims_policy.diagnostics import safe
from aims_policy.reports.ci.items import FIX, TITLES, WHY
from aims_policy.reports.ci.markup import code, prose
from aims_policy.reports.ci.wording import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aims_policy.decision.record import Finding

TAXONOMY = "ISO/IEC 42001 Annex A"
_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}


def of_finding(finding: Finding) -> dict[str, Any]:
    """The ``reportingDescriptor`` of a finding's rule.

    It has no ``security-severity``: what a rule asks for is no vulnerability, and would be counted as one.
    """
    level = _LEVELS.get(finding.severity, "warning")
    why, fix = sentence(finding.rationale), sentence(finding.remediation)
    return {
        "id": finding.rule,
        "name": _name(finding.rule),
        "shortDescription": {"text": sentence(finding.title)},
        "fullDescription": {"text": why},
        "help": {
            "text": f"Why: {why}\nAsked: {sentence(finding.asked, '')}\nFix: {fix}",
            "markdown": "\n\n".join(
                (
                    f"**Why:** {prose(why, 1000)}",
                    f"**Asked:** {code(finding.asked, 1000)}",
                    f"**Fix:** {prose(fix, 1000)}",
                    f"**Controls:** {prose(', '.join(finding.controls))}",
                )
            ),
        },
        "defaultConfiguration": {"level": level},
        "relationships": [
            {"target": {"id": c, "toolComponent": {"name": TAXONOMY, "index": 0}}, "kinds": ["relevant"]}
            for c in finding.controls
        ],
        "properties": {
            "tags": ["iso-42001", *finding.controls],
            "precision": "very-high",
            "problem.severity": "recommendation" if level == "note" else level,
            "controls": list(finding.controls),
            "severity": finding.severity,
            "policy": f"{safe(finding.policy_file)}:{finding.policy_line}",
        },
    }


def of_engine(rule: str) -> dict[str, Any]:
    """The descriptor of a rule id that is the engine's own: what could not be read, a verdict without findings."""
    return {
        "id": rule,
        "name": _name(rule),
        "shortDescription": {"text": sentence(TITLES[rule])},
        "fullDescription": {"text": WHY[rule]},
        "help": {"text": f"Why: {WHY[rule]}\nFix: {FIX[rule]}"},
        "defaultConfiguration": {"level": "error"},
    }


def taxonomy(rules: Iterable[Mapping[str, Any]], titles: Mapping[str, str]) -> dict[str, Any]:
    """The controls that the rules belong to, with their short titles."""
    controls = {c for r in rules for c in r.get("properties", {}).get("controls", ())}
    return {
        "name": TAXONOMY,
        "organization": "ISO/IEC",
        "shortDescription": {"text": "Controls of an AI management system, by their ids and short titles."},
        "isComprehensive": False,
        "taxa": [
            {"id": c, **({"shortDescription": {"text": titles[c]}} if c in titles else {})}
            for c in sorted(controls, key=natural_key)
        ],
    }


def _name(rule: str) -> str:
    """The last part of the id as one word, as viewers show it.

    >>> _name("A.7.5/sources-recorded")
    'SourcesRecorded'
    """
    words = "".join(c if c.isalnum() else " " for c in rule.rpartition("/")[2]).split()
    return "".join(word[0].upper() + word[1:] for word in words) or "Rule"
