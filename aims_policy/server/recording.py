"""Decisions into the ledger: many requests, one writer, one durable transaction for all that wait."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger import LedgerError, open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.ledger import Entry, Ledger, Record

_TOGETHER = 256
_QUICK = 0.005
"""Seconds: an append that takes longer is worth waiting for others."""

_LAST = 30.0
"""Seconds that what is still to be written may take in the end."""

_PATIENCE = 0.2
"""The share of an append's time that is waited."""


class _Job(NamedTuple):
    records: Sequence[Record]
    done: asyncio.Future[tuple[Entry, ...]]


_Result = tuple[_Job, "tuple[Entry, ...] | LedgerError"]


class Recorder:
    """Appends from a thread of its own. A ledger that cannot be opened or written is tried again with every batch."""

    def __init__(self, open_: Callable[[], Ledger], told: Callable[[int, LedgerError | None], None]) -> None:
        """``told`` hears of every batch: how many decisions, and what was wrong with it, if anything."""
        self._open = open_
        self._told = told
        self._ledger: Ledger | None = None
        self._opening = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Job] = []
        self._busy = False  # whether a batch is under way, or about to be
        self._batches: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self.trouble: LedgerError | None = None
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    async def record(self, records: Sequence[Record]) -> tuple[Entry, ...]:
        """The entries, which are on disk when this returns. Raises LedgerError; then they do not count as recorded."""
        done: asyncio.Future[tuple[Entry, ...]] = self._loop.create_future()
        self._waiting.append(_Job(records, done))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._hand_over)  # after all others that ask in this turn of the loop
        return await done

    async def find(self, own: str) -> Entry | None:
        """The entry with an id. Raises LedgerError."""
        return await asyncio.to_thread(lambda: self._opened().get(own))

    async def close(self) -> None:
        """Write what waits, then let go of the ledger."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST):
                while self._busy:
                    await asyncio.sleep(_QUICK)
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join, _LAST)

    def _hand_over(self) -> None:
        """Give the thread all that waits. One at a time of both works: each hand-over between them costs much."""
        waiting, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        jobs = [job for job in waiting if not job.done.cancelled()]  # the others were answered without
        if jobs:
            self._batches.put(jobs)
        elif self._waiting:
            self._loop.call_soon(self._hand_over)
        else:
            self._busy = False

    def _written(self, results: Sequence[_Result], took: float) -> None:
        for job, result in results:
            if job.done.done():
                continue
            if isinstance(result, LedgerError):
                job.done.set_exception(result)
            else:
                job.done.set_result(result)
        # On a slow disk it pays to let those come along who were answered just now and ask again.
        self._loop.call_later(min(took * _PATIENCE, _QUICK) if took > _QUICK else 0.0, self._hand_over)

    def _write(self) -> None:
        """The thread."""
        while (jobs := self._batches.get()) is not None:
            began = time.perf_counter()
            results = self._append(jobs)
            took = time.perf_counter() - began
            with contextlib.suppress(RuntimeError):  # the loop has ended, and nobody waits
                self._loop.call_soon_threadsafe(self._written, results, took)
        if self._ledger is not None:
            self._ledger.close()

    def _append(self, jobs: Sequence[_Job]) -> list[_Result]:
        records = [record for job in jobs for record in job.records]
        try:
            entries = self._opened().append(records)
        except Exception as error:  # whatever it is, those who wait must hear of it
            return self._failed(jobs, error, len(records))
        self.trouble = None
        self._told(len(records), None)
        results: list[_Result] = []
        start = 0
        for job in jobs:
            results.append((job, entries[start : start + len(job.records)]))
            start += len(job.records)
        return results

    def _failed(self, jobs: Sequence[_Job], error: Exception, count: int) -> list[_Result]:
        if len(jobs) > 1 and not (isinstance(error, LedgerError) and error.transient):
            return [
                r for job in jobs for r in self._append([job])
            ]  # one of them may be what cannot be written
        if not isinstance(error, LedgerError):
            error = LedgerError(Diagnostic("ledger-failed", f"the ledger failed: {type(error).__name__}"))
        self.trouble = error
        self._told(count, error)
        return [(job, error) for job in jobs]

    def _opened(self) -> Ledger:
        with self._opening:  # by the writer, or by who reads before anything was written
            if self._ledger is None:
                self._ledger = self._open()
            return self._ledger


def opener(url: str, *, keep_inputs: bool, mask: tuple[str, ...]) -> Callable[[], Ledger]:
    """How a worker opens its ledger."""
    return lambda: open_ledger(url, keep_inputs=keep_inputs, mask=mask)
