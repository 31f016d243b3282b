"""The webhooks ``/k8s/validate`` and ``/k8s/audit``. Each answers, with a reason, before Kubernetes stops waiting."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from starlette.responses import Response

from aims_policy.ledger import LedgerError, Record
from aims_policy.policy.admission import environment_of
from aims_policy.server.kubernetes.admission import Judgement, judge
from aims_policy.server.kubernetes.review import read_review, response
from aims_policy.server.limits import read_body
from aims_policy.server.problems import Problem
from aims_policy.server.requests import checked_environment, media_type, service_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from aims_policy.server.kubernetes.review import Review
    from aims_policy.server.service import Service
    from aims_policy.server.snapshot import Snapshot

_TIMEOUT = re.compile(r"(?:(\d{1,4})m)?(?:(\d{1,5}(?:\.\d{1,6})?)s)?")
_MARGIN = 0.8
"""Of the time that the API server says it waits; the rest is for the way."""


async def validate(request: Request) -> Response:
    """The answer to an AdmissionReview."""
    return await _answered(request, lambda judgement: judgement)


async def audit(request: Request) -> Response:
    """The same decision, recorded the same way, that refuses nothing: what would have been denied is a warning."""
    return await _answered(request, _admitted)


def _admitted(judgement: Judgement) -> Judgement:
    if judgement.allowed:
        return judgement
    message = f"would be denied: {judgement.message}"
    audit = {**judgement.audit, "would-be-denied": str(judgement.code)}
    return judgement._replace(
        allowed=True, code=200, message=message, warnings=(message, *judgement.warnings), audit=audit
    )


async def _answered(request: Request, consequence: Callable[[Judgement], Judgement]) -> Response:
    began = time.monotonic()
    service = service_of(request)
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-content-type", "an AdmissionReview is sent as application/json")
    with service.desk:
        review = read_review(await read_body(request, service.settings.limits))
        snapshot = service.snapshot()
        environment = _environment(request, review, snapshot)
        left = _deadline(request, service) - (time.monotonic() - began)
        try:
            with service.deadlines.within(left):
                judgement = await _recorded(review, environment, snapshot, service)
        except TimeoutError:
            judgement = _late(environment)
    judgement = consequence(judgement)
    service.metrics.reviewed(
        allowed=judgement.allowed, reason=judgement.reason, environment=_label(environment, snapshot)
    )
    request.state.log = {
        "uid": review.uid,
        "operation": review.operation,
        "kind": review.kind.kind,
        "namespace": review.namespace,
        "environment": environment,
        "allowed": judgement.allowed,
        "reason": judgement.reason,
        "decisions": [r.decision.digest for r in judgement.records],
        "dry_run": review.dry_run,
    }
    return Response(
        response(
            review,
            allowed=judgement.allowed,
            code=judgement.code,
            message=judgement.message,
            warnings=judgement.warnings,
            audit=judgement.audit,
        ),
        media_type="application/json",
    )


async def _recorded(review: Review, environment: str, snapshot: Snapshot, service: Service) -> Judgement:
    """The judgement, once the decisions it rests on are in the ledger."""
    at = service.decider.now()
    kind = review.kind
    key = (
        review.object,
        (kind.group, kind.version, kind.kind),
        (review.operation, review.subresource, review.namespace, review.name, environment),
        snapshot.generation,
    )
    judgement = await service.decider.run(
        key, at, len(review.object), lambda: judge(review, snapshot, environment, at)
    )
    for record in judgement.records:
        service.metrics.decided(record.decision, snapshot)
    if review.dry_run or service.recorder is None:
        return judgement
    try:
        own = [Record(r.decision, r.source, review.uid, r.inputs) for r in judgement.records]
        ids = await service.record(own)
    except LedgerError as error:
        return _unrecorded(judgement, error, environment, snapshot)
    if not ids:
        return judgement
    return judgement._replace(audit={**judgement.audit, "entries": ", ".join(ids)})


def _unrecorded(judgement: Judgement, error: LedgerError, environment: str, snapshot: Snapshot) -> Judgement:
    """Where anything is ever denied, what cannot be recorded is; elsewhere it is let in with a warning."""
    reason = f"the decision cannot be recorded ({error.diagnostic.code})"
    if snapshot.bundle.appetite.can_deny(environment):
        audit = {"environment": environment, "bundle": snapshot.bundle.digest, "reason": "not-recorded"}
        return Judgement(False, 503, f"{reason}; try again later", "not-recorded", (), audit)
    return judgement._replace(warnings=(reason, *judgement.warnings))


def _late(environment: str) -> Judgement:
    audit = {"environment": environment, "reason": "deadline"}
    return Judgement(False, 504, "no decision was made in time; try again", "deadline", (), audit)


def _environment(request: Request, review: Review, snapshot: Snapshot) -> str:
    """The one in the webhook's path, which only who registers the webhook can choose; else the namespace's."""
    given = request.path_params.get("environment")
    return checked_environment(given) if given else environment_of(review.namespace, snapshot.admission)


def _label(environment: str, snapshot: Snapshot) -> str:
    return environment if snapshot.knows(environment) else "other"


def _deadline(request: Request, service: Service) -> float:
    """Seconds: our own limit, or less where the API server says that it waits less."""
    own = service.settings.limits.deadline
    if b"timeout" not in request.scope["query_string"]:
        return own
    match = _TIMEOUT.fullmatch(request.query_params.get("timeout", ""))
    if match is None or not match[0]:
        return own
    return min(own, _MARGIN * (int(match[1] or 0) * 60 + float(match[2] or 0)))
