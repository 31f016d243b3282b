"""SARIF 2.1.0 (OASIS): one run for all manifests, a result for each finding that is not a pass.

The level is what the finding does: deny is ``error``, warn is ``warning``, audit is ``note``. Missing evidence has the
kind ``fail`` and not ``open``: a kind other than ``fail`` must have the level ``none`` (section 3.27.10), and viewers
hide what has none. See docs/adr/0013.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy.diagnostics import in_order, safe
from aims_policy.reports import shown
from aims_policy.reports.ci.items import explanation, unread
from aims_policy.reports.ci.places import located, of_bundle
from aims_policy.reports.json_report import NOTICE, dumps
from aims_policy.reports.sarif_log import results as log_results
from aims_policy.reports.sarif_log import rules as log_rules
from aims_policy.reports.sarif_log.places import BASE, location

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_EXITS = {0: "every manifest passes", 1: "a manifest fails", 4: "a manifest cannot be read"}


def report(decisions: Iterable[Decision], view: View) -> str:
    """The log."""
    results = [log_results.of_item(item, view) for item in unread(view)]
    rules: dict[str, dict[str, Any]] = {}
    decided: list[dict[str, str]] = []
    noticed: set[Diagnostic] = set()
    for decision in decisions:
        decided.append(_about(decision))
        noticed.update(decision.notices)
        for finding in shown(decision, view.controls).findings:
            if finding.rule not in rules:
                rules[finding.rule] = log_rules.of_finding(finding)
        results += log_results.of_decision(decision, view)
    _number(results, rules)
    run = {
        "tool": {"driver": _driver(list(rules.values()))},
        **_automation(decided),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that paths are relative to."}}},
        "invocations": [_invocation(decided, in_order(noticed), view)],
        "taxonomies": [log_rules.taxonomy(rules.values(), view.titles)],
        "results": results,
        "properties": {"notice": NOTICE, "decisions": decided},
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _about(decision: Decision) -> dict[str, str]:
    subject = decision.subject
    return {
        "verdict": decision.verdict,
        "reason": safe(decision.reason),
        "asset": safe(f"{subject.kind.lower()}/{subject.name}"),
        "environment": decision.environment,
        "at": decision.at,
        "manifestDigest": subject.digest,
        "bundleDigest": decision.bundle_digest,
        "digest": decision.digest,
    }


def _number(results: Sequence[dict[str, Any]], rules: dict[str, dict[str, Any]]) -> None:
    """Give each result the index of its rule, adding rules of the engine's own that results name."""
    for result in results:
        if result["ruleId"] not in rules:
            rules[result["ruleId"]] = log_rules.of_engine(result["ruleId"])
    index = {rule: number for number, rule in enumerate(rules)}
    for result in results:
        result["ruleIndex"] = index[result["ruleId"]]


def _driver(rules: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "aims_policy",
        "version": aims_policy.__version__,
        "semanticVersion": aims_policy.__version__,
        "language": "en",
        "supportedTaxonomies": [{"name": log_rules.TAXONOMY, "index": 0}],
        "rules": rules,
    }


def _automation(decided: Sequence[dict[str, str]]) -> dict[str, Any]:
    """The environment tells runs apart: what staging lets pass must not close what production denies."""
    environments = sorted({d["environment"] for d in decided})
    return (
        {"automationDetails": {"id": f"aims_policy/{safe(environments[0])}/"}}
        if len(environments) == 1
        else {}
    )


def _invocation(
    decided: Sequence[dict[str, str]], notices: Sequence[Diagnostic], view: View
) -> dict[str, Any]:
    """How the run ended; what could not be read and what the decisions note are notifications."""
    failed = not decided or any(d["verdict"] != "pass" for d in decided)
    code = 4 if view.problems else int(failed)
    told = [*in_order(view.problems), *notices]
    return {
        "executionSuccessful": code != 4,
        "exitCode": code,
        "exitCodeDescription": _EXITS[code],
        "toolExecutionNotifications": [_notification(t, view) for t in told],
    }


def _notification(told: Diagnostic, view: View) -> dict[str, Any]:
    place = of_bundle(told.file, told.line, told.column, view) if told.file else None
    if place is None and told.file and not _is_short(told):
        place = located(told.file, told.line, told.column, view)
    return {
        "descriptor": {"id": told.code},
        "level": told.severity,
        "message": {"text": "\n".join(explanation(told))},
        **({"locations": [location(place)]} if place is not None else {}),
    }


def _is_short(told: Diagnostic) -> bool:
    """Whether the file is one of the bundle, which is named from the workspace and not from here."""
    return told.code.startswith("waiver")
