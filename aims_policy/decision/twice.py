"""Assets that several of the manifests to decide describe: each is decided, and one of them is built on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Manifest


def given_twice(manifests: Sequence[Manifest], ids: Sequence[str]) -> list[Diagnostic]:
    """A warning for each manifest whose asset one before it describes. ``ids`` are those of the manifests, in order."""
    shared = {own for own, times in Counter(ids).items() if times > 1}
    if not shared:
        return []
    from aims_policy.decision.decide import asset
    from aims_policy.graph.duplicates import duplicates

    told = duplicates([asset(manifests[i]) for i, own in enumerate(ids) if own in shared])
    hint = "each is decided, and what is built on it is held to the last: rename or remove one of them"
    return [problem._replace(severity="warning", help=hint) for problem in told]
