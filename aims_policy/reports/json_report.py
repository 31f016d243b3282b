"""Decisions for machines: one JSON document, described by ``schemas/decision.schema.json``.

Keys stand in the order of the records, numbers exactly as they were given, moments in ISO 8601, so that the
same decisions are the same bytes. A report holds a list also where there is one decision: what reads it
need not know how many manifests there were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.decision.summary import count
from aims_policy.diagnostics import to_json
from aims_policy.reports import View, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Decision, Evidence, Finding, Gap, Subject, WaiverUse

API_VERSION = "aims/v1"
NOTICE = "evidence and a decision, not a certification"


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
        "decisions": (_narrowed(d, view) for d in decisions) if decisions else [],
        "unread": [to_json(p) for p in view.problems],
        "notice": NOTICE,
    }
    yield from _written(plain, "\n")
    yield "\n"


def render(decision: Decision) -> str:
    """One decision as JSON."""
    return dumps(to_plain(decision)) + "\n"


def to_plain(decision: Decision) -> dict[str, Any]:
    """The decision as plain data: dict, list, text, int, Decimal, bool, None."""
    counts = count(decision)
    return {
        "apiVersion": API_VERSION,
        "kind": "Decision",
        "verdict": decision.verdict,
        "reason": decision.reason,
        "subject": _subject(decision.subject),
        "environment": decision.environment,
        "at": decision.at,
        "tier": decision.tier,
        "tier_declared": decision.tier_declared,
        "counts": counts._asdict(),
        "findings": [_finding(f) for f in decision.findings],
        "notices": [to_json(n) for n in decision.notices],
        "engine": decision.engine,
        "bundle_digest": decision.bundle_digest,
        "context_digest": decision.context_digest,
        "digest": decision.digest,
        "notice": NOTICE,
    }


def dumps(plain: Any) -> str:
    """Plain data as JSON with two blanks of indent; a Decimal keeps all its digits, and control characters are escaped.

    >>> print(dumps({"a": [Decimal("0.10"), True], "b": {}}))
    {
      "a": [
        0.10,
        true
      ],
      "b": {}
    }
    """
    return "".join(_written(plain, "\n"))


def _narrowed(decision: Decision, view: View) -> dict[str, Any]:
    plain = to_plain(decision)
    if view.controls:
        plain["findings"] = [_finding(f) for f in shown(decision, view.controls).findings]
        plain["shown_controls"] = list(view.controls)
    return plain


def _finding(finding: Finding) -> dict[str, Any]:
    plain = finding._asdict()
    plain["controls"] = list(finding.controls)
    plain["evidence"] = [_evidence(e) for e in finding.evidence]
    plain["missing"] = [_gap(g) for g in finding.missing]
    plain["waiver"] = _waiver(finding.waiver)
    plain["disagreements"] = list(finding.disagreements)
    return plain


def _subject(subject: Subject) -> dict[str, Any]:
    return {**subject._asdict(), "sources": [source._asdict() for source in subject.sources]}


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {**evidence._asdict(), "value": plain_value(evidence.value)}


def _gap(gap: Gap) -> dict[str, Any]:
    return gap._asdict()


def _waiver(waiver: WaiverUse | None) -> dict[str, Any] | None:
    return waiver._asdict() if waiver is not None else None


def plain_value(value: Any) -> Any:
    """A value of evidence as plain data: moments as ISO 8601, sets in order."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"P{value.days}DT{value.seconds + value.microseconds / 1_000_000:g}S"
    if isinstance(value, dict):
        return {str(k): plain_value(v) for k, v in value.items()}
    if isinstance(value, set | frozenset):
        return [plain_value(v) for v in sorted(value, key=str)]
    if isinstance(value, tuple | list):
        return [plain_value(v) for v in value]
    return value if value is None or isinstance(value, str | bool | int | Decimal) else str(value)


def _written(plain: Any, newline: str) -> Iterator[str]:
    if isinstance(plain, Decimal):
        yield str(plain)
    elif isinstance(plain, dict) and plain:
        yield from _block("{", "}", ((f"{json.dumps(str(k))}: ", v) for k, v in plain.items()), newline)
    elif isinstance(plain, Iterator) or (isinstance(plain, list | tuple) and plain):
        yield from _block("[", "]", (("", v) for v in plain), newline)
    else:
        yield json.dumps(plain)


def _block(start: str, end: str, members: Iterable[tuple[str, Any]], newline: str) -> Iterator[str]:
    inner = newline + "  "
    separator = start
    for label, value in members:
        yield f"{separator}{inner}{label}"
        yield from _written(value, inner)
        separator = ","
    yield newline + end
