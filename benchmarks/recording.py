"""Recording decisions: what the ledger adds, against the same bytes in a plain table that is flushed as often."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from aims_policy.decision.plain import render
from aims_policy.ledger import Record, open_ledger
from aims_policy.ledger.verify import verify
from benchmarks.figures import Figure, at_most, duration
from benchmarks.material import cases

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision
    from aims_policy.ledger import Ledger
    from aims_policy.policy.bundle import Bundle

RATE = 2_000
"""Decisions in a second that a SQLite ledger is to take."""

_BATCHES = (1, 64)


def measure(bundle: Bundle, rounds: int) -> list[Figure]:
    """One at a time, and as many together as a busy server gathers; and what it takes to verify them."""
    decisions = [case.decide(bundle) for case in cases(bundle)]
    with TemporaryDirectory(prefix="aims-benchmark-") as folder:
        file = Path(folder) / "ledger.db"
        with open_ledger(str(file)) as ledger:
            plain = _plain_table(Path(folder) / "plain.db")
            figures = [_figure(ledger, plain, decisions, size, rounds) for size in _BATCHES]
            plain.close()
        start = perf_counter()
        found = verify(str(file))
        each = (perf_counter() - start) / found.entries
    return [*figures, _against_rate("verify an entry", each)]


def _figure(
    ledger: Ledger, plain: sqlite3.Connection, decisions: list[Decision], size: int, rounds: int
) -> Figure:
    """The least of several rounds: what else the machine does, and its disk, only ever add."""
    batch = [decisions[n % len(decisions)] for n in range(size)]
    ours, theirs = [], []
    for _ in range(rounds):
        start = perf_counter()
        ledger.append([Record(decision, "benchmark") for decision in batch])
        between = perf_counter()
        plain.executemany("INSERT INTO texts VALUES (?)", [(render(decision),) for decision in batch])
        plain.commit()
        theirs.append(perf_counter() - between)
        ours.append(between - start)
    each, other = min(ours) / size, min(theirs) / size
    if size == 1:
        return Figure(_GROUP, "append one", duration(each), duration(other), each / other)
    return _against_rate(f"append one of {size} together", each)


_GROUP = f"Record decisions in SQLite, against {duration(1 / RATE)} ({RATE:,} a second) or a plain table"


def _against_rate(name: str, each: float) -> Figure:
    return Figure(_GROUP, name, duration(each), duration(1 / RATE), each * RATE, *at_most(1, each * RATE))


def _plain_table(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE texts (text TEXT)")
    return connection
