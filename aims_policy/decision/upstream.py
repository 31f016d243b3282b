"""What an asset takes from the assets it is built from: their verdicts, and which of their findings fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.context import UpstreamAsset
from aims_policy.graph.order import BUILT_FROM
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.decision.record import Decision
    from aims_policy.manifest.manifest import Manifest


class Verdict(NamedTuple):
    """All that is left of a decision once it was made, for the assets that are built from the one it is on."""

    kind: str
    verdict: str
    failing: tuple[str, ...]  # rules
    trail: tuple[str, ...]  # ids, from the asset itself to the one whose own evidence fails
    version: str  # of the manifest that was decided, and so is the digest; empty where it does not say
    digest: str
    tier: str


def verdict_of(own: str, manifest: Manifest, decision: Decision, *, traced: bool = True) -> Verdict:
    """What the asset ``own`` hands on of its manifest and the decision on it.

    To be ``traced`` to the asset whose own evidence fails, its findings are explained; one that is built from
    nothing, or on which nothing is built, need not be.
    """
    failing = tuple(f.rule for f in decision.findings if f.enforcement == "deny")
    trail = _trail(own, decision) if failing and traced else (own,)
    provenance = manifest.data.get("provenance", {})
    digest = provenance.get(_DIGESTS.get(manifest.kind, ""), "")
    version = manifest.data["metadata"].get("version", "")
    return Verdict(manifest.kind, decision.verdict, failing, trail, version, digest, decision.tier)


_DIGESTS = {"Model": "artifact_digest", "Dataset": "digest"}
"""By kind, the field of `provenance` that says what exactly the manifest describes."""


def upstream(manifest: Manifest, verdict: Callable[[str], Verdict | None]) -> tuple[UpstreamAsset, ...]:
    """The assets that a manifest is built from, once for each relation; ``verdict`` gives None for one undecided."""
    own = asset_id(manifest.kind, manifest.name)
    found: dict[tuple[str, str], UpstreamAsset] = {}
    for reference in manifest.references():
        if reference.relation not in BUILT_FROM or (reference.ref_id, reference.relation) in found:
            continue
        decided = verdict(reference.ref_id)
        kind, _, name = reference.ref_id.partition("/")
        found[reference.ref_id, reference.relation] = UpstreamAsset(
            ref=reference.ref_id,
            kind=decided.kind if decided is not None else kind,
            name=name,
            relation=reference.relation,
            verdict=decided.verdict if decided is not None else "",
            failing=decided.failing if decided is not None else (),
            trail=(own, *(decided.trail if decided is not None else (reference.ref_id,))),
            named_at=reference.path,
            version=decided.version if decided is not None else "",
            digest=decided.digest if decided is not None else "",
            tier=decided.tier if decided is not None else "",
        )
    return tuple(found.values())


def _trail(own: str, decision: Decision) -> tuple[str, ...]:
    """On to the asset whose own evidence fails, along what the findings read."""
    trails = (
        str(e.value)
        for f in decision.findings
        if f.enforcement == "deny"
        for e in f.evidence
        if e.source == "upstream" and e.path.endswith(".path")
    )
    first = next(trails, None)
    return tuple(first.split(" → ")) if first is not None else (own,)
