"""Waivers: time-bound, approved acceptances of named findings. A wrong one does nothing and is reported."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aims_policy.named_tuple import NamedTuple


class Waiver(NamedTuple):
    """A waiver that is well formed. Whether it is in force is for the decision to say."""

    id: str
    rules: tuple[str, ...]
    assets: tuple[str, ...]
    approver: str
    justification: str
    granted: datetime
    expires: datetime
    environments: tuple[str, ...]  # empty: all
    file: str
    line: int


def parse_day(text: str) -> datetime:
    """An ISO 8601 date or date-time as an aware UTC moment; a date is its midnight. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).astimezone(timezone.utc)


def to_plain(waiver: Waiver) -> tuple[Any, ...]:
    """Plain data for the cache."""
    return (*waiver[:5], waiver.granted.isoformat(), waiver.expires.isoformat(), *waiver[7:])


def from_plain(plain: tuple[Any, ...]) -> Waiver:
    """The inverse of :func:`to_plain`."""
    id_, rules, assets, approver, justification, granted, expires, environments, file, line = plain
    return Waiver(
        id_,
        rules,
        assets,
        approver,
        justification,
        parse_day(granted),
        parse_day(expires),
        environments,
        file,
        line,
    )
