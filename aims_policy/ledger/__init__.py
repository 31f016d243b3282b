"""The ledger: an append-only, hash-chained record of decisions, in SQLite or PostgreSQL.

    with open_ledger("decisions.db") as ledger:
        [entry] = ledger.append([Record(decision, source="cli")])

Nothing heavy is imported before a ledger is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.ledger.record import Entry, Head, Input, LedgerError, Record

if TYPE_CHECKING:
    from aims_policy.ledger.ledger import Ledger, open_ledger


def __getattr__(name: str) -> Any:
    if name in ("Ledger", "open_ledger"):
        from aims_policy.ledger import ledger

        return getattr(ledger, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["open_ledger", "Ledger", "Record", "Input", "Entry", "Head", "LedgerError"]
