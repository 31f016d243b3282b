"""A manifest against a bundle: the one evaluation that every caller uses."""

from __future__ import annotations

import hashlib
from datetime import timezone
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import aims_policy
from aims_policy.decision.context import ALONE, Context, Scene, upstream_names
from aims_policy.decision.record import Decision, Finding, Source, Subject
from aims_policy.decision.waive import waive
from aims_policy.language.operations import arithmetic
from aims_policy.manifest.asset_ids import asset_id

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from aims_policy.manifest.read import Manifest
    from aims_policy.policy.bundle import Bundle, Checks, Rule

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
    assessed = _assessed(scene, evidence_of_passes=evidence_of_passes)
    findings, denied = assessed.findings, assessed.denied
    notices, waived_by = bundle.notices + manifest.notes, ""
    if bundle.waivers:
        findings, waived = waive(
            findings,
            bundle.waivers,
            asset=asset_id(manifest.kind, manifest.name),
            owners=_owners(manifest),
            environment=environment,
            at=now,
            max_days=bundle.appetite.waiver_days,
        )
        notices = (*bundle.notices, *waived, *manifest.notes)
        denied = _denied(findings)
        waived_by = ",".join([f.waiver.id for f in findings if f.waiver is not None])
    verdict, reason = _verdict(denied, assessed.applied, len(bundle.rules))
    subject = _subject(manifest)
    context_digest = context.digest
    moment = now.isoformat().replace("+00:00", "Z")
    inputs = [
        *subject[:3],
        *subject[4:6],
        *[part for source in subject.sources for part in source[1:]],
        *(bundle.digest, context_digest, environment, moment, _ENGINE),
    ]
    return Decision(
        verdict=verdict,
        reason=reason,
        subject=subject,
        environment=environment,
        at=moment,
        tier=tier,
        tier_declared=declared,
        findings=findings,
        notices=notices,
        engine=_ENGINE,
        bundle_digest=bundle.digest,
        context_digest=context_digest,
        digest=_identity(inputs, assessed.outcomes, waived_by),
    )


_ENGINE = f"aims_policy {aims_policy.__version__}"


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


class _Assessed(NamedTuple):
    """The findings of all rules of the manifest's kind, before waivers."""

    findings: tuple[Finding, ...]
    outcomes: str  # the first letter of each finding's outcome
    applied: int  # how many rules applied
    denied: int  # how many of them deny


def _assessed(scene: Scene, *, evidence_of_passes: bool) -> _Assessed:
    checks = scene.bundle.checks.get(scene.manifest.kind)
    if checks is None:
        return _Assessed((), "", 0, 0)
    made = _made(scene.bundle, scene.manifest.kind, checks)
    with arithmetic():
        codes = checks.run(scene.names, scene.now)
        if scene.manifest.disagreements:
            plain = (_NOT_APPLICABLE,) if evidence_of_passes else (_PASS, _NOT_APPLICABLE)
            return _disputed(checks, codes, scene, made, plain=plain)
        if evidence_of_passes:
            return _each(checks, codes, scene, made, plain=(_NOT_APPLICABLE,))
        found = made.together.get(codes)
        if found is None:
            found = _each(checks, codes, scene, made, plain=(_PASS, _NOT_APPLICABLE))
            # What needed no explanation says nothing of this manifest, and is the same for the next.
            if {_PASS, _NOT_APPLICABLE}.issuperset(codes) and len(made.together) < _MOST_TOGETHER:
                made.together[codes] = found
    return found


def _each(
    checks: Checks, codes: tuple[int, ...], scene: Scene, made: _Made, *, plain: tuple[int, ...]
) -> _Assessed:
    explain = _explaining(scene)
    findings = tuple(
        [
            ready[code] if code in plain else explain(rule, code)
            for rule, ready, code in zip(checks.rules, made.plain, codes, strict=True)
        ]
    )
    return _counted(findings)


def _disputed(
    checks: Checks, codes: tuple[int, ...], scene: Scene, made: _Made, *, plain: tuple[int, ...]
) -> _Assessed:
    """As `_each`, where sources disagree: of the rules that read what they disagree on the worst outcome counts."""
    from aims_policy.decision.disagreement import settled, shown

    worst = settled(checks, scene)
    explain = _explaining(scene)
    findings: list[Finding] = []
    for number, (rule, ready, code) in enumerate(zip(checks.rules, made.plain, codes, strict=True)):
        found = worst.get(number)
        if found is None:
            findings.append(ready[code] if code in plain else explain(rule, code))
        elif found.error:
            enforcement = scene.enforce(rule.severity)
            findings.append(_plain(rule, "error", enforcement)._replace(error=found.error))
        elif found.code in plain:
            findings.append(ready[found.code]._replace(disagreements=found.paths))
        else:
            findings.append(shown(_explaining(found.scene)(rule, found.code), found))
    return _counted(tuple(findings))


def _counted(findings: tuple[Finding, ...]) -> _Assessed:
    outcomes = "".join([f.outcome[0] for f in findings])
    return _Assessed(findings, outcomes, len(findings) - outcomes.count("n"), _denied(findings))


def _denied(findings: tuple[Finding, ...]) -> int:
    return [f.enforcement for f in findings].count("deny")


class _Made(NamedTuple):
    """Findings that need no explanation, made once for a bundle and a kind."""

    plain: list[dict[int, Finding]]  # for each rule, by outcome code
    together: dict[tuple[int, ...], _Assessed]  # of all rules, by their outcome codes


def _made(bundle: Bundle, kind: str, checks: Checks) -> _Made:
    kinds = _MADE.get(bundle)
    if kinds is None:
        kinds = _MADE.setdefault(bundle, {})
    made = kinds.get(kind)
    if made is None:
        codes = (_PASS, _NOT_APPLICABLE)
        plain = [{code: _plain(rule, CODES[code], "") for code in codes} for rule in checks.rules]
        made = kinds[kind] = _Made(plain, {})
    return made


_MADE: WeakKeyDictionary[Bundle, dict[str, _Made]] = WeakKeyDictionary()
_MOST_TOGETHER = 64


def _explaining(scene: Scene) -> Callable[[Rule, int], Finding]:
    """What makes the findings of a scene that need an explanation."""
    from aims_policy.decision.explain import Places, explained

    where = Places(scene)

    def explain(rule: Rule, code: int) -> Finding:
        enforcement = "" if code == _PASS else scene.enforce(rule.severity)
        return explained(_plain(rule, CODES[code], enforcement), scene, where)

    return explain


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


def _subject(manifest: Manifest) -> Subject:
    return Subject(
        manifest.kind,
        manifest.name,
        manifest.version,
        manifest.file,
        manifest.format,
        manifest.digest,
        tuple([Source._make(source) for source in manifest.sources]),
    )


def _verdict(denied: int, applied: int, loaded: int) -> tuple[str, str]:
    if not applied:
        what = "no policy is loaded" if not loaded else "no rule applied"
        return "fail", f"nothing was assessed: {what}"
    if denied:
        return "fail", f"{denied} of {applied} findings {'denies' if denied == 1 else 'deny'}"
    return "pass", f"none of {applied} findings denies"


def _identity(inputs: list[str], outcomes: str, waivers: str) -> str:
    """A digest of everything the decision follows from, and of what was found.

    The bundle's digest fixes the rules and their order, so the outcomes are told by one letter each.
    """
    return f"sha256:{hashlib.sha256(chr(0).join((*inputs, outcomes, waivers)).encode()).hexdigest()}"
