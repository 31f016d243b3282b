"""Kubernetes' AdmissionReview, read and answered: ``admission.k8s.io/v1`` and, as older clusters send it, ``v1beta1``.

The object under review stays bytes until something asks for it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from aims_policy.diagnostics import safe
from aims_policy.named_tuple import NamedTuple
from aims_policy.server.problems import Problem, why

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSIONS = ("admission.k8s.io/v1", "admission.k8s.io/v1beta1")
KIND = "AdmissionReview"

MAX_WARNING = 120
"""Code points of one warning; Kubernetes may cut longer ones off."""

_WARNINGS = 8
_MAX_MESSAGE = 1_500
_MAX_AUDIT = 1_000
_MAX_UID = 200


class Kind(msgspec.Struct):
    """Group, version and kind of an object."""

    group: str = ""
    version: str = ""
    kind: str = ""


class _Request(msgspec.Struct):
    uid: str
    kind: Kind | None = None
    requestKind: Kind | None = None  # noqa: N815 - as Kubernetes writes it
    subResource: str | None = None  # noqa: N815 - ditto
    name: str | None = None
    namespace: str | None = None
    operation: str = ""
    object: msgspec.Raw = msgspec.Raw(b"null")
    dryRun: bool | None = None  # noqa: N815 - ditto


class _Review(msgspec.Struct):
    apiVersion: str = ""  # noqa: N815 - as Kubernetes writes it
    kind: str = ""
    request: _Request | None = None


class _Frame(msgspec.Struct):
    """A review of which nothing is known but that it is JSON."""

    apiVersion: str = ""  # noqa: N815 - as Kubernetes writes it
    kind: str = ""
    request: msgspec.Raw = msgspec.Raw(b"null")


_NO_KIND = Kind()


class Review(NamedTuple):
    """A request for admission. ``object`` is JSON text, ``null`` included; ``kind`` is what it is in JSON's terms."""

    api_version: str
    uid: str
    kind: Kind
    subresource: str
    name: str
    namespace: str
    operation: str
    object: bytes
    dry_run: bool


_json = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(_Review).decode
_DECODE_FRAME = msgspec.json.Decoder(_Frame).decode
_DECODE_REQUEST = msgspec.json.Decoder(_Request).decode


def read_review(data: bytes) -> Review:
    """The review in a body. Raises Problem where it is none, or one that cannot be answered."""
    frame, request = _read(data)
    if not request.uid or len(request.uid) > _MAX_UID:
        raise Problem(400, "malformed-review", "`request.uid` is empty or too long")
    return Review(
        frame.apiVersion,
        request.uid,
        request.kind or _NO_KIND,
        request.subResource or "",
        request.name or "",
        request.namespace or "",
        request.operation,
        bytes(request.object),
        bool(request.dryRun),
    )


def _read(data: bytes) -> tuple[_Review | _Frame, _Request]:
    """In one go where it is what it should be, else step by step, so that what is wrong is told."""
    try:
        review = _DECODE(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _told(data)
    if review.request is None or review.kind != KIND or review.apiVersion not in VERSIONS:
        return _told(data)
    return review, review.request


def _told(data: bytes) -> tuple[_Frame, _Request]:
    try:
        frame = _DECODE_FRAME(data)
        if frame.kind != KIND:
            raise Problem(
                400, "not-an-admission-review", "the body is no AdmissionReview", help=f"`kind: {KIND}`"
            )
        if frame.apiVersion not in VERSIONS:
            known = " and ".join(VERSIONS)
            raise Problem(
                400,
                "unknown-version",
                "this version of AdmissionReview is not known",
                help=f"known are {known}",
            )
        request = _DECODE_REQUEST(frame.request)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed-review", f"the body cannot be read: {why(error)}") from None
    return frame, request


class Answer(NamedTuple):
    """The AdmissionReview that answers all reviews that differ in their ``uid`` only: JSON text around that."""

    before: bytes
    after: bytes

    def to(self, uid: str, entries: str = "") -> bytes:
        """With the ids in the ledger as one more audit annotation; there are others where there are such."""
        after = self.after
        if entries:
            after = b'%b,"entries":%b}}}' % (after[:-3], _json(_shown(entries, _MAX_AUDIT)))
        return b"%b%b%b" % (self.before, _json(uid), after)


def answer(
    api_version: str,
    *,
    allowed: bool,
    code: int,
    message: str,
    warnings: Iterable[str] = (),
    audit: Mapping[str, str] | None = None,
) -> Answer:
    """The answer to reviews of a version in `VERSIONS`. Texts are cut to what the API server takes."""
    found = [w for w in (_shown(w, MAX_WARNING) for w in warnings) if w]
    said: dict[str, Any] = {
        "uid": "",
        "allowed": allowed,
        "status": {"code": code, "message": _shown(message, _MAX_MESSAGE)},
    }
    if found:
        said["warnings"] = found
    if audit:
        said["auditAnnotations"] = {key: _shown(value, _MAX_AUDIT) for key, value in audit.items()}
    text = _json({"apiVersion": api_version, "kind": KIND, "response": said})
    before, uid, after = text.partition(b'"uid":""')  # nothing before it is the client's
    return Answer(before + uid[:-2], after)


def shortened(warnings: list[str], more: str) -> list[str]:
    """The first warnings, and how many there are besides; ``more`` says where to read on."""
    if len(warnings) <= _WARNINGS:
        return warnings
    return [*warnings[: _WARNINGS - 1], f"+{len(warnings) - _WARNINGS + 1} more, {more}"]


def _shown(text: str, most: int) -> str:
    """The text as it is shown, in so many characters."""
    return _cut(text[: most + 1], most)  # what is remembered is short, however long texts of strangers are


@lru_cache(1024)
def _cut(text: str, most: int) -> str:
    text = safe(text)
    return text if len(text) <= most else f"{text[: most - 1]}…"
