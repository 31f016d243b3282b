"""An answer that is ready: JSON as bytes, sent as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

_TYPE = (b"content-type", b"application/json")


class Whole(Response):
    """200, with a JSON text. Starlette's own would put its headers through text and back."""

    def __init__(self, content: bytes) -> None:
        self.body = content
        self.status_code = 200
        self.raw_headers = [(b"content-length", b"%d" % len(content)), _TYPE]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body})
