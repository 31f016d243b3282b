"""Bodies of ``multipart/form-data`` (RFC 7578), as ``curl -F`` and browsers send them."""

from __future__ import annotations

from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, NamedTuple

from aims_policy.server.problems import Problem

if TYPE_CHECKING:
    from email.message import Message

MEDIA_TYPE = "multipart/form-data"
MOST_PARTS = 200
_MOST_HEADER = 4096
_PLAIN = ("7bit", "8bit", "binary")


class Part(NamedTuple):
    """``media`` is the type that it says it is, in lower case and without parameters; "" where it says none."""

    name: str
    filename: str
    media: str
    data: bytes


def parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body, in order. Raises Problem."""
    delimiter = b"\r\n--" + _boundary(content_type)
    _, *pieces = (b"\r\n" + body).split(delimiter, MOST_PARTS + 2)
    if len(pieces) > MOST_PARTS + 1:
        raise Problem(422, "too-many-files", f"the limit is {MOST_PARTS} parts")
    if not pieces or not pieces[-1].startswith(b"--"):
        raise _malformed("it does not end with its boundary")
    return [_part(piece) for piece in pieces[:-1]]


def _boundary(content_type: str) -> bytes:
    found = _headers(b"content-type: " + content_type.encode("latin-1")).get_param("boundary")
    if not isinstance(found, str) or not 0 < len(found) <= 70 or not found.isascii():
        raise _malformed("its boundary is not given")
    return found.encode()


def _part(piece: bytes) -> Part:
    padding, newline, rest = piece.partition(b"\r\n")
    head, end, data = (b"\r\n" + rest).partition(b"\r\n\r\n")
    if padding.strip(b" \t") or not newline or not end or len(head) > _MOST_HEADER:
        raise _malformed("a part has no header")
    headers = _headers(head.lstrip(b"\r\n"))
    name = headers.get_param("name", header="content-disposition")
    if headers.get_content_disposition() != "form-data" or not isinstance(name, str):
        raise _malformed("a part does not say which field it is")
    if headers.get("content-transfer-encoding", "binary").strip().lower() not in _PLAIN:
        raise _malformed("a part is encoded for transfer")
    media = headers.get_content_type() if "content-type" in headers else ""
    return Part(name, headers.get_filename() or "", media.lower(), data)


def _headers(text: bytes) -> Message:
    return BytesHeaderParser().parsebytes(text)


def _malformed(reason: str) -> Problem:
    return Problem(400, "malformed-body", f"this is no {MEDIA_TYPE}: {reason}")
