"""SARIF 2.1.0 (OASIS): one run for all manifests, a result for each finding that is not a pass.

The level is what the finding does: deny is ``error``, warn is ``warning``, audit is ``note``. Missing evidence has the
kind ``fail`` and not ``open``: a kind other than ``fail`` must have the level ``none`` (section 3.27.10), and viewers
hide what has none. See docs/adr/0013.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy.decision.plain import NOTICE, written
from aims_policy.diagnostics import in_order, safe
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import shown
from aims_policy.reports.ci.items import asset_of, explanation, unread
from aims_policy.reports.ci.places import located, of_bundle
from aims_policy.reports.sarif_log import results as log_results
from aims_policy.reports.sarif_log import rules as log_rules
from aims_policy.reports.sarif_log.places import BASE, location

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.reports import View

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_EXITS = {0: "every manifest passes", 1: "a manifest fails", 4: "a manifest cannot be read"}


def report(decisions: Sequence[Decision], view: View) -> str:
    """The log."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """The text of the log, one result at a time. Results come first: they tell which rules are to be described."""
    seen = _Seen({}, {}, set(), [])
    run = {
        **_automation(decisions),
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder that paths are relative to."}}},
        "results": _results(decisions, view, seen),
        "tool": {"driver": _driver(_due(seen.rules.values))},
        "taxonomies": _due(lambda: [log_rules.taxonomy(seen.rules.values(), view.titles)]),
        "invocations": _due(lambda: [_invocation(seen, view)]),
        "properties": {"notice": NOTICE, "decisions": _due(lambda: seen.decided)},
    }
    yield from written({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
    yield "\n"


def _due(items: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """A list that is not made before its text is due: what follows the results is known only after them."""
    yield from items()


class _Seen(NamedTuple):
    """What the results were of, gathered while they are written."""

    rules: dict[str, dict[str, Any]]  # by id, in the order of their indices
    numbers: dict[str, int]
    noticed: set[Diagnostic]
    decided: list[dict[str, str]]

    def add(self, rule: dict[str, Any]) -> None:
        self.numbers[rule["id"]] = len(self.rules)
        self.rules[rule["id"]] = rule


def _results(decisions: Iterable[Decision], view: View, seen: _Seen) -> Iterator[dict[str, Any]]:
    for item in unread(view):
        yield _numbered(log_results.of_item(item, view), seen)
    for decision in decisions:
        seen.decided.append(_about(decision))
        seen.noticed.update(decision.notices)
        for finding in shown(decision, view.controls).findings:
            if finding.rule not in seen.rules:
                seen.add(log_rules.of_finding(finding))
        for result in log_results.of_decision(decision, view):
            yield _numbered(result, seen)


def _numbered(result: dict[str, Any], seen: _Seen) -> dict[str, Any]:
    """The result with the index of its rule; rules of the engine's own are added when a result names them."""
    rule = result["ruleId"]
    if rule not in seen.rules:
        seen.add(log_rules.of_engine(rule))
    return {**result, "ruleIndex": seen.numbers[rule]}


def _about(decision: Decision) -> dict[str, str]:
    subject = decision.subject
    return {
        "verdict": decision.verdict,
        "reason": safe(decision.reason),
        "asset": asset_of(decision),
        "environment": decision.environment,
        "at": decision.at,
        "manifestDigest": subject.digest,
        "bundleDigest": decision.bundle_digest,
        "digest": decision.digest,
    }


def _driver(rules: Iterator[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "aims_policy",
        "version": aims_policy.__version__,
        "semanticVersion": aims_policy.__version__,
        "language": "en",
        "supportedTaxonomies": [{"name": log_rules.TAXONOMY, "index": 0}],
        "rules": rules,
    }


def _automation(decisions: Iterable[Decision]) -> dict[str, Any]:
    """The environment tells runs apart: what staging lets pass must not close what production denies."""
    first = next(iter(decisions), None)
    return (
        {"automationDetails": {"id": f"aims_policy/{safe(first.environment)}/"}} if first is not None else {}
    )


def _invocation(seen: _Seen, view: View) -> dict[str, Any]:
    """How the run ended; what could not be read and what the decisions note are notifications."""
    failed = not seen.decided or any(d["verdict"] != "pass" for d in seen.decided)
    code = 4 if view.problems else int(failed)
    told = [*in_order(view.problems), *in_order(view.warnings), *in_order(seen.noticed)]
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
