"""Bodies of ``multipart/form-data`` (RFC 7578), as ``curl -F`` and browsers send them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from aims_policy.named_tuple import NamedTuple
from aims_policy.server.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MEDIA_TYPE = "multipart/form-data"
MOST_PARTS = 200
_LONGEST_BOUNDARY = 70  # RFC 2046, section 5.1.1
_PLAIN = (b"7bit", b"8bit", b"binary")


class Part(NamedTuple):
    """``media`` is the type that it says it is, in lower case and without parameters; "" where it says none."""

    name: str
    filename: str
    media: str
    data: bytes


def parts(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body, in order. Raises Problem."""
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY or not boundary.isascii():
        raise _malformed("its boundary is not given")
    form = _Form()
    try:
        MultipartParser(boundary, form.callbacks()).write(body)
    except FormParserError:
        raise _malformed("its parts cannot be told apart") from None
    if not form.ended:
        raise _malformed("it does not end with its boundary")
    return form.parts


class _Form:
    """What the parser says, put together."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._field, self._value, self._data = bytearray(), bytearray(), bytearray()

    def callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": lambda: self.parts.append(_part(self._headers, bytes(self._data))),
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise Problem(422, "too-many-files", f"the limit is {MOST_PARTS} parts")
        self._headers = {}
        self._data.clear()

    def _header(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _end(self) -> None:
        self.ended = True


def _part(headers: dict[bytes, bytes], data: bytes) -> Part:
    disposition, options = parse_options_header(headers.get(b"content-disposition"))
    if disposition != b"form-data" or b"name" not in options:
        raise _malformed("a part does not say which field it is")
    if headers.get(b"content-transfer-encoding", b"binary").strip().lower() not in _PLAIN:
        raise _malformed("a part is encoded for transfer")
    media, _ = parse_options_header(headers.get(b"content-type"))
    return Part(_text(options[b"name"]), _text(options.get(b"filename", b"")), _text(media), data)


def _text(raw: bytes) -> str:
    """Clients write names in UTF-8 (RFC 7578, section 5.1.3); what is not UTF-8 makes no name that is accepted."""
    return raw.decode("utf-8", "replace")


def _malformed(reason: str) -> Problem:
    return Problem(400, "malformed-body", f"this is no {MEDIA_TYPE}: {reason}")
