"""The ASGI application: routes, and the service behind them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import Router

from aims_policy.server.exchange import Exchange
from aims_policy.server.routes import ROUTES
from aims_policy.server.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from aims_policy.server.settings import Settings
    from aims_policy.server.tls import RotatingTls


class App:
    """One worker's application. ``service`` is there from the lifespan's start on."""

    service: Service

    def __init__(self, settings: Settings, tls: RotatingTls | None = None) -> None:
        self._settings = settings
        self._tls = tls
        self._router = Router(ROUTES, redirect_slashes=False, lifespan=self._lifespan)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["app"] = self
        if scope["type"] == "http":
            await Exchange(scope, send, self.service).run(self._router, receive)
        else:
            await self._router(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _app: Any) -> AsyncIterator[dict[str, Any]]:
        self.service = Service(self._settings, self._tls)
        self.service.start()
        try:
            yield {"limits": self._settings.limits}
        finally:
            await self.service.stop()
