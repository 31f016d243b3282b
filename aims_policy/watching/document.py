"""Changes for machines: one JSON document per look, described by ``schemas/watch-report.schema.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aims_policy.watching.compare import AssetChange, Changes
    from aims_policy.watching.snapshot import FindingState

API_VERSION = "aims/v1"


def document(changes: Changes) -> dict[str, Any]:
    """The look as plain data."""
    now = changes.now
    return {
        "apiVersion": API_VERSION,
        "kind": "WatchReport",
        "at": now.at,
        "since": changes.since or None,
        "environment": now.environment,
        "engine": now.engine,
        "bundle_digest": now.bundle_digest,
        "worse": changes.worse,
        "assets": len(now.assets),
        "failing": sorted(a for a, state in now.assets.items() if state.verdict != "pass"),
        "unread": list(now.unread),
        "unread_since": list(changes.unread_since),
        "read_again": list(changes.read_again),
        "changes": [_asset(c) for c in changes.assets],
    }


def _asset(change: AssetChange) -> dict[str, Any]:
    return {
        "asset": change.asset,
        "before": change.before or None,
        "after": change.after or None,
        "causes": list(change.causes),
        "rules": [
            {"rule": r.rule, "worse": r.worse, "before": _finding(r.before), "after": _finding(r.after)}
            for r in change.rules
        ],
    }


def _finding(state: FindingState | None) -> dict[str, Any] | None:
    return state._asdict() if state is not None else None
