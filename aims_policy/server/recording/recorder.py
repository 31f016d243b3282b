"""Decisions into the ledger: many requests, one writer, one durable transaction for all that wait.

The writer is a process of its own (`writer.py`): beside a thread that writes, requests would wait for the interpreter's
lock at every statement.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic, reason_of
from aims_policy.ledger import LedgerError, open_ledger
from aims_policy.named_tuple import NamedTuple
from aims_policy.server import logs
from aims_policy.server.recording.frames import Refusal
from aims_policy.server.recording.writer_process import Told, WriterProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.ledger import Entry, Ledger, Record
    from aims_policy.server.recording.frames import Opening, Result

_TOGETHER = 256
_QUICK = 0.005
"""Seconds: an append that takes longer is worth waiting for others."""

_LAST = 30.0
"""Seconds that what is still to be written may take in the end."""

_PATIENCE = 0.2
"""The share of an append's time that is waited."""

_PAUSES = (0.0, 0.5, 1.0, 2.0, 5.0)
"""Seconds before a writer that has ended is started again, the more often it ended before it could answer."""


class _Job(NamedTuple):
    records: tuple[Record, ...]
    request_id: str
    done: asyncio.Future[tuple[str, ...]]


class Recorder:
    """Has decisions appended by a process, which is started again where it ends."""

    def __init__(self, opening: Opening, told: Callable[[int, LedgerError | None], None]) -> None:
        """``told`` hears of every batch: how many decisions, and what was wrong with it, if anything."""
        self._opening = opening
        self._told = told
        self._loop = asyncio.get_running_loop()
        self._writer: WriterProcess | None = None
        self._starts = 0  # since a writer answered
        self._closing = False
        self._waiting: list[_Job] = []
        self._under_way: list[_Job] = []
        self._began = 0.0
        self._idle = False  # whether there is a writer, and it has answered all that it was asked
        self._planned: asyncio.Handle | None = None
        self._reading: Ledger | None = None
        self._opening_to_read = threading.Lock()
        self.trouble: LedgerError | None = None
        self.settled = asyncio.Event()
        """Set once the ledger was opened, or could not be."""
        self._starting = self._loop.create_task(self._start(0.0))

    def record(self, records: tuple[Record, ...], request_id: str) -> asyncio.Future[tuple[str, ...]]:
        """The ids of the entries, which are on disk when the future is done.

        It fails with LedgerError; then the decisions do not count as recorded. So raises this, where it is known at
        once. The same tuple of records is sent to the writer once, however many requests it is recorded for.
        """
        if self._writer is None and self.trouble is not None:
            raise self.trouble
        done: asyncio.Future[tuple[str, ...]] = self._loop.create_future()
        self._waiting.append(_Job(records, request_id, done))
        if self._idle and self._planned is None:  # after all others that ask in this turn of the loop
            self._planned = self._loop.call_soon(self._hand_over)
        return done

    async def find(self, own: str) -> Entry | None:
        """The entry with an id. Raises LedgerError."""
        return await asyncio.to_thread(lambda: self._opened().get(own))

    async def close(self) -> None:
        """Have written what waits, then let go of the ledger."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LAST):
                while (self._waiting or self._under_way) and self._writer is not None:
                    await asyncio.sleep(_QUICK)
        self._closing = True
        self._starting.cancel()
        if self._writer is not None:
            await self._writer.close(_LAST)
        if self._reading is not None:
            self._reading.close()

    async def _start(self, pause: float) -> None:
        await asyncio.sleep(pause)
        self._starts += 1
        try:
            self._writer = await WriterProcess.started(self._opening, Told(self._written, self._lost))
        except OSError as error:  # no process, or no file, more is to be had
            self._lost(f"cannot be started: {reason_of(error)}")
            return
        logs.write("ledger", writer=self._writer.pid, result="started")

    def _hand_over(self) -> None:
        """Give the writer all that waits. It has one batch at a time: the more come together, the fewer commits."""
        self._planned = None
        if self._writer is None or not self._idle:
            return
        waiting, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
        jobs = [job for job in waiting if not job.done.done()]  # the others were answered without
        if jobs:
            self._under_way, self._idle, self._began = jobs, False, time.perf_counter()
            self._writer.write([(job.records, job.request_id) for job in jobs])
        elif self._waiting:
            self._planned = self._loop.call_soon(self._hand_over)

    def _written(self, results: Sequence[Result]) -> None:
        """The writer answered: to a batch, or, when it is new, how opening the ledger went."""
        took = time.perf_counter() - self._began if self._under_way else 0.0
        self._starts, self._idle = 0, True
        self._answer(results)
        # On a slow disk it pays to let those come along who were answered just now and ask again.
        pause = min(took * _PATIENCE, _QUICK) if took > _QUICK else 0.0
        self._planned = self._loop.call_later(pause, self._hand_over)

    def _lost(self, how: str) -> None:
        """The writer ended. What it was doing may be recorded or not, and is answered as if it were not."""
        message = f"the process that writes the ledger {how}"
        lost = Diagnostic("ledger-writer-lost", message, help="it is started again by itself")
        if self._planned is not None:
            self._planned.cancel()
        self._under_way += self._waiting
        self._waiting, self._planned, self._writer, self._idle = [], None, None, False
        self._answer([Refusal(lost, transient=True)] * max(1, len(self._under_way)))
        if not self._closing:
            pause = _PAUSES[min(self._starts, len(_PAUSES) - 1)]
            self._starting = self._loop.create_task(self._start(pause))

    def _answer(self, results: Sequence[Result]) -> None:
        """To each of those whose records were under way what came of them."""
        jobs, self._under_way = self._under_way, []
        self.trouble = next((r.error() for r in results if isinstance(r, Refusal)), None)
        self.settled.set()
        for job, result in zip(jobs, results, strict=False):
            if job.done.done():
                continue
            if isinstance(result, Refusal):
                job.done.set_exception(result.error())
            else:
                job.done.set_result(result)
        refused = sum(len(j.records) for j, r in zip(jobs, results, strict=False) if isinstance(r, Refusal))
        written = sum(len(j.records) for j in jobs) - refused
        if written:
            self._told(written, None)
        if self.trouble is not None:
            self._told(refused, self.trouble)

    def _opened(self) -> Ledger:
        with self._opening_to_read:
            if self._reading is not None and self._reading.is_elsewhere():
                self._reading.close()
                self._reading = None
            if self._reading is None:
                self._reading = open_ledger(self._opening.url, create=False)
            return self._reading
