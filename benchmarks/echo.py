"""What `serving` is measured against: the same stack, and an endpoint that sends back what it was sent."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from aims_policy.server.protocol import Connection
from aims_policy.server.settings import Limits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


async def _echo(request: Request) -> Response:
    return Response(await request.body(), media_type="application/json")


@asynccontextmanager
async def _lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
    yield {"limits": Limits()}


def main() -> None:
    """Serve until told to stop."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2_048)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    sys.stderr.write(json.dumps({"event": "echo", "url": url}) + "\n")
    sys.stderr.flush()
    app = Starlette(routes=[Route("/k8s/validate", _echo, methods=["POST"])], lifespan=_lifespan)
    options = {"log_config": None, "access_log": False, "ws": "none", "server_header": False}
    uvicorn.Server(uvicorn.Config(app, http=Connection, lifespan="on", **options)).run([listening])


if __name__ == "__main__":
    main()
