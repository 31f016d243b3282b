"""A manifest against a bundle: the one evaluation that every caller uses."""

from __future__ import annotations

import hashlib
from datetime import timezone
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import aims_policy
from aims_policy.decision.context import ALONE, Context, Scene, upstream_names
from aims_policy.decision.record import Decision, Finding, Source, Subject
from aims_policy.decision.waive import waive
from aims_policy.language.operations import arithmetic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.manifest.read import Manifest
    from aims_policy.policy.bundle import Bundle, Check, Rule

# The codes that compiled rules give (language/compiler.py), in order.
CODES = ("pass", "fail", "missing", "not_applicable", "error")
_PASS, _NOT_APPLICABLE = 0, 3


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
    tier, declared = _tier(manifest, bundle)
    names = _names(manifest, bundle, tier, environment, context)
    scene = Scene(manifest, bundle, context, names, now, tier, environment)
    with arithmetic():
        raw = _findings(scene, evidence_of_passes=evidence_of_passes)
    findings, notices = waive(
        raw,
        bundle.waivers,
        asset=asset_id(manifest.kind, manifest.name),
        owners=_owners(manifest),
        environment=environment,
        at=now,
        max_days=bundle.appetite.waiver_days,
    )
    verdict, reason = _verdict(findings, len(bundle.rules))
    sources = tuple(Source(*source) for source in manifest.sources)
    subject = Subject(
        manifest.kind, manifest.name, manifest.version, manifest.file, manifest.format, manifest.digest, sources
    )
    context_digest = context.digest
    moment = now.isoformat().replace("+00:00", "Z")
    engine = f"aims_policy {aims_policy.__version__}"
    return Decision(
        verdict=verdict,
        reason=reason,
        subject=subject,
        environment=environment,
        at=moment,
        tier=tier,
        tier_declared=declared,
        findings=findings,
        notices=(*bundle.notices, *notices, *manifest.notes),
        engine=engine,
        bundle_digest=bundle.digest,
        context_digest=context_digest,
        digest=_identity(subject, bundle.digest, context_digest, environment, moment, engine, findings),
    )


def asset_id(kind: str, name: str) -> str:
    """The id of an asset in graph, waivers and references: ``model/credit-scorer``."""
    return f"{kind.lower()}/{name}"


def _tier(manifest: Manifest, bundle: Bundle) -> tuple[str, bool]:
    """The tier that the manifest declares; the strictest where it declares none, so that silence never helps.

    Where its sources declare several, the strictest of those.
    """
    declared: Any = manifest.data.get("risk", {}).get("tier")
    if manifest.disagreements:
        from aims_policy.decision.disagreement import strictest_tier

        declared = strictest_tier(manifest)
    if declared in bundle.appetite.tiers:
        return declared, True
    return bundle.appetite.strictest(), False


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


def _findings(scene: Scene, *, evidence_of_passes: bool) -> list[Finding]:
    """One finding for each rule of the manifest's kind, before waivers."""
    names, now = scene.names, scene.now
    findings: list[Finding] = []
    for check, passed, not_applicable in _prepared(scene.bundle, scene.manifest.kind):
        if scene.manifest.disagreements and (disputed := _disputed(check, scene, evidence_of_passes)):
            findings.append(disputed)
            continue
        code = check.run(names, now)
        if code == _PASS and not evidence_of_passes:
            findings.append(passed)
        elif code == _NOT_APPLICABLE:
            findings.append(not_applicable)
        else:
            findings.append(_explained(check.rule, code, scene))
    return findings


def _prepared(bundle: Bundle, kind: str) -> Sequence[tuple[Check, Finding, Finding]]:
    """The checks of a kind, each with its findings that need no explanation: made once for a bundle."""
    kinds = _PREPARED.get(bundle)
    if kinds is None:
        kinds = _PREPARED.setdefault(bundle, {})
    found = kinds.get(kind)
    if found is None:
        checks = bundle.checks.get(kind, ())
        found = [(c, _plain(c.rule, "pass", ""), _plain(c.rule, "not_applicable", "")) for c in checks]
        kinds[kind] = found
    return found


_PREPARED: WeakKeyDictionary[Bundle, dict[str, list[tuple[Check, Finding, Finding]]]] = WeakKeyDictionary()


def _disputed(check: Check, scene: Scene, evidence_of_passes: bool) -> Finding | None:
    """The finding where sources disagree on what the rule reads; None where they do not."""
    from aims_policy.decision.disagreement import settled, shown

    worst = settled(check, scene)
    if worst is None:
        return None
    rule, code = check.rule, worst.code
    if worst.error:
        return _plain(rule, "error", scene.enforce(rule.severity))._replace(error=worst.error)
    if (code == _PASS and not evidence_of_passes) or code == _NOT_APPLICABLE:
        return _plain(rule, CODES[code], "")._replace(disagreements=worst.paths)
    return shown(_explained(rule, code, worst.scene), worst)


def _explained(rule: Rule, code: int, scene: Scene) -> Finding:
    from aims_policy.decision.explain import explained

    enforcement = "" if code == _PASS else scene.enforce(rule.severity)
    return explained(_plain(rule, CODES[code], enforcement), scene)


def _plain(rule: Rule, outcome: str, enforcement: str) -> Finding:
    return Finding(
        rule.id,
        rule.controls,
        rule.title,
        rule.severity,
        outcome,
        enforcement,
        rule.require,
        rule.rationale,
        rule.remediation,
        rule.file,
        rule.line,
    )


_OWNING = ("metadata", "accountability", "governance")


def _owners(manifest: Manifest) -> frozenset[str]:
    """Those who answer for the asset, folded for comparison."""
    named = [manifest.data.get(section, {}).get("owner") for section in _OWNING]
    for section in _OWNING if manifest.disagreements else ():
        named += [other.value for other in manifest.disagreements.get((section, "owner"), ())]
    return frozenset(n.strip().casefold() for n in named if isinstance(n, str))


def _verdict(findings: tuple[Finding, ...], loaded: int) -> tuple[str, str]:
    applied = len(findings) - [f.outcome for f in findings].count("not_applicable")
    if not applied:
        what = "no policy is loaded" if not loaded else "no rule applied"
        return "fail", f"nothing was assessed: {what}"
    denied = [f.enforcement for f in findings].count("deny")
    if denied:
        return "fail", f"{denied} of {applied} findings {'denies' if denied == 1 else 'deny'}"
    return "pass", f"none of {applied} findings denies"


def _identity(
    subject: Subject,
    bundle_digest: str,
    context_digest: str,
    environment: str,
    moment: str,
    engine: str,
    findings: tuple[Finding, ...],
) -> str:
    """A digest of everything the decision follows from, and of what was found.

    The bundle's digest fixes the rules and their order, so the outcomes are told by one letter each.
    """
    outcomes = "".join([f.outcome[0] for f in findings])
    waived = ",".join([f.waiver.id for f in findings if f.waiver is not None])
    parts = (
        *subject[:3],
        *subject[4:6],
        *(part for source in subject.sources for part in source[1:]),
        bundle_digest,
        context_digest,
        environment,
        moment,
        engine,
        outcomes,
        waived,
    )
    return f"sha256:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"
