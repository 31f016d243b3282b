"""What requests are answered by: bundle, inventory and admission settings, loaded together and swapped whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.api import load_bundle, read_inventory
from aims_policy.decision.twice import given_twice
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.admission import Admission, read_admission
from aims_policy.policy.freshness import parts
from aims_policy.server.inventory import Inventory

if TYPE_CHECKING:
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.policy.bundle import Bundle
    from aims_policy.server.settings import Settings


class Snapshot(NamedTuple):
    """Immutable: a request takes it once and sees nothing of a reload meanwhile. ``generation`` counts reloads."""

    bundle: Bundle
    inventory: Inventory
    admission: Admission
    generation: int
    environments: frozenset[str]
    files: frozenset[str]
    """All that this was read from, with the inventory's files of evidence."""
    noticed: tuple[Diagnostic, ...] = ()
    """What hinders no decision: waivers that do nothing, overrides, assets that are described twice."""

    def knows(self, environment: str) -> bool:
        """Whether an environment is one that the appetite or the admission settings name."""
        return environment in self.environments


def load(settings: Settings, generation: int) -> Snapshot:
    """Read and compile everything anew. Raises PolicyError and SourceError."""
    bundle = load_bundle(
        workspace=settings.workspace, policies=settings.policies or None, appetite=settings.appetite
    )
    manifests = read_inventory(bundle)
    for manifest in manifests:
        manifest.references()
    admission = read_admission(settings.workspace)
    return Snapshot(
        bundle,
        Inventory(manifests, keeps_content=settings.keep_inputs or bool(settings.mask)),
        admission,
        generation,
        _named(bundle, admission),
        parts(bundle) | {source.file for manifest in manifests for source in manifest.sources},
        (*bundle.notices, *given_twice(manifests, [asset_id(m.kind, m.name) for m in manifests])),
    )


def _named(bundle: Bundle, admission: Admission) -> frozenset[str]:
    named = {name for table in bundle.appetite.enforcement.values() for name in table} - {"default"}
    return frozenset({*named, *(name for _, name in admission.environments), admission.default_environment})
