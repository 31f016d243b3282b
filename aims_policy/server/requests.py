"""What handlers ask of a request."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aims_policy.server.problems import Problem

if TYPE_CHECKING:
    from starlette.requests import Request

    from aims_policy.server.service import Service

ENVIRONMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
_ENVIRONMENT = re.compile(ENVIRONMENT)


def service_of(request: Request) -> Service:
    """The worker's service."""
    service: Service = request.scope["app"].service
    return service


def media_type(request: Request) -> str:
    """Of the body, in lower case and without parameters."""
    return _media_type(header(request, b"content-type"))


@lru_cache(256)
def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def header(request: Request, name: bytes) -> str:
    """The first header with a name in lower case, or ""."""
    for own, value in request.scope["headers"]:
        if own == name:
            return str(value, "latin-1")
    return ""


def checked_environment(name: str) -> str:
    """An environment's name. Raises Problem."""
    if not _ENVIRONMENT.fullmatch(name):
        raise Problem(
            400, "bad-environment", "this is no name of an environment", help=f"it matches {ENVIRONMENT}"
        )
    return name


def only(request: Request, *known: str) -> None:
    """Refuse parameters that would otherwise be passed over in silence, as one of two would. Raises Problem."""
    if len(request.query_params.multi_items()) > len(request.query_params):
        raise Problem(400, "repeated-parameter", "a query parameter is given more than once")
    for name in request.query_params:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise Problem(
                400, "unknown-parameter", "a query parameter is not known here", help=f"known: {listed}"
            )
