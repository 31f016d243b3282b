"""Many manifests: each is decided after the assets it is built from, so that a failing dataset reaches every model.

Assets that are only in the inventory are decided where a manifest depends on them, and not shown. Of a manifest
that is decided only its verdict stays here, so that a sequence which reads them one by one is never held whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.context import ALONE, Context
from aims_policy.decision.evaluate import evaluate
from aims_policy.decision.upstream import Verdict, upstream, verdict_of
from aims_policy.graph.order import BUILT_FROM, REVERSED
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from aims_policy.decision.record import Decision
    from aims_policy.graph.order import Asset
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


FEW = 100
"""So many manifests keep their positions, and so many decisions, with their manifests, wait for their turn."""


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
    settled: dict[str, Verdict] | None = None,
) -> Iterator[tuple[Manifest, Decision]]:
    """Decide manifests in the light of each other and of the inventory; yields them in the order given.

    Both are gone through once, and then each manifest is asked for again when it is decided (one that others
    before it are built from, perhaps twice): a sequence may read what it is asked for.
    ``progress`` is called with the number of manifests decided so far. A reference that nothing answers to,
    and one that leads back to where it came from, leave the asset undecided: what reads its verdict is missing.
    ``settled`` hands verdicts on assets of the inventory from one call to the next, so that they are decided once: for
    calls that have bundle, environment and time in common, and of the inventory at least what they need.
    """
    setting = Setting(bundle, environment, at, evidence_of_passes)
    if len(manifests) == 1 and not inventory and not _refers(manifests[0]):
        yield manifests[0], _evaluated(manifests[0], setting, ALONE)
        return
    assets = _Assets(manifests, inventory)
    run = _Run(assets, setting, progress, settled)
    for own, position in zip(assets.submitted, range(len(manifests)), strict=True):
        if assets.place[own] == position:
            manifest, decision = run.decided(own)
        else:  # two submitted manifests share an id: each is decided, the last is what others are built on
            manifest, decision = run.decided_besides(own, manifests[position])
        yield manifest, decision
        if len(assets.rank) > FEW:  # what was wanted of the decision has been explained by now
            manifest.forget_positions()


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
        *(manifest.locate("metadata.name")[1:3] if located else ()),
    )


class _Assets:
    """Which assets there are, where each is to be had, and after which others it is decided."""

    def __init__(self, manifests: Sequence[Manifest], inventory: Sequence[Manifest]) -> None:
        self._manifests = manifests
        self._inventory = inventory
        self.place: dict[str, int] = {}
        """By id the position among the manifests, or before them (negative) in the inventory."""
        self.sources: dict[str, tuple[str, ...]] = {}
        """By id the ids of the assets that it is built from."""
        self.built_on = set[str]()
        """Ids of the assets that others are built from."""
        self._references: dict[str, tuple[tuple[str, str], ...]] = {}
        for position, manifest in enumerate(inventory, -len(inventory)):
            self._note(manifest, position)
        self.submitted = [self._note(manifest, position) for position, manifest in enumerate(manifests)]
        self.rank = {own: index for index, own in enumerate(self._order())}
        """By id the place in the order of deciding; only of what has to be decided."""
        self._references.clear()
        profiles = sorted(own for own in self.place if own.startswith("organization/"))
        self.organization = self.manifest(profiles[0]) if profiles else None
        """The organization whose profile counts: the only one, or the first by name."""

    def manifest(self, own: str) -> Manifest:
        """The manifest of an asset."""
        position = self.place[own]
        return self._manifests[position] if position >= 0 else self._inventory[position]

    def apart(self) -> set[str]:
        """Ids of what has to be decided and in whose decision no manifest of this run has a part."""
        found = set[str]()
        if any(own.startswith("organization/") for own in self.submitted):
            return found
        for own in self.rank:  # what an asset is built from comes before it, but in a circle
            if self.place[own] < 0 and all(s in found for s in self.sources[own] if s in self.place):
                found.add(own)
        return found

    def _note(self, manifest: Manifest, position: int) -> str:
        own = asset_id(manifest.kind, manifest.name)
        self.place[own] = position
        named = dict.fromkeys((r.relation, r.ref_id) for r in manifest.references())
        self._references[own] = tuple(n for n in named if n[0] in BUILT_FROM or n[0] in REVERSED)
        self.sources[own] = tuple(ref for relation, ref in self._references[own] if relation in BUILT_FROM)
        self.built_on.update(self.sources[own])
        return own

    def _order(self) -> list[str]:
        """Ids of the manifests and of all that they are built from, the latter first."""
        from aims_policy.graph.order import Asset, Ref, build_order

        pending = list(self.submitted)
        needed: dict[str, Asset] = {}
        while pending:
            own = pending.pop()
            if own in needed or own not in self.place:
                continue
            kind, _, name = own.partition("/")
            references = tuple(Ref("", target, relation) for relation, target in self._references[own])
            needed[own] = Asset(own, kind, name, references=references)
            pending += self.sources[own]
        return build_order(needed.values())[0]


class _Run:
    """The verdicts of a run so far."""

    def __init__(
        self,
        assets: _Assets,
        setting: Setting,
        progress: Callable[[int], None] | None,
        settled: dict[str, Verdict] | None,
    ) -> None:
        self._assets = assets
        self._setting = setting
        self._progress = progress
        self._settled = settled if settled is not None else {}
        self._apart = assets.apart() if settled is not None else set[str]()
        self._verdicts = {own: self._settled[own] for own in self._apart if own in self._settled}
        self._waiting: dict[str, Decision] = {}
        """Decisions on manifests whose turn comes later."""

    def decided(self, own: str) -> tuple[Manifest, Decision]:
        """A manifest and its decision, after what it is built from has been decided."""
        first = own not in self._verdicts
        for earlier in self._undecided([own]):
            if earlier != own:
                decision = self._decide(earlier, self._assets.manifest(earlier), first=True)
                if self._assets.place[earlier] >= 0 and len(self._waiting) < FEW:
                    self._waiting[earlier] = decision
        manifest = self._assets.manifest(own)
        waiting = self._waiting.pop(own, None)
        return manifest, waiting if waiting is not None else self._decide(own, manifest, first=first)

    def decided_besides(self, own: str, manifest: Manifest) -> tuple[Manifest, Decision]:
        """A manifest that shares its id with another one: it is built on everything but that."""
        for earlier in self._undecided(r.ref_id for r in manifest.references() if r.relation in BUILT_FROM):
            self._decide(earlier, self._assets.manifest(earlier), first=True)
        found = upstream(manifest, lambda ref: self._verdicts.get(ref) if ref != own else None)
        return manifest, _evaluated(manifest, self._setting, Context(self._assets.organization, found))

    def _decide(self, own: str, manifest: Manifest, *, first: bool) -> Decision:
        organization = self._assets.organization if manifest.kind != "Organization" else None
        context = Context(organization, upstream(manifest, lambda ref: self._before(own, ref)))
        decision = _evaluated(manifest, self._setting, context)
        if len(self._assets.rank) > FEW:
            manifest.forget_positions()
        if first:
            traced = bool(context.upstream) and own in self._assets.built_on
            self._verdicts[own] = verdict_of(own, manifest, decision, traced=traced)
            if own in self._apart:
                self._settled[own] = self._verdicts[own]
            if self._progress is not None:
                self._progress(len(self._verdicts))
        return decision

    def _before(self, own: str, ref: str) -> Verdict | None:
        """The verdict on an asset that comes before; in a circle one of them has to be first."""
        rank = self._assets.rank
        return self._verdicts.get(ref) if rank.get(ref, len(rank)) < rank[own] else None

    def _undecided(self, ids: Iterable[str]) -> list[str]:
        """Those of the assets, and of what they are built from, that must be decided yet, in that order."""
        rank, found = self._assets.rank, set[str]()
        pending = list(ids)
        while pending:
            own = pending.pop()
            if own in found or own in self._verdicts or own not in rank:
                continue
            found.add(own)
            pending += [ref for ref in self._assets.sources[own] if rank.get(ref, len(rank)) < rank[own]]
        return sorted(found, key=rank.__getitem__)


def _refers(manifest: Manifest) -> bool:
    return any(r.relation in BUILT_FROM for r in manifest.references())


def _evaluated(manifest: Manifest, setting: Setting, context: Context) -> Decision:
    return evaluate(
        manifest,
        setting.bundle,
        environment=setting.environment,
        at=setting.at,
        context=context if context.organization is not None or context.upstream else ALONE,
        evidence_of_passes=setting.evidence_of_passes,
    )
