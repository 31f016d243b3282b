"""What is remembered of one look at an inventory: enough to say later what flipped, and why."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aims_policy.decision.record import Decision, Finding, Subject
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.bundle import Bundle


class FindingState(NamedTuple):
    """One finding that is not a pass: what it does, and where to look."""

    outcome: str
    enforcement: str
    severity: str
    title: str
    file: str
    line: int
    waiver: str  # its id; "" where none turned the finding's deny into warn


class AssetState(NamedTuple):
    """One asset as it was decided. Findings by rule; rules that passed or did not apply are not in it.

    ``manifest_digest`` is that of the manifest, or of it and all documents that its evidence comes from.
    """

    verdict: str
    manifest_digest: str
    context_digest: str
    findings: Mapping[str, FindingState]


class Snapshot(NamedTuple):
    """One look at an inventory, in one environment. Assets by id, as ``model/scorer``; ``at`` is ISO 8601, UTC."""

    at: str
    environment: str
    engine: str
    bundle_digest: str
    assets: Mapping[str, AssetState]
    unread: tuple[str, ...]  # files of the inventory that could not be read, and so were not decided


def snapshot(
    decisions: Iterable[Decision],
    unread: Iterable[Diagnostic],
    *,
    bundle: Bundle,
    environment: str,
    at: datetime,
) -> Snapshot:
    """What to remember of these decisions. Of assets that share an id the one that fails is kept."""
    from aims_policy import __version__

    assets: dict[str, AssetState] = {}
    for decision in decisions:
        own = asset_id(decision.subject.kind, decision.subject.name)
        if own not in assets or decision.verdict != "pass":
            assets[own] = _asset(decision)
    return Snapshot(
        at=at.isoformat().replace("+00:00", "Z"),
        environment=environment,
        engine=__version__,
        bundle_digest=bundle.digest,
        assets=dict(sorted(assets.items())),
        unread=tuple(sorted({d.file for d in unread})),
    )


def _asset(decision: Decision) -> AssetState:
    states = {f.rule: _finding(f, decision.subject.file) for f in decision.findings if f.enforcement}
    return AssetState(
        decision.verdict, _digest(decision.subject), decision.context_digest, dict(sorted(states.items()))
    )


def _digest(subject: Subject) -> str:
    if not subject.sources:
        return subject.digest
    read = "\n".join((subject.digest, *(source.digest for source in subject.sources)))
    return f"sha256:{hashlib.sha256(read.encode()).hexdigest()}"


def _finding(finding: Finding, file: str) -> FindingState:
    lines = (
        *(g.line for g in finding.missing if g.file == file),
        *(e.line for e in finding.evidence if e.file == file),
    )
    return FindingState(
        outcome=finding.outcome,
        enforcement=finding.enforcement,
        severity=finding.severity,
        title=finding.title,
        file=file,
        line=next((line for line in lines if line), 0),
        waiver=finding.waiver.id if finding.waiver is not None else "",
    )
