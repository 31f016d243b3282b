"""Waivers in force, and those that are not: the one place where a finding's enforcement is softened."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aims_policy.decision.record import Finding, WaiverUse
from aims_policy.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from aims_policy.policy.waivers import Waiver


def waive(
    findings: Iterable[Finding],
    waivers: Sequence[Waiver],
    *,
    asset: str,
    owners: frozenset[str],
    environment: str,
    at: datetime,
    max_days: Mapping[str, int],
) -> tuple[tuple[Finding, ...], tuple[Diagnostic, ...]]:
    """Findings with ``deny`` turned into ``warn`` where a waiver is in force, and a notice on each waiver that is not.

    Only a finding that denies can be waived: its outcome, rationale and evidence stay. ``owners`` are the
    people who answer for the asset and so cannot waive for themselves.
    """
    meant = [w for w in waivers if asset in w.assets]
    if not meant:
        return tuple(findings), ()
    used: dict[str, bool] = {}
    notices: dict[str, Diagnostic] = {}
    result: list[Finding] = []
    for finding in findings:
        waiver = next(
            (w for w in meant if _covers(w, finding, owners, environment, at, max_days, meant, notices)), None
        )
        if waiver is not None:
            used[waiver.id] = True
            finding = _waived(finding, waiver)  # noqa: PLW2901 - the softened finding takes its place
        result.append(finding)
    for waiver in meant:
        if waiver.id not in used and waiver.id not in notices:
            trouble = _lapsed(waiver, at) or (
                "waiver-unused",
                "is not needed: it covers no finding that denies here",
            )
            notices[waiver.id] = _notice(waiver, *trouble)
    return tuple(result), tuple(notices[w.id] for w in meant if w.id in notices)


def _covers(
    waiver: Waiver,
    finding: Finding,
    owners: frozenset[str],
    environment: str,
    at: datetime,
    max_days: Mapping[str, int],
    meant: Sequence[Waiver],
    notices: dict[str, Diagnostic],
) -> bool:
    if finding.enforcement != "deny" or not _speaks_of(waiver, finding, environment):
        return False
    alike = [w for w in meant if _speaks_of(w, finding, environment)]
    trouble = _trouble(waiver, finding, owners, at, max_days, alike)
    if trouble is not None:
        notices[waiver.id] = _notice(waiver, *trouble)
        return False
    return True


def _speaks_of(waiver: Waiver, finding: Finding, environment: str) -> bool:
    return finding.rule in waiver.rules and (not waiver.environments or environment in waiver.environments)


def _trouble(
    waiver: Waiver,
    finding: Finding,
    owners: frozenset[str],
    at: datetime,
    max_days: Mapping[str, int],
    alike: Sequence[Waiver],
) -> tuple[str, str] | None:
    """Why a waiver that speaks of a finding, as those ``alike`` do, is not in force, as (code, message)."""
    lapsed = _lapsed(waiver, at)
    if lapsed is not None:
        return lapsed
    from aims_policy.source.persons import same_person  # few manifests have waivers, and reports import this

    if any(same_person(waiver.approver, owner) for owner in owners):
        return (
            "waiver-self-approved",
            f"was approved by {waiver.approver}, who owns the asset, and does nothing",
        )
    limit = max_days[finding.severity]
    allowed = f"the {limit} days allowed for {finding.severity} findings and does nothing"
    if waiver.expires - waiver.granted > timedelta(days=limit):
        return "waiver-too-long", f"runs longer than {allowed}"
    since = _waived_since(waiver, alike)
    if waiver.expires - since > timedelta(days=limit):
        day = since.date().isoformat()
        return "waiver-renewed", f"goes on with others since {day}, together longer than {allowed}"
    return None


def _waived_since(waiver: Waiver, others: Sequence[Waiver]) -> datetime:
    """Since when the finding is waived without a break of a day: renewing a waiver does not make its limit longer."""
    since = waiver.granted
    for other in sorted(others, key=lambda w: w.granted, reverse=True):
        if other.granted < since <= other.expires + timedelta(days=1):
            since = other.granted
    return since


def _lapsed(waiver: Waiver, at: datetime) -> tuple[str, str] | None:
    """Why a waiver is out of its time, as (code, message)."""
    if at >= waiver.expires:
        return "waiver-expired", f"expired on {waiver.expires.date().isoformat()} and does nothing"
    if at < waiver.granted:
        return "waiver-not-yet", f"begins on {waiver.granted.date().isoformat()} and does nothing yet"
    return None


def _waived(finding: Finding, waiver: Waiver) -> Finding:
    expires = waiver.expires.date().isoformat()
    use = WaiverUse(waiver.id, waiver.approver, waiver.justification, expires, waiver.file, waiver.line)
    return finding._replace(enforcement="warn", waiver=use)


def _notice(waiver: Waiver, code: str, what: str) -> Diagnostic:
    return Diagnostic(code, f"waiver `{waiver.id}` {what}", waiver.file, waiver.line, 1, severity="warning")
