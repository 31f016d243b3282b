"""What is asked for where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from aims_policy.server import views
from aims_policy.server.api import batch, decisions
from aims_policy.server.kubernetes import webhooks

if TYPE_CHECKING:
    from starlette.types import Scope

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

STATIC = {(r.path, method): r for r in ROUTES if "{" not in r.path for method in r.methods or ()}
"""Most requests are to a path that is known whole; searching through the routes would cost more than the rest here."""


def pattern(scope: Scope) -> str:
    """The pattern of the route that was taken: what a client wrote is neither logged nor made a label."""
    endpoint = scope.get("endpoint")
    path = scope["path"]
    known = STATIC.get((path, scope["method"]))
    if known is not None:
        return known.path if endpoint is not None else "other"
    return next((r.path for r in ROUTES if r.endpoint is endpoint and r.path_regex.match(path)), "other")
