"""What requests are answered by: bundle, inventory and admission settings, loaded together and swapped whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aims_policy.api import load_bundle, read_inventory
from aims_policy.policy.admission import Admission, read_admission
from aims_policy.policy.bundle import SEVERITIES, Bundle
from aims_policy.server.inventory import Inventory

if TYPE_CHECKING:
    from aims_policy.server.settings import Settings


class Snapshot(NamedTuple):
    """Immutable: a request takes it once and sees nothing of a reload meanwhile. ``generation`` counts reloads."""

    bundle: Bundle
    inventory: Inventory
    admission: Admission
    generation: int

    def enforces(self, environment: str) -> bool:
        """Whether anything can be denied in an environment."""
        return any(self.bundle.appetite.enforce(s, environment) == "deny" for s in SEVERITIES)

    def knows(self, environment: str) -> bool:
        """Whether an environment is one that the appetite or the admission settings name."""
        named = {name for table in self.bundle.appetite.enforcement.values() for name in table}
        named |= {name for _, name in self.admission.environments} | {self.admission.default_environment}
        return environment in named - {"default"}


def load(settings: Settings, generation: int) -> Snapshot:
    """Read and compile everything anew. Raises PolicyError and SourceError."""
    bundle = load_bundle(
        workspace=settings.workspace, policies=settings.policies or None, appetite=settings.appetite
    )
    manifests = read_inventory(bundle)
    for manifest in manifests:
        manifest.references()
    return Snapshot(bundle, Inventory(manifests), read_admission(settings.workspace), generation)
