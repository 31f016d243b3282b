"""JSON text to a document. The value comes from the C parser; where its parts stand is found when asked for.

Whatever is not plain sailing is handed to the scanner, which is slower and says exactly what is wrong.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from aims_policy.source.document import Document
from aims_policy.source.numbers import NotFinite, exact
from aims_policy.source.text import MAX_DEPTH, MAX_NODES, Problems, SourceText, digest_of_text

if TYPE_CHECKING:
    from aims_policy.source.document import Position

_CONTAINERS = frozenset((dict, list))
# An escaped high surrogate without a low one after it, or the reverse; the literal beginning makes the search
# fast. `\\ud800` looks like one and is not: that is for the scanner to see.
# Kept as text: few texts need it, and compiling it is dear to a program's start.
_LONE_SURROGATE = (
    r"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F])"
)


class _SuspectError(ValueError):
    """The fast path met something that only the scanner can judge."""


def parse_json(text: str, file: str, *, digest: str | None = None, keep_not_finite: bool = False) -> Document:
    """One JSON document. Raises SourceError with all problems that do not hide others.

    `keep_not_finite` reads a bare ``NaN`` or ``Infinity`` as `NotFinite` instead of refusing the file.
    """
    source = SourceText(file, text)
    value_digest = digest_of_text(source) if digest is None else digest
    try:
        value = decode_value(text, keep_not_finite=keep_not_finite)
        if is_suspect(text, value):
            _scan(source, keep_not_finite)
    except (ValueError, ArithmeticError, RecursionError) as error:
        _scan(source, keep_not_finite)
        _refuse(source, error)
    places = partial(_places, source)
    return Document(source, value, places, again=places, digest=value_digest, format="json")


def decode_value(text: str, *, keep_not_finite: bool) -> Any:
    """The value of a JSON text, fast. Raises ValueError, ArithmeticError or RecursionError and says no more."""
    return (_LENIENT if keep_not_finite else _DECODER).decode(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _SuspectError
    return value


def _constant(_name: str) -> NoReturn:
    raise _SuspectError


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=exact, parse_constant=_constant)
_LENIENT = json.JSONDecoder(object_pairs_hook=_object, parse_float=exact, parse_constant=NotFinite)


def is_suspect(text: str, value: Any) -> bool:
    """Whether only the scanner can tell that the text is well: deep, large, or with halves of characters."""
    return (
        (_may_be_deep(text) and _is_too_deep(value))
        # One character is found many times faster than two, and most texts have no backslash.
        or ("\\" in text and "\\u" in text and re.search(_LONE_SURROGATE, text) is not None)
        or (len(text) > MAX_NODES and sum(map(text.count, ",[{")) > MAX_NODES)
    )


def _may_be_deep(text: str) -> bool:
    """Where a text is deepest, so many brackets were opened before, and as many are closed after it.

    One of the two is all in one half of the text, whichever half that place is in. Lines are one level deeper than the
    text of them, in the list that they make.
    """
    half = len(text) // 2
    opened = text.count("[", 0, half) + text.count("{", 0, half)
    closed = text.count("]", half) + text.count("}", half)
    return max(opened, closed) >= MAX_DEPTH


def _is_too_deep(value: Any) -> bool:
    level = [value] if type(value) in _CONTAINERS else []
    for _ in range(MAX_DEPTH):
        if not level:
            return False
        level = [
            item
            for node in level
            for item in (node.values() if type(node) is dict else node)
            if type(item) in _CONTAINERS
        ]
    return bool(level)


def _scan(source: SourceText, keep_not_finite: bool) -> None:
    # Imported when needed: most files are fine, and nobody asks what is wrong with them, or where their values stand.
    from aims_policy.source.json_scan import scan

    scan(source, keep_not_finite=keep_not_finite)


def _places(source: SourceText) -> Position:
    from aims_policy.source.json_places import places

    return places(source)


def _refuse(source: SourceText, error: Exception) -> NoReturn:
    """For what the C parser refuses and the scanner would take; there is no such text we know of."""
    position = getattr(error, "pos", 0)
    reason = getattr(error, "msg", "") or "not valid JSON"
    Problems(source).stop("json-syntax", reason[:1].lower() + reason[1:], position, position + 1)
