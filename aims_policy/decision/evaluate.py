"""A manifest against a bundle: the one evaluation that every caller uses."""

from __future__ import annotations

import hashlib
from datetime import timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy.decision.assess import assessed, findings
from aims_policy.decision.context import ALONE, Context, Scene, upstream_names
from aims_policy.decision.override import overridden
from aims_policy.decision.record import Decision, Subject
from aims_policy.decision.waive import waive
from aims_policy.diagnostics import Diagnostic
from aims_policy.later import chained
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.policy.appetite import TIERS

if TYPE_CHECKING:
    from datetime import datetime

    from aims_policy.decision.assess import Assessed
    from aims_policy.decision.record import Finding
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


def evaluate(
    manifest: Manifest,
    bundle: Bundle,
    *,
    environment: str = "production",
    at: datetime,
    context: Context = ALONE,
    evidence_of_passes: bool = False,
) -> Decision:
    """Decide a manifest. A pure function of its arguments: same inputs, same bytes.

    ``at`` is the time of the decision (aware; what ``$now`` means). With ``evidence_of_passes`` findings
    that pass also carry the evidence that shows it. Raises ValueError where ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the time of a decision needs a time zone")
    now = at.astimezone(timezone.utc)
    tier, declared, raised = _tier(manifest, bundle)
    names = _names(manifest, bundle, tier, environment, context)
    if raised:
        names["risk"] = {**manifest.data["risk"], "tier": tier}
    scene = Scene(manifest, bundle, context, names, now, tier, environment)
    found = assessed(scene, evidence_of_passes=evidence_of_passes)
    set_aside: tuple[Diagnostic, ...] = ()
    waivers, waived = _NO_WAIVERS
    if bundle.overrides:
        found, set_aside = _set_aside(found, scene)
    if bundle.waivers:
        found, waivers, waived = _softened(found, scene)
    verdict, reason = _verdict(found.denied, found.applied, len(bundle.rules))
    subject = _subject(manifest)
    context_digest = context.digest
    moment = _shown(now)
    setting = (bundle.digest, context_digest, environment, moment, _ENGINE)
    return Decision(
        verdict=verdict,
        reason=reason,
        subject=subject,
        environment=environment,
        at=moment,
        tier=tier,
        tier_declared=declared,
        findings=findings(found, scene),
        notices=chained(bundle.notices, set_aside, raised, waived, manifest.noted),
        engine=_ENGINE,
        bundle_digest=bundle.digest,
        context_digest=context_digest,
        digest=_identity(subject, setting, found.outcomes, waivers),
    )


_NO_WAIVERS: tuple[str, tuple[Diagnostic, ...]] = "", ()
_ENGINE = f"aims_policy {aims_policy.__version__}"


def _tier(manifest: Manifest, bundle: Bundle) -> tuple[str, bool, tuple[Diagnostic, ...]]:
    """The tier that the manifest declares; the strictest where it declares none, so that silence never helps.

    Where its sources declare several, the strictest of those. Where the workspace holds the asset to a stricter one,
    that, with a notice: whoever submits a manifest does not choose its limits.
    """
    declared: Any = manifest.data.get("risk", {}).get("tier")
    if manifest.disagreements:
        from aims_policy.decision.disagreement import strictest_tier

        declared = strictest_tier(manifest)
    if declared not in bundle.appetite.tiers:
        return bundle.appetite.strictest(), False, ()
    least = bundle.least_tier(asset_id(manifest.kind, manifest.name)) if bundle.least_tiers else None
    if least is None or TIERS.index(least) <= TIERS.index(declared):
        return declared, True, ()
    stricter = [t for t in TIERS[TIERS.index(least) :] if t in bundle.appetite.tiers]
    held = stricter[0] if stricter else bundle.appetite.strictest()
    place = manifest.locate("risk.tier")
    message = f"tier {declared} is declared; the workspace holds this asset to tier {held}"
    return held, True, (Diagnostic("tier-raised", message, *place[:3], severity="warning"),)


def _names(
    manifest: Manifest, bundle: Bundle, tier: str, environment: str, context: Context
) -> dict[str, Any]:
    """Everything a rule can name."""
    names = {
        **manifest.data,
        "appetite": bundle.appetite.resolve(tier, environment),
        "upstream": upstream_names(context),
    }
    organization = manifest if manifest.kind == "Organization" else context.organization
    if organization is not None:
        names["organization"] = organization.data
    return names


def _set_aside(found: Assessed, scene: Scene) -> tuple[Assessed, tuple[Diagnostic, ...]]:
    """What is found after the workspace's overrides for named assets, and notes on those."""
    own = asset_id(scene.manifest.kind, scene.manifest.name)
    changed, notes = overridden(found.findings, scene.bundle.overrides, asset=own, enforce=scene.enforce)
    return _with(found, changed), notes


def _softened(found: Assessed, scene: Scene) -> tuple[Assessed, str, tuple[Diagnostic, ...]]:
    """What is found after waivers, the ids of those in force, and notices on the others."""
    manifest, bundle = scene.manifest, scene.bundle
    softened, notices = waive(
        found.findings,
        bundle.waivers,
        asset=asset_id(manifest.kind, manifest.name),
        owners=_owners(manifest),
        environment=scene.environment,
        at=scene.now,
        max_days=bundle.appetite.waiver_days,
    )
    used = ",".join([f.waiver.id for f in softened if f.waiver is not None])
    return _with(found, softened), used, notices


def _with(found: Assessed, changed: tuple[Finding, ...]) -> Assessed:
    denied = [f.enforcement for f in changed].count("deny")
    return found._replace(findings=changed, denied=denied)


_OWNING = ("metadata", "accountability", "governance")


def _owners(manifest: Manifest) -> frozenset[str]:
    """Those who answer for the asset, as they are named."""
    named = [manifest.data.get(section, {}).get("owner") for section in _OWNING]
    for section in _OWNING if manifest.disagreements else ():
        named += [other.value for other in manifest.disagreements.get((section, "owner"), ())]
    return frozenset(n for n in named if isinstance(n, str))


@lru_cache(64)  # all manifests of a run are decided at one time
def _shown(now: datetime) -> str:
    return f"{now.replace(tzinfo=None).isoformat()}Z"


def _subject(manifest: Manifest) -> Subject:
    return Subject(
        manifest.kind,
        manifest.name,
        manifest.version,
        manifest.file,
        manifest.format,
        manifest.digest,
        manifest.sources,
    )


def _verdict(denied: int, applied: int, loaded: int) -> tuple[str, str]:
    if not applied:
        what = "no policy is loaded" if not loaded else "no rule applied"
        return "fail", f"nothing was assessed: {what}"
    if denied:
        return "fail", f"{denied} of {applied} findings {'denies' if denied == 1 else 'deny'}"
    return "pass", f"none of {applied} findings denies"


def _identity(subject: Subject, setting: tuple[str, ...], outcomes: str, waivers: str) -> str:
    """A digest of everything the decision follows from, and of what was found; no file has a part in it.

    ``setting`` is what the subject was decided by and when. The bundle's digest fixes the rules and their order, so the
    outcomes are told by one letter each.
    """
    sources = [part for source in subject.sources for part in source[1:]]
    inputs = chr(0).join((*subject[:3], *subject[4:6], *sources, *setting, outcomes, waivers))
    return f"sha256:{hashlib.sha256(inputs.encode()).hexdigest()}"
