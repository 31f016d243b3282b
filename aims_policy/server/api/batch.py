"""``/v1/decisions/batch``: newline-delimited JSON in, newline-delimited JSON out, decided as it comes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from aims_policy.decision.plain import dumps, to_plain
from aims_policy.named_tuple import NamedTuple
from aims_policy.server.api.decisions import computed, recorded
from aims_policy.server.api.submission import Asked, asked_in, submission
from aims_policy.server.problems import Problem, body
from aims_policy.server.requests import checked_environment, media_type, only, service_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from aims_policy.ledger import Record
    from aims_policy.server.service import Service
    from aims_policy.server.settings import Limits

MEDIA_TYPE = "application/x-ndjson"
_WRITE_SECONDS = 30.0


class Place(NamedTuple):
    """A line of a batch: its number, and what the client calls it."""

    number: int
    ref: str | None


async def decide_many(request: Request) -> StreamingResponse:
    """One answer for each line, in order, as soon as it is recorded; a line that is wrong spoils no other."""
    only(request, "environment", "detail")
    if media_type(request) not in (MEDIA_TYPE, "application/ndjson", "application/jsonl"):
        raise Problem(415, "wrong-content-type", f"a batch is sent as {MEDIA_TYPE}")
    environment = checked_environment(request.query_params.get("environment", "production"))
    detail = request.query_params.get("detail", "brief")
    if detail not in ("brief", "full"):
        raise Problem(400, "bad-detail", "`detail` is brief or full")
    service = service_of(request)
    service.snapshot()
    return _Answers(_answers(request, service, environment, full=detail == "full"), service)


class _Answers(StreamingResponse):
    """A stream that holds its place until it ends, and ends where nobody reads it."""

    def __init__(self, lines: AsyncIterator[str], service: Service) -> None:
        super().__init__(lines, media_type=MEDIA_TYPE)
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        async def send_in_time(message: Any) -> None:
            async with asyncio.timeout(_WRITE_SECONDS):
                await send(message)

        with self._service.batches:
            try:
                # Not the parent's: that would read the body itself, to notice that the client has gone.
                await self.stream_response(send_in_time)
            except TimeoutError:
                return


async def _answers(request: Request, service: Service, environment: str, *, full: bool) -> AsyncIterator[str]:
    index = 0
    try:
        async for line in _lines(request, service.settings.limits):
            if line.strip():
                yield await _answer(line, index, request.state.request_id, service, environment, full=full)
                index += 1
                await asyncio.sleep(0)  # others have a turn
    except Problem as problem:  # the stream itself is wrong: what follows cannot be read
        yield _told(Place(index, None), problem, request.state.request_id)
    except ClientDisconnect:
        return


async def _answer(
    line: bytes, index: int, request_id: str, service: Service, environment: str, *, full: bool
) -> str:
    place = Place(index, None)
    try:
        asked, place = _asked(line, place, environment)
        snapshot = service.snapshot()
        until = service.deadlines.after(service.settings.limits.deadline)
        records = await computed(asked, snapshot, service, until)
        headers = await recorded(records, request_id, snapshot, service, until)
    except Problem as problem:
        return _told(place, problem, request_id)
    except TimeoutError:
        return _told(place, Problem(503, "deadline", "no decision was made in time"), request_id)
    ids = headers.get("x-decision-ids", "").split(",")
    return answered(place, records, ids * (len(records) // len(ids)), full=full)


def answered(place: Place, records: Sequence[Record], ids: Sequence[str], *, full: bool) -> str:
    """The line that answers a line; the ids are those in the ledger, "" where it keeps none."""
    decisions = [_brief(r, own) for r, own in zip(records, ids, strict=False)]
    if full:
        decisions = [{**d, "decision": to_plain(r.decision)} for d, r in zip(decisions, records, strict=True)]
    verdict = "pass" if decisions and all(d["verdict"] == "pass" for d in decisions) else "fail"
    return _line({"index": place.number, "ref": place.ref, "verdict": verdict, "decisions": decisions})


def _asked(line: bytes, place: Place, environment: str) -> tuple[Asked, Place]:
    read = submission(line)
    given = checked_environment(read.environment) if read.environment is not None else environment
    return asked_in(read, given), place._replace(ref=read.ref)


async def _lines(request: Request, limits: Limits) -> AsyncIterator[bytes]:
    """The lines of the body as they come. Raises Problem where one is too long, or the next keeps us waiting."""
    rest = b""
    chunks = request.stream().__aiter__()
    while True:
        try:
            async with asyncio.timeout(limits.body_seconds):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise Problem(408, "slow-body", "the next line did not arrive in time") from None
        if chunk is None:
            break
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield _checked(line, limits)
        _checked(rest, limits)
    yield rest


def _checked(line: bytes, limits: Limits) -> bytes:
    if len(line) > limits.body:
        raise Problem(413, "too-large", f"a line is longer than {limits.body:,} bytes")
    return line


def _brief(record: Record, own: str) -> dict[str, Any]:
    decision = record.decision
    subject = decision.subject
    return {
        "id": own or None,
        "digest": decision.digest,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "subject": {
            "kind": subject.kind,
            "name": subject.name,
            "version": subject.version,
            "digest": subject.digest,
        },
        "environment": decision.environment,
        "at": decision.at,
        "denying": [f.rule for f in decision.findings if f.enforcement == "deny"],
    }


def _told(place: Place, problem: Problem, request_id: str) -> str:
    return _line({"index": place.number, "ref": place.ref, "problem": body(problem, request_id)})


def _line(plain: dict[str, Any]) -> str:
    return " ".join(part.strip() for part in dumps(plain).splitlines()) + "\n"
