"""What a request may take: bytes, seconds, a place among those under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from starlette.requests import ClientDisconnect

from aims_policy.server.problems import Problem
from aims_policy.server.protocol import ARRIVED
from aims_policy.server.requests import header

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.requests import Request

    from aims_policy.server.settings import Limits

_LINGER_SECONDS = 2.0
_TICK = 0.05
"""Seconds. A request may wait so much longer than its deadline."""


class Desk:
    """The requests under way. Not a lock: who finds no place is sent away at once."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.taken = 0

    def __enter__(self) -> Self:
        if self.taken >= self.places:
            raise Problem(503, "busy", "too many requests are under way", help="try again in a second")
        self.taken += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.taken -= 1


class Deadlines:
    """Ends what takes too long, as `asyncio.timeout` does, by one timer for all: one for each would cost much."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._under_way: set[_Within] = set()
        self._ticking = False

    def within(self, seconds: float) -> _Within:
        """``with`` it around what may await: raises TimeoutError there after so many seconds, or a moment later."""
        return _Within(self, self._loop.time() + seconds)

    def begin(self, within: _Within) -> None:
        """Watch over it. Raises TimeoutError where there is no time at all."""
        if within.until <= self._loop.time():
            raise TimeoutError
        self._under_way.add(within)
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK, self._tick)

    def end(self, within: _Within) -> None:
        """It is done."""
        self._under_way.discard(within)

    def _tick(self) -> None:
        now = self._loop.time()
        for within in [w for w in self._under_way if w.until <= now]:
            self._under_way.discard(within)
            within.expire()
        self._ticking = bool(self._under_way)
        if self._ticking:
            self._loop.call_later(_TICK, self._tick)


class _Within:
    """A time in which the task that enters it is to come to the end of it."""

    __slots__ = ("_deadlines", "_expired", "_task", "until")

    def __init__(self, deadlines: Deadlines, until: float) -> None:
        self._deadlines = deadlines
        self._task: asyncio.Task[Any] | None = None
        self._expired = False
        self.until = until

    def expire(self) -> None:
        """Break the task off where it waits."""
        if self._task is not None:
            self._expired = True
            self._task.cancel()

    def __enter__(self) -> None:
        self._task = asyncio.current_task()
        self._deadlines.begin(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadlines.end(self)
        # Where others have cancelled the task as well, it is theirs to end.
        cancelled = self._expired and self._task is not None and self._task.uncancel() == 0
        if cancelled and kind is asyncio.CancelledError:
            raise TimeoutError from error


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body. Raises Problem where it is too large, too slow or cut off."""
    declared = header(request, b"content-length")
    try:
        if declared.isdigit() and int(declared) > limits.body:
            body = None
        elif ARRIVED in request.scope["state"]:  # most bodies come with their headers, and need no clock
            body = await _read(request, limits.body)
        else:
            async with asyncio.timeout(limits.body_seconds):
                body = await _read(request, limits.body)
    except TimeoutError:
        seconds = f"{limits.body_seconds:g}"
        raise Problem(408, "slow-body", f"the body did not arrive within {seconds} seconds") from None
    except ClientDisconnect:
        raise Problem(400, "cut-off", "the connection ended before the body did") from None
    if body is None:
        await _discard(request)
        raise Problem(413, "too-large", f"the body is larger than {limits.body:,} bytes")
    return body


async def _read(request: Request, most: int) -> bytes | None:
    """The body; None where it is larger than so many bytes."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            return None
        chunks.append(chunk)
    return b"".join(chunks)


async def _discard(request: Request) -> None:
    """Read on for a moment: a client that is still sending would not see the answer."""
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            async for _ in request.stream():
                pass
    except (TimeoutError, ClientDisconnect, RuntimeError):
        return
