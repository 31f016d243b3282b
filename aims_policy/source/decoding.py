"""Bytes to text. UTF-8, with or without a byte order mark, and UTF-16 with one; nothing is guessed."""

from __future__ import annotations

from typing import NoReturn

from aims_policy.diagnostics import Diagnostic
from aims_policy.source.text import Problems, SourceError, SourceText

MAX_BYTES = 10 * 1024 * 1024
"""Size of the largest file that is read."""

_SIGNATURES = {
    b"%PDF-": "a PDF document",
    b"PK\x03\x04": "a ZIP archive (office documents and PyTorch checkpoints are ZIP archives, too)",
    b"\x1f\x8b": "gzip-compressed data",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x89HDF": "an HDF5 file",
    b"GGUF": "a GGUF model",
    b"\x7fELF": "a program",
}
_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe\x00\x00": "",
    b"\x00\x00\xfe\xff": "",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_KNOWN_SIGNATURES, _KNOWN_MARKS = tuple(_SIGNATURES), tuple(_MARKS)
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\f\r\x1b"))


def decode(data: bytes, file: str) -> str:
    """The text of a file without its byte order mark, line ends as they are.

    Raises SourceError: `bad-encoding` at the first byte that does not belong, `not-text` for binary data.
    """
    if data.startswith(_KNOWN_SIGNATURES):
        kind = next(kind for signature, kind in _SIGNATURES.items() if data.startswith(signature))
        _refuse(file, "not-text", f"this is {kind}, not a text file")
    mark, encoding = b"", "utf-8"
    if data.startswith(_KNOWN_MARKS):
        mark, encoding = next((m, e) for m, e in _MARKS.items() if data.startswith(m))
        if not encoding:
            _refuse(file, "bad-encoding", "UTF-32 is not read", "save the file as UTF-8")
        data = data[len(mark) :]
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_bytes(data, file, encoding, error.start, len(mark))
    if "\0" in text:
        _refuse_nul(file, text)
    return text


def _refuse(file: str, code: str, message: str, hint: str = "") -> NoReturn:
    raise SourceError((Diagnostic(code, message, file, help=hint),))


def _refuse_bytes(data: bytes, file: str, encoding: str, offset: int, skipped: int) -> NoReturn:
    if encoding == "utf-8" and len(data.translate(None, _CONTROLS)) < len(data):
        _refuse(file, "not-text", "this is binary data, not a text file")
    source = SourceText(file, data.decode(encoding, "replace"))
    start = len(data[:offset].decode(encoding))
    name = encoding.upper()[:6].rstrip("-")
    message = f"byte 0x{data[offset]:02X} at offset {skipped + offset} is not {name}"
    Problems(source).stop("bad-encoding", message, start, start + 1, "save the file as UTF-8")


def _refuse_nul(file: str, text: str) -> NoReturn:
    start = text.index("\0")
    hint = "if the file is UTF-16, save it as UTF-8" if text.count("\0") > len(text) // 4 else ""
    Problems(SourceText(file, text)).stop(
        "not-text", "a NUL character: this is not a text file", start, start + 1, hint
    )
