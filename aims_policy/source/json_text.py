"""JSON text to a document. The value comes from the C parser; the scanner runs only when asked where.

Whatever is not plain sailing is handed to the scanner, which is slower and says exactly what is wrong.
"""

from __future__ import annotations

import json
import re
from itertools import chain
from typing import Any, NoReturn

from aims_policy.source.document import Document
from aims_policy.source.json_scan import scan
from aims_policy.source.numbers import exact
from aims_policy.source.text import MAX_DEPTH, MAX_NODES, Problems, SourceText, digest_of_text

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


class _SuspectError(ValueError):
    """The fast path met something that only the scanner can judge."""


def parse_json(text: str, file: str, *, digest: str | None = None) -> Document:
    """One JSON document. Raises SourceError with all problems that do not hide others."""
    source = SourceText(file, text)
    value_digest = digest_of_text(source) if digest is None else digest
    try:
        value = _DECODER.decode(text)
        if _is_suspect(text, value):
            scan(source)
    except (ValueError, ArithmeticError, RecursionError) as error:
        scan(source)
        _refuse(source, error)
    return Document(source, value, lambda: scan(source), digest=value_digest, format="json")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _SuspectError
    return value


def _constant(_name: str) -> NoReturn:
    raise _SuspectError


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=exact, parse_constant=_constant)


def _is_suspect(text: str, value: Any) -> bool:
    containers = text.count("{") + text.count("[")
    return (
        (containers > MAX_DEPTH and _is_too_deep(value))
        or ("\\u" in text and _SURROGATE_ESCAPE.search(text) is not None)
        or (len(text) > MAX_NODES and text.count(",") + containers > MAX_NODES)
    )


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH):
        items = chain.from_iterable([node.values() if type(node) is dict else node for node in level])
        level = [item for item in items if type(item) is dict or type(item) is list]
        if not level:
            return False
    return True


def _refuse(source: SourceText, error: Exception) -> NoReturn:
    """For what the C parser refuses and the scanner would take; there is no such text we know of."""
    position = getattr(error, "pos", 0)
    reason = getattr(error, "msg", "") or "not valid JSON"
    Problems(source).stop("json-syntax", reason[:1].lower() + reason[1:], position, position + 1)
