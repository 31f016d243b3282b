"""The limits of the risk appetite that a rule holds evidence to, whether or not it came to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.policy.appetite import Appetite

_NO_LIMITS = ("tier", "environment", "risk_matrix")
_WIDE = 200
"""Cells of a limit: a table by dimension is of no use cut off."""


def limits(reads: Iterable[str], appetite: Appetite) -> dict[str, dict[str, Any]]:
    """By path (``appetite.depth.statement.min``) the limit in each tier, of what a rule reads."""
    paths = [path.partition("[")[0] for path in reads if path.startswith("appetite.")]
    kept = [path for path in dict.fromkeys(paths) if path.split(".")[1] not in _NO_LIMITS]
    return {path: {tier: _at(appetite.tiers[tier], path) for tier in appetite.tiers} for path in kept}


def by_tier(found: dict[str, dict[str, Any]]) -> list[str]:
    """Each limit with its value in every tier, as people read it."""
    return [f"{path}: {_told(tiers)}" for path, tiers in found.items()]


def in_tier(
    found: dict[str, dict[str, Any]], tier: str, appetite: Appetite, besides: Iterable[str]
) -> Sequence[tuple[str, str, str]]:
    """Path, value and place of each limit in one tier, but for those that were shown already (``besides``)."""
    from aims_policy.reports.page.values import place, value

    shown = set(besides)
    return [
        (
            path,
            value(tiers[tier], _WIDE),
            place(appetite.file, appetite.place(tier, path.removeprefix("appetite.")).line),
        )
        for path, tiers in found.items()
        if not any(one.startswith(path) for one in shown)
    ]


def _at(limits_of_tier: Any, path: str) -> Any:
    found = limits_of_tier
    for step in path.split(".")[1:]:
        found = found[step]
    return found


def _told(tiers: dict[str, Any]) -> str:
    from aims_policy.reports.page.values import value

    texts = {tier: value(limit, _WIDE) for tier, limit in tiers.items()}
    if len(set(texts.values())) == 1:
        return f"{next(iter(texts.values()))} in every tier"
    return ", ".join(f"{text} ({tier})" for tier, text in texts.items())
