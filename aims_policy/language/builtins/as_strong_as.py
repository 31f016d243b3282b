"""`$as_strong_as(record, strength)`: whether a record of evidence is at least as strong: declared < tool < verified.

The strength is that of the document the record's result comes from: `declared` is written by people, `tool` is a
tool's own report, `verified` was checked with cryptography while the manifest was read. No manifest can state it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language.operations import Refused
from aims_policy.language.types import BOOLEAN, TEXT, Type, function, record
from aims_policy.source.strength import DECLARED, RANKS, STRENGTHS, strength_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("as_strong_as", (record("record", {}), TEXT), BOOLEAN)


def check(given: Sequence[Type]) -> str | None:
    if given[0].kind != "record":
        return f"its first argument must be a record, such as a measurement, and is {given[0]}"
    return None if given[1] == TEXT else f"its second argument must be text, and is {given[1]}"


def evidence(given: Sequence[Any]) -> list[tuple[int, str, Any]]:
    return [(0, ".strength", strength_of(given[0]))]


def call(given: dict[str, Any], strength: str) -> bool:
    try:
        # `at_least(strength_of(given), strength)`, without two calls for each of many measurements.
        return RANKS[getattr(given, "strength", DECLARED)] >= RANKS[strength]
    except KeyError:
        raise Refused(f"`{strength}` is no strength; there are {', '.join(STRENGTHS)}") from None
