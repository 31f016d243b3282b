"""What a request may take: bytes, seconds, a place among those under way."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self

from starlette.requests import ClientDisconnect

from aims_policy.server.problems import Problem
from aims_policy.server.requests import header

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.requests import Request

    from aims_policy.server.settings import Limits

_LINGER_SECONDS = 2.0


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


async def read_body(request: Request, limits: Limits) -> bytes:
    """The body. Raises Problem where it is too large, too slow or cut off."""
    declared = header(request, b"content-length")
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            if declared.isdigit() and int(declared) > limits.body:
                size = limits.body + 1
            else:
                async for chunk in request.stream():
                    size += len(chunk)
                    if size > limits.body:
                        break
                    chunks.append(chunk)
    except TimeoutError:
        seconds = f"{limits.body_seconds:g}"
        raise Problem(408, "slow-body", f"the body did not arrive within {seconds} seconds") from None
    except ClientDisconnect:
        raise Problem(400, "cut-off", "the connection ended before the body did") from None
    if size > limits.body:
        await _discard(request)
        raise Problem(413, "too-large", f"the body is larger than {limits.body:,} bytes")
    return b"".join(chunks)


async def _discard(request: Request) -> None:
    """Read on for a moment: a client that is still sending would not see the answer."""
    try:
        async with asyncio.timeout(_LINGER_SECONDS):
            async for _ in request.stream():
                pass
    except (TimeoutError, ClientDisconnect, RuntimeError):
        return
