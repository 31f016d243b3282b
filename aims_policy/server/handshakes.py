"""How long a client may take to agree on TLS. Until then there is no connection whose limits could count it.

Both uvloop and asyncio give it a minute, and uvicorn has no setting for that: a stranger could hold as many open files
as there are with connections that say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


class Config(uvicorn.Config):
    """uvicorn's, with a limit in seconds for the handshake."""

    handshake_seconds = 60.0

    def get_loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop] | None:
        """As uvicorn calls it."""
        make = super().get_loop_factory()
        return None if make is None else lambda: _hurried(make(), self.handshake_seconds)


def _hurried(loop: asyncio.AbstractEventLoop, seconds: float) -> asyncio.AbstractEventLoop:
    listen = loop.create_server

    async def create_server(*args: Any, **options: Any) -> Any:
        if options.get("ssl") is not None:
            options["ssl_handshake_timeout"] = seconds
        return await listen(*args, **options)

    loop.create_server = create_server  # type: ignore[method-assign] # of this one
    return loop
