"""The process that writes the ledger: ``python -m aims_policy.server.recording.writer SOCKET``, started by a worker.

It appends what the worker sends and says so once it is on disk. When the worker ends, however it ends, it finishes
what has arrived and ends, too.
"""

from __future__ import annotations

import signal
import socket
import sys
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger import LedgerError, open_ledger
from aims_policy.ledger.chain import entry_id
from aims_policy.ledger.continuity import REPLACED
from aims_policy.ledger.packing import storable
from aims_policy.server import logs
from aims_policy.server.recording.frames import Batch, Frames, Opening, Refusal, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from aims_policy.ledger import Ledger, Record
    from aims_policy.ledger.packing import Packed
    from aims_policy.server.recording.frames import Job, Result

_CHUNK = 1 << 18


def main() -> int:
    """Serve the worker at the other end of the socket, whose number is the argument, until it closes it."""
    for number in (signal.SIGTERM, signal.SIGINT):  # the worker is told as well, and may have more to record
        signal.signal(number, signal.SIG_IGN)
    logs.set_up()
    with socket.socket(fileno=int(sys.argv[1])) as worker:
        told = _told(worker)
        opening: Opening | None = next(told, None)
        if opening is None:
            return 0
        writer = Writer(opening)
        try:
            worker.sendall(framed(writer.opened()))
            for batch in told:
                worker.sendall(framed(writer.written(batch)))
        except (BrokenPipeError, ConnectionResetError):
            return 0  # the worker was killed; what it had sent is recorded
        finally:
            writer.close()
    return 0


def _told(worker: socket.socket) -> Iterator[Any]:
    """What the worker says, until it closes the connection or is killed."""
    frames = Frames()
    try:
        while data := worker.recv(_CHUNK):
            yield from frames.fed(data)
    except ConnectionResetError:
        return


class Writer:
    """Appends batches. A ledger that cannot be opened or written is tried again with every one."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._ledger: Ledger | None = None
        self._known: list[tuple[Record, ...]] = []
        self._packed: dict[int, tuple[Packed, ...]] = {}

    def opened(self) -> list[Result]:
        """How opening went, as the answer to one job."""
        return self._tried(())

    def written(self, batch: Batch) -> list[Result]:
        """What came of each job."""
        if batch.forget:
            self._known, self._packed = [], {}
        self._known += batch.records
        return self._tried(batch.jobs)

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger, self._packed = None, {}

    def _tried(self, jobs: Sequence[Job]) -> list[Result]:
        """What came of each; of opening the ledger alone, as of one, where there are none."""
        try:
            ledger = self._opened()
            packed = [self._packed_as(number, ledger) for number, _ in jobs]
            asked = [
                (one, storable(request_id))
                for own, (_, request_id) in zip(packed, jobs, strict=True)
                for one in own
            ]
            ids = iter([entry_id(link.sequence, link.hash) for link in ledger.append_packed(asked)])
        except Exception as error:  # whatever it is, those who wait must hear of it
            return self._failed(jobs, error)
        return [tuple([next(ids) for _ in own]) for own in packed] if jobs else [()]

    def _opened(self) -> Ledger:
        if self._ledger is None:
            asked = self._opening
            self._ledger = open_ledger(asked.url, keep_inputs=asked.keep_inputs, mask=asked.mask)
        return self._ledger

    def _packed_as(self, number: int, ledger: Ledger) -> tuple[Packed, ...]:
        """What is stored for a number: made once, however many requests it is recorded for."""
        known = self._packed.get(number)
        if known is None:
            known = self._packed[number] = tuple([ledger.packed(record) for record in self._known[number]])
        return known

    def _failed(self, jobs: Sequence[Job], error: Exception) -> list[Result]:
        if len(jobs) > 1 and not (isinstance(error, LedgerError) and error.transient):
            return [
                r for job in jobs for r in self._tried([job])
            ]  # one of them may be what cannot be written
        if isinstance(error, LedgerError) and error.diagnostic.code == REPLACED:
            self.close()  # and open with the next batch what lies there then
        if not isinstance(error, LedgerError):
            logs.fault(error, "")
            error = LedgerError(Diagnostic("ledger-failed", f"the ledger failed: {type(error).__name__}"))
        return [Refusal(error.diagnostic, error.transient)] * max(1, len(jobs))


if __name__ == "__main__":
    sys.exit(main())
