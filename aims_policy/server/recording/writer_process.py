"""The worker's end of the ledger's process: starting it, what it was sent, how it ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Self

from aims_policy.named_tuple import NamedTuple
from aims_policy.server.recording.frames import Batch, Frames, framed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.ledger import Record
    from aims_policy.server.recording.frames import Opening, Result

_REMEMBERED = 64
"""Decisions that the writer is known to have: many ask the same within a second."""

_ROOM = 8 * 1024 * 1024
"""Bytes of their inputs."""

_MOMENT = 5.0
"""Seconds in which a process whose end of the connection is closed is gone."""


class Told(NamedTuple):
    """Who hears of what the writer did: of each batch's results, and in what way it ended."""

    written: Callable[[list[Result]], None]
    lost: Callable[[str], None]


class _Sent(NamedTuple):
    number: int
    records: tuple[Record, ...]  # held, so that no other tuple can have its identity


class WriterProcess(asyncio.Protocol):
    """A running writer. It is sent one batch, and the next when it has answered."""

    def __init__(self, process: subprocess.Popen[bytes], opening: Opening, told: Told) -> None:
        self._process = process
        self._opening = opening
        self._told = told
        self._frames = Frames()
        self._sent: dict[int, _Sent] = {}  # by identity of the records
        self._count = 0
        self._room = _ROOM
        self._transport: asyncio.WriteTransport
        self._closing = False
        self.pid = process.pid

    @classmethod
    async def started(cls, opening: Opening, told: Told) -> Self:
        """A new process, which opens the ledger and answers how that went. Raises OSError."""
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = _process(theirs.fileno())
            except OSError:
                ours.close()
                raise
        loop = asyncio.get_running_loop()
        _, own = await loop.create_unix_connection(lambda: cls(process, opening, told), sock=ours)
        return own

    def write(self, jobs: Sequence[tuple[tuple[Record, ...], str]]) -> None:
        """Have the records of each job appended with the id of its request, all in one transaction."""
        forget = len(self._sent) >= _REMEMBERED or self._room < 0
        if forget:
            self._sent, self._count, self._room = {}, 0, _ROOM
        new: list[tuple[Record, ...]] = []
        numbered = tuple([(self._number(records, new), request_id) for records, request_id in jobs])
        self._transport.write(framed(Batch(forget, tuple(new), numbered)))

    async def close(self, seconds: float) -> None:
        """Let it end, which it does once it has finished; kill it if it does not within so many seconds."""
        self._closing = True
        self._transport.close()
        await asyncio.to_thread(self._wait, seconds)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """As asyncio calls it."""
        self._transport = transport  # type: ignore[assignment] # a socket's takes bytes
        self._transport.write(framed(self._opening))

    def data_received(self, data: bytes) -> None:
        """As asyncio calls it."""
        for results in self._frames.fed(data):
            self._told.written(results)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as asyncio calls it
        """As asyncio calls it."""
        if not self._closing:
            self._reaping = asyncio.get_running_loop().create_task(self._reap())

    async def _reap(self) -> None:
        await asyncio.to_thread(self._wait, _MOMENT)
        self._told.lost(_how(self._process.returncode))

    def _wait(self, seconds: float) -> None:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _number(self, records: tuple[Record, ...], new: list[tuple[Record, ...]]) -> int:
        """The number by which the writer knows records; among ``new`` if it does not yet."""
        known = self._sent.get(id(records))
        if known is not None:
            return known.number
        number, self._count = self._count, self._count + 1
        self._sent[id(records)] = _Sent(number, records)
        self._room -= sum(len(i.content) for r in records for i in r.inputs if i.content is not None)
        new.append(records)
        return number


def _process(socket_number: int) -> subprocess.Popen[bytes]:
    """The same interpreter with the same modules. Of a session of its own, so that Ctrl-C reaches the worker alone."""
    command = [sys.executable, "-P", "-m", "aims_policy.server.recording.writer", str(socket_number)]
    path = os.pathsep.join(os.path.abspath(p) for p in sys.path)  # noqa: PTH100 - "" is the folder it runs in
    return subprocess.Popen(  # noqa: S603 - this very program
        command,
        pass_fds=(socket_number,),
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )


def _how(code: int | None) -> str:
    """How a process ended, in the words of a log."""
    if code is not None and code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
