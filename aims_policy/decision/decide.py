"""Many manifests: each is decided after the assets it is built from, so that a failing dataset reaches every model.

Assets that are only in the inventory are decided where a manifest depends on them, and not shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aims_policy.decision.context import ALONE, Context, UpstreamAsset
from aims_policy.decision.evaluate import asset_id, evaluate
from aims_policy.graph.order import BUILT_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from aims_policy.decision.record import Decision
    from aims_policy.graph.order import Asset
    from aims_policy.manifest.read import Manifest
    from aims_policy.policy.bundle import Bundle


FEW = 100
"""Up to so many manifests keep their positions, for what is asked of them after the decision."""


class Setting(NamedTuple):
    """What is the same for every manifest of a run."""

    bundle: Bundle
    environment: str
    at: datetime
    evidence_of_passes: bool = False


def decide(
    manifests: Sequence[Manifest],
    bundle: Bundle,
    *,
    environment: str = "production",
    at: datetime,
    inventory: Sequence[Manifest] = (),
    evidence_of_passes: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Iterator[tuple[Manifest, Decision]]:
    """Decide manifests in the light of each other and of the inventory; yields them in the order given.

    ``progress`` is called with the number of manifests decided so far. A reference that nothing answers to,
    and one that leads back to where it came from, leave the asset undecided: what reads its verdict is missing.
    """
    setting = Setting(bundle, environment, at, evidence_of_passes)
    if len(manifests) == 1 and not inventory and not _refers(manifests[0]):
        yield (
            manifests[0],
            evaluate(
                manifests[0], bundle, environment=environment, at=at, evidence_of_passes=evidence_of_passes
            ),
        )
        return
    known = {asset_id(m.kind, m.name): m for m in (*inventory, *manifests)}
    order = _order(manifests, known)
    contexts = _contexts(known, order, setting, progress)
    for manifest in manifests:
        own = asset_id(manifest.kind, manifest.name)
        if known[own] is manifest:
            yield manifest, contexts[own]
        else:  # two submitted manifests share an id: each is decided, the last is what others are built on
            upstream = _upstream(manifest, {k: d for k, d in contexts.items() if k != own})
            yield manifest, _evaluated(manifest, setting, Context(_organization(known), upstream))


def _refers(manifest: Manifest) -> bool:
    return any(r.relation in BUILT_FROM for r in manifest.references())


def _order(manifests: Sequence[Manifest], known: Mapping[str, Manifest]) -> list[str]:
    """Ids of the manifests and of all that they are built from, the latter first."""
    from aims_policy.graph.order import build_order

    pending = [asset_id(m.kind, m.name) for m in manifests]
    needed: dict[str, Asset] = {}
    while pending:
        own = pending.pop()
        if own in needed or own not in known:
            continue
        needed[own] = asset(known[own], located=False)
        pending += [r.target_id for r in needed[own].references if r.relation in BUILT_FROM]
    return build_order(list(needed.values()))[0]


def asset(manifest: Manifest, *, located: bool = True) -> Asset:
    """A manifest as the graph sees it; without ``located`` references do not know where they are written."""
    from aims_policy.graph.order import Asset, PartyRef, Ref

    references = tuple(
        Ref(r.path, r.ref_id, r.relation, *(manifest.locate(r.path)[:3] if located else ()))
        for r in manifest.references()
    )
    parties = tuple(PartyRef(p.path, p.name, p.relation) for p in manifest.parties())
    return Asset(
        asset_id(manifest.kind, manifest.name),
        manifest.kind,
        manifest.name,
        manifest.file,
        references,
        parties,
    )


def _contexts(
    known: Mapping[str, Manifest],
    order: Sequence[str],
    setting: Setting,
    progress: Callable[[int], None] | None,
) -> dict[str, Decision]:
    organization = _organization(known)
    decided: dict[str, Decision] = {}
    for count, own in enumerate(order, 1):
        manifest = known[own]
        upstream = _upstream(manifest, decided)
        context = Context(organization if manifest.kind != "Organization" else None, upstream)
        decided[own] = _evaluated(manifest, setting, context)
        if len(order) > FEW:
            manifest.forget_positions()
        if progress is not None:
            progress(count)
    return decided


def _evaluated(manifest: Manifest, setting: Setting, context: Context) -> Decision:
    return evaluate(
        manifest,
        setting.bundle,
        environment=setting.environment,
        at=setting.at,
        context=context if context.organization is not None or context.upstream else ALONE,
        evidence_of_passes=setting.evidence_of_passes,
    )


def _organization(known: Mapping[str, Manifest]) -> Manifest | None:
    """The organization whose profile counts: the only one, or the first by name."""
    found = sorted((k for k, m in known.items() if m.kind == "Organization"))
    return known[found[0]] if found else None


def _upstream(manifest: Manifest, decided: Mapping[str, Decision]) -> tuple[UpstreamAsset, ...]:
    own = asset_id(manifest.kind, manifest.name)
    found: dict[tuple[str, str], UpstreamAsset] = {}
    for reference in manifest.references():
        if reference.relation not in BUILT_FROM or (reference.ref_id, reference.relation) in found:
            continue
        decision = decided.get(reference.ref_id)
        kind, _, name = reference.ref_id.partition("/")
        found[reference.ref_id, reference.relation] = UpstreamAsset(
            ref=reference.ref_id,
            kind=decision.subject.kind if decision is not None else kind,
            name=name,
            relation=reference.relation,
            verdict=decision.verdict if decision is not None else "",
            failing=_failing(decision),
            trail=(own, *_trail(reference.ref_id, decision)),
            named_at=reference.path,
        )
    return tuple(found.values())


def _failing(decision: Decision | None) -> tuple[str, ...]:
    if decision is None:
        return ()
    return tuple(f.rule for f in decision.findings if f.enforcement == "deny")


def _trail(ref: str, decision: Decision | None) -> tuple[str, ...]:
    """From an upstream asset on to the one whose own evidence fails, along what its findings read."""
    if decision is None:
        return (ref,)
    trails = (
        str(e.value)
        for f in decision.findings
        if f.enforcement == "deny"
        for e in f.evidence
        if e.source == "upstream" and e.path.endswith(".path")
    )
    first = next(trails, None)
    return tuple(first.split(" → ")) if first is not None else (ref,)
