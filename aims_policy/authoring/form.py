"""What one decision waits for: the fields that the rules which do not pass read, and that the manifest lacks.

A decision says what each rule missed first. This says all that they read, so that one round of writing is enough; and
only of rules that apply in this environment at this tier, so that nothing is written that nobody asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.authoring.demands import demands, field_path
from aims_policy.decision.decide import decide
from aims_policy.graph.order import BUILT_FROM
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.native.text import missing_paths
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.asked import asked, by_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from aims_policy.decision.record import Finding
    from aims_policy.language.nodes import Expression, Node
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

_BEFORE_PRODUCTION = {"staging": "staging", "development": "development"}
"""The stage of life that an asset has where it is decided for an environment; production in all others."""

_OF_OTHERS = ("appetite.", "upstream.", "organization.")
_TAKEN = "decides which rules apply"
_STAGE = "lifecycle.stage"


class Form(NamedTuple):
    """What is to be written for a decision."""

    tier: str
    asks: dict[str, tuple[str, ...]]
    """By path of evidence (``approvals[].date``) the rules that wait for it."""
    demands: dict[str, tuple[str, ...]]
    """By path what the limits of the tier ask of it, in words."""
    denying: int
    """Rules without which the decision is a fail, as the manifest stands."""
    not_passing: tuple[tuple[Finding, dict[str, tuple[str, ...]]], ...]
    """Findings that no further evidence helps: what is there has to change. With what the tier asks of the fields."""
    undecided: tuple[str, ...]
    """Ids of the assets that this one is built from and that no manifest describes."""


def form(
    manifest: Manifest,
    bundle: Bundle,
    *,
    environment: str,
    at: datetime,
    inventory: Sequence[Manifest] = (),
    tier: str | None = None,
) -> Form:
    """The form for a decision on a manifest; with ``tier`` as if it declared that one.

    Where the manifest does not say at which stage of its life it is, the stage that the environment asks for is taken
    for granted, so that its rules are asked for from the start; stage and tier are then among what is to be written.
    """
    everything = asked(bundle, manifest.kind)
    unsaid = [path for path in _unsaid(manifest, tier) if path != _STAGE or path in everything]
    trial = _taken_for_granted(manifest, environment, tier)
    [(_, decision)] = decide([trial], bundle, environment=environment, at=at, inventory=inventory)
    waiting = [f for f in decision.findings if f.enforcement in ("deny", "warn")]
    reads = {f.rule: _wanted(f, trial, bundle) for f in waiting}
    limits = bundle.appetite.resolve(decision.tier, environment)
    undecided = tuple(_undecided(manifest, inventory))
    failing = [f for f in waiting if not reads[f.rule] and not _waits_for_others(f, trial, bundle, undecided)]
    return Form(
        tier=decision.tier,
        asks=by_path(bundle, manifest.kind, {_TAKEN: unsaid, **reads}),
        demands=demands(_expressions(waiting, trial, bundle), limits),
        denying=sum(1 for f in waiting if f.enforcement == "deny"),
        not_passing=tuple((f, demands(_expressions([f], trial, bundle), limits)) for f in failing),
        undecided=undecided,
    )


def _taken_for_granted(manifest: Manifest, environment: str, tier: str | None) -> Manifest:
    data: dict[str, Any] = dict(manifest.data)
    if tier is not None:
        data["risk"] = {**data.get("risk", {}), "tier": tier}
    if "stage" not in data.get("lifecycle", {}) and manifest.kind != "Organization":
        stage = _BEFORE_PRODUCTION.get(environment, "production")
        data["lifecycle"] = {**data.get("lifecycle", {}), "stage": stage}
    return manifest.with_data(data)


def _unsaid(manifest: Manifest, tier: str | None) -> Iterator[str]:
    """What was taken for granted and is to be written as well."""
    if tier is not None or "tier" not in manifest.data.get("risk", {}):
        yield "risk.tier"
    if "stage" not in manifest.data.get("lifecycle", {}):
        yield _STAGE


def _wanted(finding: Finding, manifest: Manifest, bundle: Bundle) -> list[str]:
    """The paths that a rule reads and the manifest lacks: those of its ``when`` first, for the rest may not apply."""
    for expression in _of_rule(finding, manifest, bundle):
        unnamed = tuple(
            f"{path}[" for path in _of_named_assets(expression.root) if not _has(manifest.data, path)
        )
        own = [path for path in expression.reads if not path.startswith((*_OF_OTHERS, *unnamed))]
        lacking = [pattern for _, pattern in missing_paths(manifest.data, own)]
        if lacking:
            return lacking
    return []


def _of_named_assets(node: Node, inside: bool = False) -> Iterator[str]:
    """The lists that a rule goes through for each asset that the manifest names: to name none is no gap."""
    if node.kind == "comprehension":
        items = field_path(node.children[0], {})
        if inside and items and not items.startswith(_OF_OTHERS):
            yield items
        inside = inside or items == "upstream.assets"
    for child in node.children:
        yield from _of_named_assets(child, inside)


def _has(data: Any, path: str) -> bool:
    return not any(True for _ in missing_paths(data, [path]))


def _of_rule(finding: Finding, manifest: Manifest, bundle: Bundle) -> tuple[Expression, ...]:
    when, require = bundle.expressions(finding.rule, manifest.kind)
    return (require,) if when is None else (when, require)


def _expressions(findings: Sequence[Finding], manifest: Manifest, bundle: Bundle) -> Iterator[Expression]:
    for finding in findings:
        yield from _of_rule(finding, manifest, bundle)


def _waits_for_others(finding: Finding, manifest: Manifest, bundle: Bundle, undecided: Sequence[str]) -> bool:
    """Whether what it lacks is said in other manifests. Of one that is undecided a rule may find it not as asked."""
    if any(gap.path.startswith(_OF_OTHERS) for gap in finding.missing):
        return True
    reads = (path for e in _of_rule(finding, manifest, bundle) for path in e.reads)
    return bool(undecided) and any(path.startswith("upstream.") for path in reads)


def _undecided(manifest: Manifest, inventory: Sequence[Manifest]) -> Iterator[str]:
    known = {asset_id(other.kind, other.name) for other in inventory}
    named = dict.fromkeys(r.ref_id for r in manifest.references() if r.relation in BUILT_FROM)
    yield from (ref for ref in named if ref not in known)
