"""What a ledger has on assets: when each was last decided on record, and whether of the same manifest and rules."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from aims_policy.statement.standing import DecidedAsset


class Recorded(NamedTuple):
    """The newest entry on an asset. ``current``: it was made of the same manifest under the same bundle."""

    id: str
    recorded_at: str
    verdict: str
    decision_digest: str
    current: bool


def recorded(
    ledger: str, assets: Iterable[DecidedAsset], *, environment: str, bundle_digest: str, date: datetime
) -> Mapping[str, Recorded]:
    """By asset id, its newest entry for an environment up to the end of that day (UTC). Raises LedgerError."""
    from aims_policy.ledger import open_ledger

    end = (date.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)).isoformat()
    found: dict[str, Recorded] = {}
    with open_ledger(ledger, create=False) as opened:
        for asset in assets:
            newest = opened.entries(
                kind=asset.kind,
                name=asset.name,
                environment=environment,
                until=end.replace("+00:00", "Z"),
                newest_first=True,
                limit=1,
            )
            for entry in newest:
                same = (entry.subject_digest, entry.bundle_digest) == (asset.subject_digest, bundle_digest)
                found[asset.id] = Recorded(
                    entry.id, entry.recorded_at, entry.verdict, entry.decision_digest, same
                )
    return found
