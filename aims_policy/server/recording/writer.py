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
from aims_policy.server import logs
from aims_policy.server.recording.frames import Batch, Frames, Opening, Refusal, framed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from aims_policy.ledger import Ledger, Record
    from aims_policy.server.recording.frames import Result

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
        self._known: list[Record] = []

    def opened(self) -> list[Result]:
        """How opening went, as the answer to one job."""
        return self._tried([[]])

    def written(self, batch: Batch) -> list[Result]:
        """What came of each job."""
        if batch.forget:
            self._known = []
        self._known += batch.records
        jobs = [
            [self._known[number]._replace(request_id=request_id) for number, request_id in job]
            for job in batch.jobs
        ]
        return self._tried(jobs)

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()

    def _tried(self, jobs: Sequence[Sequence[Record]]) -> list[Result]:
        try:
            if self._ledger is None:
                asked = self._opening
                self._ledger = open_ledger(asked.url, keep_inputs=asked.keep_inputs, mask=asked.mask)
            entries = iter(self._ledger.append([record for job in jobs for record in job]))
        except Exception as error:  # whatever it is, those who wait must hear of it
            return self._failed(jobs, error)
        return [tuple([next(entries).id for _ in job]) for job in jobs]

    def _failed(self, jobs: Sequence[Sequence[Record]], error: Exception) -> list[Result]:
        if len(jobs) > 1 and not (isinstance(error, LedgerError) and error.transient):
            return [
                r for job in jobs for r in self._tried([job])
            ]  # one of them may be what cannot be written
        if not isinstance(error, LedgerError):
            logs.fault(error, "")
            error = LedgerError(Diagnostic("ledger-failed", f"the ledger failed: {type(error).__name__}"))
        return [Refusal(error.diagnostic, error.transient)] * len(jobs)


if __name__ == "__main__":
    sys.exit(main())
