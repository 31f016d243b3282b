"""Files and bytes to documents: the size is checked, the bytes are decoded, the format is told apart."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NoReturn

from aims_policy.diagnostics import Diagnostic
from aims_policy.source.decoding import MAX_BYTES, decode
from aims_policy.source.json_text import parse_json
from aims_policy.source.text import SourceError, digest_of
from aims_policy.source.yaml_text import parse_yaml

if TYPE_CHECKING:
    from aims_policy.source.document import Document

_JSON_SUFFIXES = (".json", ".jsonld")
_YAML_SUFFIXES = (".yaml", ".yml")
_JSON_START = re.compile(r'\s*+(?:\{\s*+["}]|\[)')


def read_file(
    file: str | os.PathLike[str], *, shown_as: str | None = None, limit: int = MAX_BYTES
) -> list[Document]:
    """The documents of a file: one for JSON, one or more for YAML; empty ones of a stream are left out.

    `shown_as` is the name people see, `limit` the size in bytes. Raises SourceError, never OSError.
    """
    name = os.fspath(file) if shown_as is None else shown_as
    try:
        with open(file, "rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, ValueError) as error:
        _refuse_file(name, error)
    return read_bytes(data, file=name, limit=limit)


def read_bytes(data: bytes, *, file: str, limit: int = MAX_BYTES, digest: str = "") -> list[Document]:
    """As `read_file`; `file` is the name shown, and its suffix tells JSON from YAML if it is known.

    `digest` is the one that the documents are known by, where it is not that of the bytes.
    """
    if len(data) > limit:
        message = f"the file is larger than {_size(limit)}"
        raise SourceError((Diagnostic("too-large", message, file),))
    text = decode(data, file)
    if _is_json(text, file):
        return [parse_json(text, file, digest=digest or digest_of(data))]
    return parse_yaml(text, file, digest=digest or digest_of(data))


def _is_json(text: str, file: str) -> bool:
    name = file.lower()
    if name.endswith(_JSON_SUFFIXES):
        return True
    return not name.endswith(_YAML_SUFFIXES) and _JSON_START.match(text) is not None


def _refuse_file(name: str, error: OSError | ValueError) -> NoReturn:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    message = f"cannot read the file: {reason[:1].lower()}{reason[1:]}"
    raise SourceError((Diagnostic("cannot-read", message, name),)) from error


def _size(limit: int) -> str:
    megabytes = limit / (1024 * 1024)
    return f"{megabytes:g} MB" if megabytes >= 1 else f"{limit} bytes"
