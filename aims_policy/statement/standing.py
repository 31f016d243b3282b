"""How each control stands with the assets that were decided: from the findings of decisions, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.asset_ids import asset_id, is_meant
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.policy.bundle import AssetOverride, Bundle

STATES = ("error", "fail", "missing", "waived", "set_aside", "pass")
"""What a finding comes to here, the worst first. ``set_aside``: the workspace excludes the rule for the asset."""

NOT_ASSESSED = "not_assessed"
"""The status of a control of which nothing that was decided was asked."""

HELD = frozenset({"waived", "set_aside", "pass"})
"""The states in which nothing is left to do for now."""

WORDS = {"set_aside": "set aside", NOT_ASSESSED: "not assessed"}
"""States as people read them, where they read otherwise."""


class DecidedAsset(NamedTuple):
    """An asset and its decision. Digests are those of the submitted file and of the decision."""

    id: str
    kind: str
    name: str
    version: str
    verdict: str
    tier: str
    file: str
    subject_digest: str
    decision_digest: str


class InUse(NamedTuple):
    """A waiver that holds for findings of a control; ``expires`` is ISO 8601."""

    expires: str
    id: str
    approver: str


class Standing(NamedTuple):
    """By control and asset id the worst state of the asset's findings; assets by id; waivers in use by control."""

    states: Mapping[str, Mapping[str, str]]
    assets: Mapping[str, DecidedAsset]
    waivers: Mapping[str, tuple[InUse, ...]]

    def status(self, control: str) -> str:
        """The worst state of a control with any asset."""
        found = self.states.get(control, {}).values()
        return min(found, key=STATES.index, default=NOT_ASSESSED)

    def by_state(self, control: str) -> dict[str, tuple[str, ...]]:
        """Ids of the assets by state, the worst first; states in which there is none are left out."""
        found = self.states.get(control, {})
        by_state = {state: tuple(a for a, s in found.items() if s == state) for state in STATES}
        return {state: assets for state, assets in by_state.items() if assets}


def standing(decisions: Iterable[Decision], bundle: Bundle) -> Standing:
    """How controls stand by these decisions. Where two are on one asset, the worse state of each control counts."""
    states: dict[str, dict[str, str]] = {}
    assets: dict[str, DecidedAsset] = {}
    waivers: dict[str, set[InUse]] = {}
    for decision in decisions:
        own = asset_id(decision.subject.kind, decision.subject.name)
        if own not in assets or decision.verdict != "pass":
            assets[own] = _asset(own, decision)
        for finding in decision.findings:
            if finding.outcome == "not_applicable":
                continue
            state = state_of(finding, own, bundle.overrides)
            for control in finding.controls:
                mine = states.setdefault(control, {})
                mine[own] = min(state, mine.get(own, state), key=STATES.index)
                if finding.waiver is not None and state == "waived":
                    used = InUse(finding.waiver.expires, finding.waiver.id, finding.waiver.approver)
                    waivers.setdefault(control, set()).add(used)
    ordered = {control: dict(sorted(found.items())) for control, found in states.items()}
    in_use = {control: tuple(sorted(used)) for control, used in waivers.items()}
    return Standing(ordered, dict(sorted(assets.items())), in_use)


def state_of(finding: Finding, asset: str, overrides: Iterable[AssetOverride] = ()) -> str:
    """What a finding that applied comes to."""
    if finding.outcome == "pass":
        return "pass"
    first = next((o for o in overrides if o.rule == finding.rule and is_meant(asset, o.assets)), None)
    if first is not None and not first.severity:
        return "set_aside"
    return "waived" if finding.waiver is not None else finding.outcome


def _asset(own: str, decision: Decision) -> DecidedAsset:
    subject = decision.subject
    return DecidedAsset(
        own,
        subject.kind,
        subject.name,
        subject.version,
        decision.verdict,
        decision.tier,
        subject.file,
        subject.digest,
        decision.digest,
    )
