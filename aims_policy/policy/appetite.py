"""Risk appetite: limits by tier, enforcement by severity and environment, limits on waivers. Data, never code."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TIERS = ("minimal", "limited", "high", "critical")


class Place(NamedTuple):
    """Where a limit is written."""

    line: int
    column: int


class Appetite:
    """Immutable. ``tiers`` maps a tier to its nested limits, in the form that compiled rules read."""

    __slots__ = ("_resolved", "enforcement", "file", "name", "places", "risk_matrix", "tiers", "waiver_days")

    def __init__(
        self,
        *,
        name: str,
        file: str,
        tiers: Mapping[str, dict[str, Any]],
        places: Mapping[str, Mapping[str, Place]],
        risk_matrix: tuple[tuple[Decimal, ...], ...],
        enforcement: Mapping[str, Mapping[str, str]],
        waiver_days: Mapping[str, int],
    ) -> None:
        self.name = name
        self.file = file
        self.tiers = tiers
        self.places = places
        self.risk_matrix = risk_matrix
        self.enforcement = enforcement
        self.waiver_days = waiver_days
        self._resolved: dict[tuple[str, str], dict[str, Any]] = {}

    def can_deny(self, environment: str) -> bool:
        """Whether findings of any severity deny in an environment."""
        return any(self.enforce(severity, environment) == "deny" for severity in self.enforcement)

    def resolve(self, tier: str, environment: str) -> dict[str, Any]:
        """What ``appetite`` means to a rule for this tier and environment. The result is shared: do not change it."""
        key = (tier, environment)
        found = self._resolved.get(key)
        if found is None:
            found = {
                **self.tiers[tier],
                "tier": tier,
                "environment": environment,
                "risk_matrix": self.risk_matrix,
            }
            if (
                len(self._resolved) < 256
            ):  # environments are free text: a hostile caller must not grow this for ever
                self._resolved[key] = found
        return found

    def strictest(self) -> str:
        """The tier that holds where a manifest declares none."""
        return next(t for t in reversed(TIERS) if t in self.tiers)

    def enforce(self, severity: str, environment: str) -> str:
        """``deny``, ``warn`` or ``audit`` for a finding of this severity that is not a pass."""
        table = self.enforcement[severity]
        return table.get(environment) or table["default"]

    def place(self, tier: str, path: str) -> Place:
        """Where the limit ``fairness.groups.min`` of a tier is written; (0, 0) where it is not from the file."""
        places = self.places[tier]
        while path:
            if path in places:
                return places[path]
            cut = max(path.rfind("."), path.rfind("["))
            path = path[:cut] if cut > 0 else ""
        return Place(0, 0)


def to_plain(appetite: Appetite) -> tuple[Any, ...]:
    """Plain data for the cache: what :func:`from_plain` takes."""
    return (
        appetite.name,
        appetite.file,
        {tier: _frozen(limits) for tier, limits in appetite.tiers.items()},
        {tier: {p: tuple(v) for p, v in places.items()} for tier, places in appetite.places.items()},
        tuple(tuple(str(n) for n in row) for row in appetite.risk_matrix),
        {s: dict(t) for s, t in appetite.enforcement.items()},
        dict(appetite.waiver_days),
    )


def from_plain(plain: tuple[Any, ...]) -> Appetite:
    """The inverse of :func:`to_plain`."""
    name, file, tiers, places, matrix, enforcement, days = plain
    return Appetite(
        name=name,
        file=file,
        tiers={tier: _thawed(limits) for tier, limits in tiers.items()},
        places={tier: {p: Place(*v) for p, v in at.items()} for tier, at in places.items()},
        risk_matrix=tuple(tuple(Decimal(n) for n in row) for row in matrix),
        enforcement=enforcement,
        waiver_days=days,
    )


def _frozen(value: Any) -> Any:
    """Decimals as ("#", text), the only value here that marshal does not know."""
    if isinstance(value, dict):
        return {k: _frozen(v) for k, v in value.items()}
    return ("#", str(value)) if isinstance(value, Decimal) else value


def _thawed(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _thawed(v) for k, v in value.items()}
    if isinstance(value, tuple) and len(value) == 2 and value[0] == "#":
        return Decimal(value[1])
    return value
