"""What can be looked at: the bundle, the controls, health, figures, and the description of all this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from aims_policy import catalog
from aims_policy.diagnostics import to_json
from aims_policy.server import metrics
from aims_policy.server.api import openapi
from aims_policy.server.requests import only, service_of
from aims_policy.server.service import facts

if TYPE_CHECKING:
    from starlette.requests import Request

    from aims_policy.policy.bundle import Bundle


async def health(request: Request) -> Response:
    """The process runs and its loop turns. Nothing is asked of it but an answer."""
    only(request)
    return JSONResponse({"status": "ok"})


async def readiness(request: Request) -> Response:
    """Whether decisions can be made, and what is wrong meanwhile."""
    only(request)
    found = facts(service_of(request))
    return JSONResponse(found, status_code=200 if found["ready"] else 503)


async def figures(request: Request) -> Response:
    """For Prometheus."""
    service = service_of(request)
    service.metrics.queue(service.desk.taken, service.desk.places)
    return Response(service.metrics.text(), headers={"content-type": metrics.CONTENT_TYPE})


async def bundle(request: Request) -> Response:
    """What decides."""
    only(request)
    snapshot = service_of(request).snapshot()
    return JSONResponse(
        {**_bundle(snapshot.bundle), "generation": snapshot.generation, "assets": len(snapshot.inventory)}
    )


async def controls(request: Request) -> Response:
    """The catalogue, and the rules that implement it."""
    only(request)
    own = service_of(request).snapshot().bundle
    listed = [
        {"id": c.id, "title": c.title, "objective": c.objective, "rules": _rules(own, c.id)}
        for c in catalog.controls().values()
    ]
    others = dict.fromkeys(c for r in own.rules for c in r.controls if not catalog.is_control(c))
    listed += [{"id": c, "title": "", "objective": "", "rules": _rules(own, c)} for c in others]
    return JSONResponse({"bundle": own.name, "bundle_digest": own.digest, "controls": listed})


async def description(request: Request) -> Response:
    """The OpenAPI document."""
    only(request)
    return JSONResponse(openapi.document(service_of(request).loaded))


def _rules(own: Bundle, control: str) -> list[str]:
    return [r.id for r in own.rules if control in r.controls]


def _bundle(own: Bundle) -> dict[str, Any]:
    return {
        "name": own.name,
        "digest": own.digest,
        "appetite": own.appetite.name,
        "rules": [
            {
                "id": r.id,
                "controls": list(r.controls),
                "title": r.title,
                "severity": r.severity,
                "applies_to": list(r.applies_to),
            }
            for r in own.rules
        ],
        "waivers": [
            {"id": w.id, "rules": list(w.rules), "assets": list(w.assets), "expires": w.expires.isoformat()}
            for w in own.waivers
        ],
        "notices": [{k: v for k, v in to_json(n).items() if k != "source_line"} for n in own.notices],
    }
