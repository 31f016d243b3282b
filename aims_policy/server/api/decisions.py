"""``/v1/decisions``: manifests in, decisions out; and those of the past, from the ledger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import Response

from aims_policy.decision.plain import API_VERSION, NOTICE, dumps, render
from aims_policy.ledger import LedgerError
from aims_policy.server import logs
from aims_policy.server.api.multipart import MEDIA_TYPE as MULTIPART
from aims_policy.server.api.submission import (
    ENVELOPE,
    Asked,
    checked_format,
    enveloped,
    from_parts,
    read_asked,
    suffix_of,
)
from aims_policy.server.deciding import SMALL, decided
from aims_policy.server.limits import read_body
from aims_policy.server.problems import Problem
from aims_policy.server.requests import checked_environment, header, media_type, only, service_of
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from starlette.requests import Request

    from aims_policy.ledger import Entry, Record
    from aims_policy.server.service import Service
    from aims_policy.server.snapshot import Snapshot


async def decide_one(request: Request) -> Response:
    """The report on the manifest, or manifests, in the body: what ``aims evaluate --format json`` prints."""
    service = service_of(request)
    only(request, "environment", "as")
    media = media_type(request)
    asked = Asked(
        b"",
        "" if media in (ENVELOPE, MULTIPART) else suffix_of(media),
        checked_environment(request.query_params.get("environment", "production")),
        checked_format(request.query_params.get("as")),
    )
    asked = asked._replace(data=await read_body(request, service.settings.limits, service.arrivals))
    with service.desk:
        if media == ENVELOPE:
            asked = enveloped(asked)
        elif media == MULTIPART:
            asked = from_parts(asked, header(request, b"content-type"))
        snapshot = service.snapshot()
        try:
            until = service.deadlines.after(service.settings.limits.deadline)
            records = await computed(asked, snapshot, service, until)
            headers = await recorded(records, request.state.request_id, snapshot, service, until)
        except TimeoutError:
            raise Problem(
                503, "deadline", "no decision was made in time", help="try again in a second"
            ) from None
    request.state.log = logs.members(
        {
            "environment": asked.environment,
            "decisions": [r.decision.digest for r in records],
            "verdicts": [r.decision.verdict for r in records],
        }
    )
    return Response(_report(records), headers=headers, media_type="application/json")


async def find(request: Request) -> Response:
    """A recorded decision, by the id that its answer carried."""
    service = service_of(request)
    only(request)
    if service.recorder is None:
        raise Problem(404, "no-ledger", "this server keeps no ledger", help="start it with --ledger")
    own = request.path_params["id"]
    try:
        async with asyncio.timeout(service.settings.limits.deadline):
            entry = (
                await service.recorder.find(own) if own.replace("-", "").isalnum() and own.isascii() else None
            )
    except LedgerError as error:
        raise Problem(
            503, error.diagnostic.code, "the ledger cannot be read", help="try again later"
        ) from None
    except TimeoutError:
        raise Problem(503, "deadline", "the ledger did not answer in time") from None
    if entry is None:
        raise Problem(404, "not-found", "the ledger has no decision with this id")
    return Response(_entry(entry), media_type="application/json")


async def computed(asked: Asked, snapshot: Snapshot, service: Service, until: float) -> tuple[Record, ...]:
    """The decisions on a manifest's bytes, ready to be recorded. Raises Problem where it cannot be read.

    Raises TimeoutError after a moment of `Deadlines`.
    """
    at = service.decider.now()
    key = (asked, snapshot.generation)
    # Reports and signatures are read by libraries that take their time: not where others wait.
    size = max(asked.size, SMALL + 1) if asked.evidence else asked.size
    records = await service.decider.run(key, at, size, until, lambda: _decided(asked, snapshot, at))
    for record in records:
        service.metrics.decided(record.decision, snapshot)
    return records


async def recorded(
    records: tuple[Record, ...], request_id: str, snapshot: Snapshot, service: Service, until: float
) -> dict[str, str]:
    """Headers with the ids under which decisions were recorded. Raises Problem where they must be and were not.

    Raises TimeoutError after a moment of `Deadlines`.
    """
    try:
        ids = await service.record(records, request_id, until)
    except LedgerError as error:
        if snapshot.bundle.appetite.can_deny(records[0].decision.environment):
            raise Problem(
                503,
                "not-recorded",
                f"the decision cannot be recorded ({error.diagnostic.code})",
                help="try again later",
            ) from None
        return {"x-not-recorded": error.diagnostic.code}
    if not ids:
        return {}
    location = {"location": f"/v1/decisions/{ids[0]}"} if len(ids) == 1 else {}
    return {"x-decision-ids": ",".join(ids), **location}


def _decided(asked: Asked, snapshot: Snapshot, at: datetime) -> tuple[Record, ...]:
    try:
        manifests = read_asked(asked, snapshot.bundle)
    except SourceError as error:
        raise Problem(
            422, "unreadable", "the body cannot be read as a manifest", diagnostics=error.diagnostics
        ) from None
    return decided(manifests, snapshot, asked.environment, at, "server")


def _report(records: Sequence[Record]) -> str:
    """A DecisionReport; each decision in it is, to the byte, the text that the ledger keeps."""
    verdict = "pass" if records and all(r.decision.verdict == "pass" for r in records) else "fail"
    texts = ",\n".join(render(r.decision).rstrip("\n") for r in records)
    head = (
        f'{{"apiVersion": "{API_VERSION}", "kind": "DecisionReport", "verdict": "{verdict}", "decisions": ['
    )
    return f'{head}{texts}], "unread": [], "notice": "{NOTICE}"}}\n'


def _entry(entry: Entry) -> str:
    """An entry of the ledger, with the decision as it was recorded."""
    names = ("id", "sequence", "recorded_at", "previous", "hash", "source", "request_id")
    inputs = [
        {"name": i.name, "format": i.format, "digest": i.digest, "evidence_on": i.evidence_on}
        for i in entry.inputs
    ]
    frame = dumps({**{n: getattr(entry, n) for n in names}, "inputs": inputs})
    return f'{frame[: frame.rindex("}")].rstrip()},\n  "decision": {entry.decision.rstrip()}\n}}\n'
