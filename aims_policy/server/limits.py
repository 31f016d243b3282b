"""What a request may take: bytes, seconds, a place among those under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self, TypeVar

from starlette.requests import ClientDisconnect

from aims_policy.server.problems import Problem
from aims_policy.server.protocol import ARRIVED
from aims_policy.server.requests import header

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from starlette.requests import Request

    from aims_policy.server.settings import Limits

T = TypeVar("T")

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
        self._watched: list[tuple[float, asyncio.Future[Any]]] = []
        self._ticking = False

    def after(self, seconds: float) -> float:
        """The moment in so many seconds, on the loop's clock."""
        return self._loop.time() + seconds

    def check(self, until: float) -> None:
        """Raises TimeoutError where that moment has come."""
        if until <= self._loop.time():
            raise TimeoutError

    def watched(self, future: asyncio.Future[T], until: float) -> asyncio.Future[T]:
        """The future, which fails with TimeoutError where it is not done at that moment, or a little later."""
        self._watched.append((until, future))
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK, self._tick)
        return future

    def _tick(self) -> None:
        now = self._loop.time()
        # Whatever is done is dropped here and not when it is done: that costs nothing while requests are answered.
        under_way = [(until, future) for until, future in self._watched if not future.done()]
        self._watched = [one for one in under_way if one[0] > now]
        for until, future in under_way:
            if until <= now:
                future.set_exception(TimeoutError())
        self._ticking = bool(self._watched)
        if self._ticking:
            self._loop.call_later(_TICK, self._tick)


class Arrivals:
    """Room for what has come of bodies that are still coming: slow clients take as much as they send, and no place."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, size: int) -> None:
        """Take room for so many bytes more, or give it back. Raises Problem where there is none."""
        if size > self.room:
            raise Problem(503, "busy", "too many large bodies are under way", help="try again in a second")
        self.room -= size


async def read_body(request: Request, limits: Limits, arrivals: Arrivals) -> bytes:
    """The body. Raises Problem where it is too large, too slow or cut off."""
    declared = header(request, b"content-length")
    try:
        if declared.isdigit() and int(declared) > limits.body:
            body = None
        elif ARRIVED in request.scope["state"]:  # most bodies come with their headers, and need no clock
            body = await _read(request, limits.body)
        else:
            body = await _arriving(request, limits, arrivals)
    except TimeoutError:
        seconds = f"{limits.body_seconds:g}"
        raise Problem(408, "slow-body", f"the body did not arrive within {seconds} seconds") from None
    except ClientDisconnect:
        raise Problem(400, "cut-off", "the connection ended before the body did") from None
    if body is None:
        await _discard(request)
        raise Problem(413, "too-large", f"the body is larger than {limits.body:,} bytes")
    return body


async def _arriving(request: Request, limits: Limits, arrivals: Arrivals) -> bytes | None:
    taken = 0

    def take(size: int) -> None:
        nonlocal taken
        arrivals(size)
        taken += size

    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _read(request, limits.body, take)
    finally:
        arrivals(-taken)


async def _read(
    request: Request, most: int, take: Callable[[int], None] = lambda _size: None
) -> bytes | None:
    """The body; None where it is larger than so many bytes. Most come as one piece, which is not copied."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > most:
            return None
        take(len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def _discard(request: Request) -> None:
    """Read on for a moment: a client that is still sending would not see the answer."""
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            async for _ in request.stream():
                pass
    except (TimeoutError, ClientDisconnect, RuntimeError):
        return
