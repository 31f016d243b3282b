"""Files and bytes to documents: the size is checked, the bytes are decoded, the format is told apart."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NoReturn

from aims_policy.diagnostics import Diagnostic, nearest, reason_of, safe
from aims_policy.source.decoding import MAX_BYTES, decode
from aims_policy.source.json_text import parse_json
from aims_policy.source.text import SourceError, digest_of
from aims_policy.source.yaml_text import parse_yaml

if TYPE_CHECKING:
    from aims_policy.source.document import Document

_JSON_SUFFIXES = (".json", ".jsonld")
_JSONL_SUFFIXES = (".jsonl", ".ndjson")
_XML_SUFFIXES = (".xml",)
_YAML_SUFFIXES = (".yaml", ".yml")
_JSON_START = re.compile(r'\s*+(?:\{\s*+["}]|\[)')
_MOST_NAMES = 10_000  # of a folder's, looked at to find the one that was meant
_XML_START = re.compile(r"\s*+<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_])")


def read_file(
    file: str | os.PathLike[str], *, shown_as: str | None = None, limit: int = MAX_BYTES
) -> list[Document]:
    """The documents of a file: one or more for YAML, else one; empty ones of a stream are left out.

    `shown_as` is the name people see, `limit` the size in bytes. Raises SourceError, never OSError.
    """
    name = os.fspath(file) if shown_as is None else shown_as
    return read_bytes(file_bytes(file, name, limit), file=name, limit=limit)


def read_bytes(
    data: bytes, *, file: str, limit: int = MAX_BYTES, keep_not_finite: bool = False, digest: str = ""
) -> list[Document]:
    """As `read_file`; `file` is the name shown, and its suffix tells JSON from YAML if it is known.

    `keep_not_finite` reads numbers such as ``NaN`` and ``.inf`` as `NotFinite` instead of refusing the file.
    `digest` is the one that the documents are known by, where it is not that of the bytes.
    """
    if len(data) > limit:
        message = f"the file is larger than {_size(limit)}"
        raise SourceError((Diagnostic("too-large", message, file),))
    text = decode(data, file)
    digest, name = digest or digest_of(data), file.lower()
    if _is_json(text, name):
        return [_json(text, file, digest, keep_not_finite)]
    if _is_xml(text, name):
        from aims_policy.source.xml_text import parse_xml

        return [parse_xml(text, file, digest=digest)]
    return parse_yaml(text, file, digest=digest, keep_not_finite=keep_not_finite)


def _is_json(text: str, name: str) -> bool:
    if name.endswith(_JSON_SUFFIXES + _JSONL_SUFFIXES):
        return True
    return not name.endswith(_YAML_SUFFIXES + _XML_SUFFIXES) and _JSON_START.match(text) is not None


def _is_xml(text: str, name: str) -> bool:
    if name.endswith(_XML_SUFFIXES):
        return True
    return not name.endswith(_YAML_SUFFIXES) and _XML_START.match(text) is not None


def _json(text: str, file: str, digest: str, keep_not_finite: bool) -> Document:
    """One JSON document, or one of JSON lines, whatever the file is called."""
    is_lines = file.lower().endswith(_JSONL_SUFFIXES)
    try:
        if not is_lines:
            return parse_json(text, file, digest=digest, keep_not_finite=keep_not_finite)
    except SourceError:
        from aims_policy.source.jsonl_text import is_jsonl

        if not is_jsonl(text):
            raise
    from aims_policy.source.jsonl_text import parse_jsonl

    return parse_jsonl(text, file, digest=digest, keep_not_finite=keep_not_finite)


def file_bytes(file: str | os.PathLike[str], name: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a file, one more than the limit at most, by which it shows that it is too large.

    Raises SourceError, which calls it by `name`, and for one that is not there says which one is like it.
    """
    try:
        with open(file, "rb") as stream:
            return stream.read(limit + 1)
    except (OSError, ValueError) as error:
        _refuse_file(file, name, error)


def is_endless(file: str) -> bool:
    """Whether reading it may never end: a pipe, a socket or a device, which is no file that anybody wrote."""
    return os.path.exists(file) and not os.path.isfile(file)


def _refuse_file(file: str | os.PathLike[str], name: str, error: OSError | ValueError) -> NoReturn:
    message = f"cannot read the file: {reason_of(error)}"
    hint = _like(os.fspath(file)) if isinstance(error, FileNotFoundError) else ""
    raise SourceError((Diagnostic("cannot-read", message, name, help=hint),)) from error


def _like(file: str) -> str:
    """What may have been meant: the nearest name in the same folder, or else the part of the path that is not there."""
    folder, name = os.path.split(file)
    if folder and not os.path.isdir(folder):
        return f"there is no folder `{safe(folder)}`"
    try:
        with os.scandir(folder or ".") as entries:
            near = nearest(name, sorted(e.name for _, e in zip(range(_MOST_NAMES), entries, strict=False)))
    except OSError:
        return ""
    return f"did you mean `{safe(os.path.join(folder, near))}`?" if near else ""


def _size(limit: int) -> str:
    megabytes = limit / (1024 * 1024)
    return f"{megabytes:g} MB" if megabytes >= 1 else f"{limit} bytes"
