"""The webhooks ``/k8s/validate`` and ``/k8s/audit``. Each answers, with a reason, before Kubernetes stops waiting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.ledger import LedgerError
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.admission import environment_of
from aims_policy.server import logs
from aims_policy.server.answering import Whole
from aims_policy.server.kubernetes.admission import Judgement, judge
from aims_policy.server.kubernetes.review import answer, read_review
from aims_policy.server.limits import read_body
from aims_policy.server.problems import Problem
from aims_policy.server.requests import checked_environment, media_type, service_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from aims_policy.server.kubernetes.review import Answer, Review
    from aims_policy.server.service import Service
    from aims_policy.server.snapshot import Snapshot

_TIMEOUT = re.compile(r"(?:(\d{1,4})m)?(?:(\d{1,5}(?:\.\d{1,6})?)s)?")
_LONGEST_NAME = 253
"""Characters of a name in Kubernetes; what is longer was made up."""

_MARGIN = 0.8
"""Of the time that the API server says it waits; the rest is for the way."""


async def validate(request: Request) -> Response:
    """The answer to an AdmissionReview."""
    return await _answered(request, _enforced)


async def audit(request: Request) -> Response:
    """The same decision, recorded the same way, that refuses nothing: what would have been denied is a warning."""
    return await _answered(request, _admitted)


def _enforced(judgement: Judgement) -> Judgement:
    return judgement


def _admitted(judgement: Judgement) -> Judgement:
    if judgement.allowed:
        return judgement
    message = f"would be denied: {judgement.message}"
    audit = {**judgement.audit, "would-be-denied": str(judgement.code)}
    return judgement._replace(
        allowed=True, code=200, message=message, warnings=(message, *judgement.warnings), audit=audit
    )


class _Asked(NamedTuple):
    """A review, and all that its answer depends on besides."""

    review: Review
    environment: str
    snapshot: Snapshot
    consequence: Callable[[Judgement], Judgement]


class _Prepared(NamedTuple):
    """What all who ask the same within a second are given, and what is noted of it, ready but for what is theirs."""

    judgement: Judgement
    answer: Answer
    logged: str


async def _answered(request: Request, consequence: Callable[[Judgement], Judgement]) -> Response:
    service = service_of(request)
    until = service.deadlines.after(_deadline(request, service))
    if media_type(request) != "application/json":
        raise Problem(415, "wrong-content-type", "an AdmissionReview is sent as application/json")
    body = await read_body(request, service.settings.limits, service.arrivals)
    with service.desk:
        review = read_review(body)
        snapshot = service.snapshot()
        asked = _Asked(review, _environment(request, review, snapshot), snapshot, consequence)
        try:
            prepared, entries = await _recorded(asked, until, service)
        except TimeoutError:
            prepared, entries = _prepared(_late(asked.environment), asked), ""
    service.metrics.reviewed(
        prepared.judgement.allowed, prepared.judgement.reason, _label(asked.environment, snapshot)
    )
    request.scope["state"]["log"] = f"{logs.members({'uid': review.uid})},{prepared.logged}"
    return Whole(prepared.answer.to(review.uid, entries))


async def _recorded(asked: _Asked, until: float, service: Service) -> tuple[_Prepared, str]:
    """What to answer, and the ids of entries, once the decisions that it rests on are in the ledger."""
    service.deadlines.check(until)
    at = service.decider.now()
    review = asked.review
    prepared = await service.decider.run(
        _key(asked), at, len(review.object), until, lambda: _judged(asked, at)
    )
    records = prepared.judgement.records
    for record in records:
        service.metrics.decided(record.decision, asked.snapshot)
    if review.dry_run:
        return prepared, ""
    try:
        ids = await service.record(records, review.uid, until)
    except LedgerError as error:
        return _prepared(_unrecorded(prepared.judgement, error, asked), asked), ""
    return prepared, ", ".join(ids)


def _key(asked: _Asked) -> Hashable:
    """All of a review but its ``uid``."""
    review, kind = asked.review, asked.review.kind
    return (
        review.object,
        (kind.group, kind.version, kind.kind, review.api_version),
        (review.operation, review.subresource, review.namespace, review.name, review.dry_run),
        (asked.environment, asked.snapshot.generation, asked.consequence),
    )


def _judged(asked: _Asked, at: datetime) -> _Prepared:
    return _prepared(judge(asked.review, asked.snapshot, asked.environment, at), asked)


def _prepared(judgement: Judgement, asked: _Asked) -> _Prepared:
    own = asked.consequence(judgement)
    review = asked.review
    answer_ = answer(
        review.api_version,
        allowed=own.allowed,
        code=own.code,
        message=own.message,
        warnings=own.warnings,
        audit=own.audit,
    )
    logged = logs.members(
        {
            "operation": review.operation,
            "kind": review.kind.kind[:_LONGEST_NAME],
            "namespace": review.namespace[:_LONGEST_NAME],
            "name": review.name[:_LONGEST_NAME],
            "environment": asked.environment,
            "allowed": own.allowed,
            "reason": own.reason,
            "decisions": [r.decision.digest for r in own.records],
            "dry_run": review.dry_run,
        }
    )
    return _Prepared(own, answer_, logged)


def _unrecorded(judgement: Judgement, error: LedgerError, asked: _Asked) -> Judgement:
    """Where anything is ever denied, what cannot be recorded is; elsewhere it is let in with a warning."""
    reason = f"the decision cannot be recorded ({error.diagnostic.code})"
    bundle = asked.snapshot.bundle
    if bundle.appetite.can_deny(asked.environment):
        audit = {"environment": asked.environment, "bundle": bundle.digest, "reason": "not-recorded"}
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
