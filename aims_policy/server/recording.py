"""Decisions into the ledger: many requests, one writer, one durable transaction for all that wait."""

from __future__ import annotations

import asyncio
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

_PATIENCE = 0.2
"""The share of an append's time that is waited."""


class _Job(NamedTuple):
    records: Sequence[Record]
    done: asyncio.Future[tuple[Entry, ...]]


class Recorder:
    """Appends from a thread of its own. A ledger that cannot be opened or written is tried again with every batch."""

    def __init__(self, open_: Callable[[], Ledger], told: Callable[[int, LedgerError | None], None]) -> None:
        """``told`` hears of every batch: how many decisions, and what was wrong with it, if anything."""
        self._open = open_
        self._told = told
        self._ledger: Ledger | None = None
        self._opening = threading.Lock()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._took = 0.0
        self.trouble: LedgerError | None = None
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    async def record(self, records: Sequence[Record]) -> tuple[Entry, ...]:
        """The entries, which are on disk when this returns. Raises LedgerError; then they do not count as recorded."""
        done: asyncio.Future[tuple[Entry, ...]] = self._loop.create_future()
        self._jobs.put(_Job(records, done))
        return await done

    async def find(self, own: str) -> Entry | None:
        """The entry with an id. Raises LedgerError."""
        return await asyncio.to_thread(lambda: self._opened().get(own))

    async def close(self) -> None:
        """Write what waits, then let go of the ledger."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join, 30)

    def _write(self) -> None:
        while True:
            jobs, last = self._waiting()
            if jobs:
                began = time.perf_counter()
                self._append(jobs)
                self._took = time.perf_counter() - began
            if last:
                break
        if self._ledger is not None:
            self._ledger.close()

    def _waiting(self) -> tuple[list[_Job], bool]:
        """All that waits now, at least one; and whether that was the last."""
        job = self._jobs.get()
        if self._took > _QUICK:
            # On a slow disk it pays to let those come along who were answered just now and ask again.
            time.sleep(min(self._took * _PATIENCE, _QUICK))
        jobs: list[_Job] = []
        while job is not None:
            if not job.done.cancelled():  # nobody waits any longer: it was answered without
                jobs.append(job)
            if self._jobs.empty() or len(jobs) >= _TOGETHER:
                return jobs, False
            job = self._jobs.get()
        return jobs, True

    def _append(self, jobs: Sequence[_Job]) -> None:
        records = [record for job in jobs for record in job.records]
        try:
            entries = self._opened().append(records)
        except Exception as error:  # whatever it is, those who wait must hear of it
            self._fail(jobs, error, len(records))
            return
        self.trouble = None
        self._told(len(records), None)
        results, start = [], 0
        for job in jobs:
            results.append((job, entries[start : start + len(job.records)]))
            start += len(job.records)
        self._answer(results)

    def _fail(self, jobs: Sequence[_Job], error: Exception, count: int) -> None:
        if len(jobs) > 1 and not (isinstance(error, LedgerError) and error.transient):
            for job in jobs:  # one of them may be what cannot be written
                self._append([job])
            return
        if not isinstance(error, LedgerError):
            error = LedgerError(Diagnostic("ledger-failed", f"the ledger failed: {type(error).__name__}"))
        self.trouble = error
        self._told(count, error)
        self._answer([(job, error) for job in jobs])

    def _opened(self) -> Ledger:
        with self._opening:  # by the writer, or by who reads before anything was written
            if self._ledger is None:
                self._ledger = self._open()
            return self._ledger

    def _answer(self, results: Sequence[tuple[_Job, tuple[Entry, ...] | LedgerError]]) -> None:
        try:
            self._loop.call_soon_threadsafe(_resolve, results)
        except RuntimeError:  # the loop has ended, and nobody waits
            return


def _resolve(results: Sequence[tuple[_Job, tuple[Entry, ...] | LedgerError]]) -> None:
    for job, result in results:
        if job.done.done():
            continue
        if isinstance(result, LedgerError):
            job.done.set_exception(result)
        else:
            job.done.set_result(result)


def opener(url: str, *, keep_inputs: bool, mask: tuple[str, ...]) -> Callable[[], Ledger]:
    """How a worker opens its ledger."""
    return lambda: open_ledger(url, keep_inputs=keep_inputs, mask=mask)
