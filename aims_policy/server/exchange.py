"""One request and its answer: what holds for all of them, whatever they ask for."""

from __future__ import annotations

import itertools
import re
import time
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from aims_policy.server import logs
from aims_policy.server.auth import caller
from aims_policy.server.problems import MEDIA_TYPE, Problem, body
from aims_policy.server.routes import OPEN, STATIC, pattern

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from aims_policy.server.service import Service

_PROCESS = uuid.uuid4().hex[:20]
_numbers = itertools.count(1)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)


class Exchange:
    """One request and its answer: who asks, what goes wrong, how long it takes."""

    def __init__(self, scope: Scope, send: Send, service: Service) -> None:
        self._scope = scope
        self._send = send
        self._service = service
        self._status = 0
        self._problem = ""
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
        route = STATIC.get((scope["path"], scope["method"]))
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
        self._problem = f',"problem":"{problem.code}"'
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
        scope = self._scope
        route = pattern(scope)
        self._service.metrics.answered(route, self._status, seconds)
        more = scope["state"].get("log", "")
        own = _members(scope["method"], route, scope["state"].get("caller", ""))
        logs.write_members(
            "request",
            f'"request_id":"{self._id}","status":{self._status},"ms":{seconds * 1000:.2f}{self._problem},{own}'
            f"{',' if more else ''}{more}",
            level="warning" if self._status >= 500 else "info",
        )


@lru_cache(256)
def _members(method: str, route: str, caller: str) -> str:
    """Of a log's line, what requests have in common."""
    return logs.members({"method": method, "route": route, "caller": caller})


def _request_id(scope: Scope) -> str:
    given = next((v for k, v in scope["headers"] if k == b"x-request-id"), b"").decode("latin-1")
    return given if _REQUEST_ID.fullmatch(given) else f"{_PROCESS}-{next(_numbers)}"


def _plain(error: HTTPException) -> Problem:
    code = {404: "not-found", 405: "wrong-method"}.get(error.status_code, "refused")
    return Problem(
        error.status_code,
        code,
        {404: "there is nothing here", 405: "not by this method"}.get(
            error.status_code, "the request is refused"
        ),
    )
