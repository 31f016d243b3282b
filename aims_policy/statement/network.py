"""The graph of an inventory: its assets, the bundle's rules, and the roles of the organization's profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.decide import asset
from aims_policy.graph.build import RuleNode, build
from aims_policy.graph.roles import roles_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.graph.build import Role
    from aims_policy.graph.network import Graph
    from aims_policy.graph.order import Asset
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


def network_of(manifests: Iterable[Manifest], bundle: Bundle) -> Graph:
    """The graph; the manifests are gone through once."""
    rules = [RuleNode(r.id, r.controls, r.applies_to) for r in bundle.rules]
    roles: list[Role] = []
    assets: list[Asset] = []
    for manifest in manifests:
        roles += roles_of(manifest.data) if manifest.kind == "Organization" else []
        assets.append(asset(manifest))
    return build(assets, rules, roles, control_titles=bundle.control_titles)
