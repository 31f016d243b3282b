"""The assets of the workspace, found by id, by artifact and by digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.graph.order import BUILT_FROM
from aims_policy.ledger.inputs import Files, files_of
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.foreign.artifact_uris import canonical, pinned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.ledger.record import Input
    from aims_policy.manifest.manifest import Manifest

DEPLOYABLE = ("Model", "AISystem")
"""Kinds of asset that a workload can run."""


class Inventory:
    """Immutable. What one request needs of it costs what the request needs, however many assets there are."""

    __slots__ = ("_by_artifact", "_by_digest", "_by_id", "_files", "_keeps_content", "_organizations")

    def __init__(self, manifests: Iterable[Manifest] = (), *, keeps_content: bool = False) -> None:
        """``keeps_content`` where the ledger needs files' bytes: to keep them, or to find in them what is masked."""
        self._keeps_content = keeps_content
        self._files: dict[int, Files] = {}
        self._by_id = {asset_id(m.kind, m.name): m for m in manifests}
        self._organizations = [m for m in self._by_id.values() if m.kind == "Organization"]
        self._by_artifact: dict[str, list[str]] = {}
        self._by_digest: dict[str, list[str]] = {}
        for own, manifest in self._by_id.items():
            if manifest.kind in DEPLOYABLE:
                for name in _names(manifest):
                    self._by_artifact.setdefault(name, []).append(own)
                for digest in artifact_digests(manifest):
                    self._by_digest.setdefault(digest.lower(), []).append(own)

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, own: str) -> Manifest | None:
        """The asset with an id such as ``model/credit-scorer``; a bare name is a model's."""
        kind, slash, name = own.partition("/")
        return self._by_id.get(f"{kind.lower()}/{name}" if slash else f"model/{own}") or self._by_id.get(
            f"model/{own}"
        )

    def ids(self) -> list[str]:
        """Every asset that a workload can run."""
        return [own for own, m in self._by_id.items() if m.kind in DEPLOYABLE]

    def running(self, address: str) -> list[Manifest]:
        """The assets whose artifact is at a canonical URI; one that is pinned by its digest is found by that, too."""
        found = self._by_artifact.get(address, [])
        return [self._by_id[own] for own in found or self._by_digest.get(pinned(address), [])]

    def around(self, manifest: Manifest) -> list[Manifest]:
        """All that a manifest's decision can depend on: organizations, and what it is built from, however far."""
        found = {id(m): m for m in self._organizations}
        pending = [manifest]
        while pending:
            for reference in pending.pop().references():
                target = self._by_id.get(reference.ref_id) if reference.relation in BUILT_FROM else None
                if target is not None and id(target) not in found:
                    found[id(target)] = target
                    pending.append(target)
        return list(found.values())

    def files(self, manifest: Manifest) -> Files:
        """The files of a manifest as the ledger takes them. Those of the inventory are encoded and hashed once."""
        known = self._files.get(id(manifest))
        if known is None:
            known = files_of(manifest)
            if not self._keeps_content:
                known = Files(_bare(known.own), tuple(_bare(i) for i in known.evidence))
            if self._by_id.get(asset_id(manifest.kind, manifest.name)) is manifest:
                self._files[id(manifest)] = known
        return known


def _bare(given: Input) -> Input:
    return given._replace(content=None)


def artifact(manifest: Manifest) -> str:
    """Where the artifact of an asset is, "" where its manifest does not say."""
    found = manifest.data.get("provenance", {}).get("artifact")
    return found if isinstance(found, str) else ""


def artifact_digests(manifest: Manifest) -> list[str]:
    """The digests that a manifest gives for what is deployed."""
    sections = (manifest.data.get("provenance", {}), manifest.data.get("deployment", {}))
    found = (s.get("artifact_digest") for s in sections)
    return [d for d in found if isinstance(d, str)]


def _names(manifest: Manifest) -> list[str]:
    """The canonical URIs by which a workload may name an asset; a name like ``acme/chat`` is one of the model hub."""
    uri = artifact(manifest)
    names = [canonical(uri)] if uri else []
    hub = canonical(manifest.name)
    return [*names, hub] if manifest.kind == "Model" and hub.startswith("hf://") else names
