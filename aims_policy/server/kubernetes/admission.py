"""What an AdmissionReview comes to: which assets the object runs, and whether each of them passes.

Pure: a review, a snapshot, an environment and a time in; a judgement out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.foreign.artifact_uris import canonical, pinned
from aims_policy.manifest.foreign.workloads import ASSET, DIGEST, MANIFEST, workload
from aims_policy.manifest.read import read_data
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.bundle import SEVERITIES
from aims_policy.server.deciding import decided
from aims_policy.server.inventory import DEPLOYABLE, artifact, artifact_digests
from aims_policy.server.kubernetes.review import shortened
from aims_policy.server.problems import places
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.ledger import Record
    from aims_policy.manifest.foreign.containers import ModelUse
    from aims_policy.manifest.foreign.workloads import Claim, Workload
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.server.kubernetes.review import Review
    from aims_policy.server.snapshot import Snapshot

GROUP = "aims"
_DECIDED_OPERATIONS = ("CREATE", "UPDATE")
_OTHER_OPERATIONS = ("DELETE", "CONNECT")
_DECIDED_SUBRESOURCES = ("", "ephemeralcontainers")
_OWN_METADATA = ("name", "version", "title", "description", "owner")
_NAMED = 5


NOTHING: Mapping[str, str] = {}


class Judgement(NamedTuple):
    """The answer to a review. ``reason`` is one of a few words, for counting: ``decided``, ``no-model``, …"""

    allowed: bool
    code: int
    message: str
    reason: str
    warnings: tuple[str, ...] = ()
    audit: Mapping[str, str] = NOTHING
    records: tuple[Record, ...] = ()
    """The decisions it rests on, as the ledger takes them but for the request's id."""


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The object cannot be decided, and so is not let in."""

    def __init__(self, code: int, reason: str, message: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.message = message


def judge(review: Review, snapshot: Snapshot, environment: str, at: datetime) -> Judgement:
    """Whether what a review asks for may be."""
    untouched = _untouched(review)
    if untouched:
        return Judgement(True, 200, untouched, "not-deciding")
    try:
        if review.operation not in _DECIDED_OPERATIONS:
            raise Refused(400, "malformed", "the review says no operation that Kubernetes has")
        value = _object(review)
        # Of an update the API server keeps the time as it was; of what is created it is whatever somebody wrote.
        if review.operation == "UPDATE" and value.get("metadata", {}).get("deletionTimestamp"):
            return Judgement(True, 200, "the object is being deleted", "not-deciding")
        if review.kind.group == GROUP:
            manifests = _own_manifest(review, snapshot)
        else:
            found = workload(value, snapshot.admission.signs)
            if not found.models and not found.claims:
                return Judgement(True, 200, "the object runs no model that is known by its signs", "no-model")
            manifests = _manifests(found, review, snapshot)
        records = tuple(r for m in manifests for r in decided([m], snapshot, environment, at, "admission"))
    except Refused as refused:
        return _refused(refused, snapshot, environment)
    return _judged(records, environment, snapshot)


def subject(review: Review) -> str:
    """The object as messages name it: ``Deployment loans/chat``."""
    name = f"{review.namespace}/{review.name}" if review.namespace else review.name
    return f"{review.kind.kind} {name}".strip() or "the object"


def _untouched(review: Review) -> str:
    """Why a review asks for nothing that is decided; "" where it does."""
    if review.operation in _OTHER_OPERATIONS:
        return "only what is created or updated is decided"
    if review.subresource not in _DECIDED_SUBRESOURCES:
        return "this subresource runs nothing new"
    return ""


def _object(review: Review) -> dict[str, Any]:
    """The object, with the kind that the API server knows it by. Raises Refused."""
    try:
        value = msgspec.json.decode(review.object)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "malformed", "the object cannot be read") from None
    if not isinstance(value, dict):
        raise Refused(400, "malformed", f"{review.operation} comes without an object")
    if not isinstance(value.get("metadata", {}), dict):
        raise Refused(400, "malformed", "`metadata` of the object is not a mapping")
    kind = review.kind
    if kind.kind:
        api_version = f"{kind.group}/{kind.version}" if kind.group else kind.version
        value = {**value, "kind": kind.kind, "apiVersion": api_version}
    return value


def _own_manifest(review: Review, snapshot: Snapshot) -> list[Manifest]:
    """An ``aims/v1`` object is a manifest, but for what Kubernetes adds to every object. Raises Refused."""
    try:
        frame = _DECODE_OWN(review.object)
    except msgspec.MsgspecError:
        raise Refused(400, "malformed", "the object is no manifest") from None
    annotations = frame.metadata.get("annotations")
    noted = annotations if isinstance(annotations, dict) else {}
    # Of metadata the API server keeps only its own fields, so that the rest may come as annotations.
    own = {k: noted.get(f"{GROUP}/{k}", frame.metadata.get(k)) for k in _OWN_METADATA}
    metadata = {k: v for k, v in (*own.items(), ("labels", frame.metadata.get("labels"))) if v}
    head = msgspec.json.encode(
        {"apiVersion": f"{GROUP}/{review.kind.version}", "kind": review.kind.kind, "metadata": metadata}
    )
    spec = b',"spec":' + bytes(frame.spec) if bytes(frame.spec) != b"null" else b""
    return _read(head[:-1] + spec + b"}", f"{subject(review)}.json", "the object", snapshot)


class _Own(msgspec.Struct):
    metadata: dict[str, Any] = {}
    spec: msgspec.Raw = msgspec.Raw(b"null")


_DECODE_OWN = msgspec.json.Decoder(_Own).decode


def _manifests(found: Workload, review: Review, snapshot: Snapshot) -> list[Manifest]:
    """The manifests of all that a workload runs. Raises Refused where one of its models has none."""
    claimed = [
        manifest
        for claim in found.claims
        for manifest in (*_inline(claim, review, snapshot), *_named(claim, snapshot))
    ]
    matched = {use: snapshot.inventory.running(use.address) if use.address else [] for use in found.models}
    for use in found.models:
        if not matched[use] and not _covered(use, claimed, matched):
            raise Refused(403, "no-manifest", _no_manifest(use, claimed))
    everything = [*claimed, *(m for manifests in matched.values() for m in manifests)]
    # By identity: what the inventory says of an asset is decided also beside an annotation that says it otherwise.
    return list({id(m): m for m in everything}.values())


def _covered(use: ModelUse, claimed: Sequence[Manifest], matched: dict[ModelUse, list[Manifest]]) -> bool:
    """Whether a model that the inventory does not know by its artifact is spoken for.

    One with an address by an annotation whose manifest is of that artifact; others by any, or by what the same
    container, or the whole pod, loads by name.
    """
    if use.address:
        return any(_is_of(manifest, use.address) for manifest in claimed)
    beside = (o for o, known in matched.items() if known and o.container in ("", use.container))
    return bool(claimed) or next(beside, None) is not None


def _is_of(manifest: Manifest, address: str) -> bool:
    """Whether a manifest speaks of the artifact at an address, by that or by the digest that it is pinned to."""
    own = artifact(manifest)
    if own:
        return canonical(own) == address
    return pinned(address) in {digest.lower() for digest in artifact_digests(manifest)}


def _no_manifest(use: ModelUse, claimed: Sequence[Manifest]) -> str:
    which = f"model `{use.uri}`" if use.uri else "a model that nothing names"
    told = f"it runs {which}, as {use.told_by} shows"
    if claimed:
        return f"{told}, and the manifest it comes with speaks of another artifact or of none (`provenance.artifact`)"
    return (
        f"{told}, and no manifest comes with it: annotate the object or its pod template with {ASSET} and {DIGEST} "
        f"of an asset in the inventory or with {MANIFEST}, or record the artifact in the inventory"
    )


def _inline(claim: Claim, review: Review, snapshot: Snapshot) -> list[Manifest]:
    if not claim.manifest:
        if MANIFEST in claim.paths:
            raise Refused(422, "unreadable", f"the annotation {MANIFEST} is empty")
        return []
    where = f"{subject(review)} {MANIFEST}"
    text = claim.manifest.encode("utf-8", "backslashreplace")
    manifests = _read(text, where, f"the annotation {MANIFEST}", snapshot)
    for manifest in manifests:
        _check_kind(manifest, f"the annotation {MANIFEST}")
    return manifests


def _named(claim: Claim, snapshot: Snapshot) -> Iterator[Manifest]:
    """The assets that annotations name, each with the digest that is given for it. Raises Refused."""
    if claim.digests and len(claim.digests) != len(claim.assets):
        raise Refused(
            403, "mismatch", f"{DIGEST} gives {len(claim.digests)} digests for {len(claim.assets)} assets"
        )
    if ASSET in claim.paths and not claim.assets:
        raise Refused(403, "mismatch", f"the annotation {ASSET} is empty")
    if not claim.assets and not claim.manifest and DIGEST in claim.paths:
        raise Refused(403, "mismatch", f"the annotation {DIGEST} is given without {ASSET}")
    for index, own in enumerate(claim.assets):
        manifest = snapshot.inventory.get(own)
        if manifest is None:
            raise Refused(403, "no-manifest", f"{ASSET} names `{own}`, and the inventory has no such asset")
        _check_kind(manifest, ASSET)
        if claim.digests or snapshot.admission.digest_required:
            _check_digest(manifest, claim.digests[index] if claim.digests else "")
        yield manifest


def _check_kind(manifest: Manifest, where: str) -> None:
    if manifest.kind not in DEPLOYABLE:
        kinds = " or ".join(DEPLOYABLE)
        raise Refused(403, "mismatch", f"{where} gives a {manifest.kind}, and what runs is a {kinds}")


def _check_digest(manifest: Manifest, digest: str) -> None:
    known = artifact_digests(manifest)
    own = asset_id(manifest.kind, manifest.name)
    if not digest:
        raise Refused(
            403, "mismatch", f"{ASSET} names {own} without {DIGEST}: say which artifact of it is meant"
        )
    if not known:
        raise Refused(
            403,
            "mismatch",
            f"{own} records no `provenance.artifact_digest` that {DIGEST} could be compared with",
        )
    if digest.lower() not in (d.lower() for d in known):
        raise Refused(
            403, "mismatch", f"{DIGEST} is not the digest of the artifact that {own} was assessed as"
        )


def _read(data: bytes, file: str, what: str, snapshot: Snapshot) -> list[Manifest]:
    """The manifests in bytes that came with a review. Raises Refused."""
    bundle = snapshot.bundle
    try:
        return read_data(data, file, bundle.shapes, extensions=bundle.extensions)
    except SourceError as error:
        first, *rest = places(error.diagnostics)
        more = f" (and {len(rest)} more)" if rest else ""
        raise Refused(422, "unreadable", f"{what} cannot be read as a manifest: {first}{more}") from None


def _judged(records: tuple[Record, ...], environment: str, snapshot: Snapshot) -> Judgement:
    decisions = [record.decision for record in records]
    failing = [d for d in decisions if d.verdict != "pass"]
    worst = failing or decisions
    message = "; ".join(_said(d) for d in worst)
    found = sorted(
        (f for d in decisions for f in d.findings if f.enforcement in ("deny", "warn")), key=_gravity
    )
    warnings = shortened([_warning(f) for f in found], f"decision {worst[0].digest}")
    audit = {
        "verdict": "fail" if failing else "pass",
        "environment": environment,
        "bundle": snapshot.bundle.digest,
        "assets": ", ".join(asset_id(d.subject.kind, d.subject.name) for d in decisions),
        "decisions": ", ".join(d.digest for d in decisions),
    }
    return Judgement(
        not failing, 403 if failing else 200, message, "decided", tuple(warnings), audit, records
    )


def _said(decision: Decision) -> str:
    own = asset_id(decision.subject.kind, decision.subject.name)
    verb = "passes" if decision.verdict == "pass" else "fails"
    denying = [
        f"{f.rule} ({f.outcome})" for f in sorted(decision.findings, key=_gravity) if f.enforcement == "deny"
    ]
    more = f", +{len(denying) - _NAMED} more" if len(denying) > _NAMED else ""
    named = f": {', '.join(denying[:_NAMED])}{more}" if denying else ""
    return f"{own} {verb} in {decision.environment}, {decision.reason}{named}; decision {decision.digest}"


def _warning(finding: Finding) -> str:
    waived = f" (waived until {finding.waiver.expires})" if finding.waiver is not None else ""
    return f"{finding.rule} {finding.severity} {finding.outcome}{waived}: {finding.title}"


def _gravity(finding: Finding) -> tuple[int, int, str]:
    """What denies before what warns, then the graver first."""
    return (finding.enforcement != "deny", -SEVERITIES.index(finding.severity), finding.rule)


def _refused(refused: Refused, snapshot: Snapshot, environment: str) -> Judgement:
    """A denial; where nothing is ever denied, a warning, as a finding would be. What is malformed is never let in."""
    audit = {"environment": environment, "bundle": snapshot.bundle.digest, "reason": refused.reason}
    if refused.code == 400 or snapshot.bundle.appetite.can_deny(environment):
        return Judgement(False, refused.code, refused.message, refused.reason, (), audit)
    message = f"not enforced in {environment}: {refused.message}"
    return Judgement(True, 200, message, refused.reason, (refused.message,), audit)
