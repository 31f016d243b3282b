"""The ASGI application: routes, and around each what holds for all of them."""

from __future__ import annotations

import itertools
import re
import time
import uuid
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, Router

from aims_policy.server import logs, views
from aims_policy.server.api import batch, decisions
from aims_policy.server.auth import caller
from aims_policy.server.kubernetes import webhooks
from aims_policy.server.problems import MEDIA_TYPE, Problem, body
from aims_policy.server.service import Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aims_policy.server.settings import Settings
    from aims_policy.server.tls import RotatingTls

OPEN = ("/healthz", "/readyz")
"""Paths that need no authentication: whoever keeps the server running asks them."""

ROUTES = (
    Route("/k8s/validate", webhooks.validate, methods=["POST"]),
    Route("/k8s/validate/{environment}", webhooks.validate, methods=["POST"]),
    Route("/k8s/audit", webhooks.audit, methods=["POST"]),
    Route("/k8s/audit/{environment}", webhooks.audit, methods=["POST"]),
    Route("/v1/decisions", decisions.decide_one, methods=["POST"]),
    Route("/v1/decisions/batch", batch.decide_many, methods=["POST"]),
    Route("/v1/decisions/{id}", decisions.find, methods=["GET"]),
    Route("/v1/bundle", views.bundle, methods=["GET"]),
    Route("/v1/controls", views.controls, methods=["GET"]),
    Route("/healthz", views.health, methods=["GET"]),
    Route("/readyz", views.readiness, methods=["GET"]),
    Route("/metrics", views.figures, methods=["GET"]),
    Route("/openapi.json", views.description, methods=["GET"]),
)

_STATIC = {(r.path, method): r for r in ROUTES if "{" not in r.path for method in r.methods or ()}
"""Most requests are to a path that is known whole; searching through the routes would cost more than the rest here."""

_PROCESS = uuid.uuid4().hex[:20]
_numbers = itertools.count(1)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


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
            await _Exchange(scope, send, self.service).run(self._router, receive)
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


class _Exchange:
    """One request and its answer: who asks, what goes wrong, how long it takes."""

    def __init__(self, scope: Scope, send: Send, service: Service) -> None:
        self._scope = scope
        self._send = send
        self._service = service
        self._status = 0
        self._id = _request_id(scope)
        scope.setdefault("state", {})["request_id"] = self._id

    async def run(self, router: ASGIApp, receive: Receive) -> None:
        began = time.perf_counter()
        try:
            self._check_caller()
            await self._handle(router, receive)
        except Problem as problem:
            await self._tell(problem, receive)
        except HTTPException as error:
            await self._tell(_plain(error), receive, dict(error.headers or {}))
        except Exception as error:
            logs.fault(error, self._id)
            await self._tell(Problem(500, "internal-error", "this is a fault of the server"), receive)
        finally:
            self._told(time.perf_counter() - began)

    async def _handle(self, router: ASGIApp, receive: Receive) -> None:
        scope = self._scope
        route = _STATIC.get((scope["path"], scope["method"]))
        if route is None:
            await router(scope, receive, self._sent)
            return
        scope["endpoint"] = route.endpoint
        answer = await route.endpoint(Request(scope, receive))
        await answer(scope, receive, self._sent)

    def _check_caller(self) -> None:
        if self._scope["path"] in OPEN:
            return
        who = caller(self._scope["headers"], self._scope["state"].get("peer", ""), self._service.keys)
        if not who:
            raise Problem(401, "unauthenticated", "a bearer token or a client certificate is needed")
        self._scope["state"]["caller"] = who

    async def _tell(self, problem: Problem, receive: Receive, headers: dict[str, str] | None = None) -> None:
        if self._status:  # the answer has begun: all that can be done is to break it off
            return
        own = dict(headers or {})
        if problem.status == 401:
            own["www-authenticate"] = 'Bearer realm="aims"'
        if problem.status == 503:
            own["retry-after"] = "1"
        if problem.status in (401, 408, 413):  # the rest of the body is not read
            own["connection"] = "close"
        answer = JSONResponse(body(problem, self._id), problem.status, own, media_type=MEDIA_TYPE)
        await answer(self._scope, receive, self._sent)

    async def _sent(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            message["headers"] = [
                *message.get("headers", ()),
                *_HEADERS,
                (b"x-request-id", self._id.encode()),
            ]
        await self._send(message)

    def _told(self, seconds: float) -> None:
        route = _route(self._scope)
        self._service.metrics.answered(route, self._status, seconds)
        state = self._scope["state"]
        logs.write(
            "request",
            request_id=self._id,
            method=self._scope["method"],
            route=route,
            status=self._status,
            ms=round(seconds * 1000, 2),
            caller=state.get("caller"),
            **state.get("log", {}),
        )


def _request_id(scope: Scope) -> str:
    given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else f"{_PROCESS}-{next(_numbers)}"


def _route(scope: Scope) -> str:
    """The route's own pattern: what a client wrote is neither logged nor made a label."""
    endpoint = scope.get("endpoint")
    path = scope["path"]
    known = _STATIC.get((path, scope["method"]))
    if known is not None:
        return known.path if endpoint is not None else "other"
    return next((r.path for r in ROUTES if r.endpoint is endpoint and r.path_regex.match(path)), "other")


def _plain(error: HTTPException) -> Problem:
    code = {404: "not-found", 405: "wrong-method"}.get(error.status_code, "refused")
    return Problem(
        error.status_code,
        code,
        {404: "there is nothing here", 405: "not by this method"}.get(
            error.status_code, "the request is refused"
        ),
    )
