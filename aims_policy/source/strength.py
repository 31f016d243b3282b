"""How far evidence can be believed, by the kind of document that it comes from.

``declared`` was written by people; ``tool`` is a tool's own output; ``verified`` was checked here and now, with
cryptography. What is a placeholder or absent is no evidence, and has no strength.
"""

from __future__ import annotations

from typing import Any

DECLARED, TOOL, VERIFIED = "declared", "tool", "verified"
STRENGTHS = (DECLARED, TOOL, VERIFIED)
"""From the weakest to the strongest."""
_TREES = (dict, tuple)
RANKS = {strength: rank for rank, strength in enumerate(STRENGTHS)}


class Graded(dict[str, Any]):
    """A record of evidence that is more than declared. Its strength is no field, so that no file can write it."""

    __slots__ = ("strength",)

    def __init__(self, fields: dict[str, Any], strength: str) -> None:
        super().__init__(fields)
        self.strength = strength


def strength_of(record: dict[str, Any]) -> str:
    """Of a record of evidence.

    >>> strength_of({"value": 1}), strength_of(Graded({"value": 1}, TOOL)), strength_of({"strength": VERIFIED})
    ('declared', 'tool', 'declared')
    """
    found: str = getattr(record, "strength", DECLARED)
    return found


def at_least(strength: str, wanted: str) -> bool:
    """Whether a strength reaches another. Raises KeyError for a word that is none.

    >>> at_least(TOOL, DECLARED), at_least(DECLARED, TOOL), at_least(VERIFIED, VERIFIED)
    (True, False, True)
    """
    return RANKS[strength] >= RANKS[wanted]


def graded(value: Any, strength: str) -> Any:
    """A tree of evidence with each record in a list at that strength; sections, which many sources fill, stay plain.

    What was verified is a record by itself, so that there records without further ones in them have it, too.
    """
    if strength == DECLARED:
        return value
    if isinstance(value, dict):
        fields = _graded_fields(value, strength)
        innermost = strength == VERIFIED and fields is value
        return Graded(fields, strength) if innermost else fields
    if isinstance(value, tuple):
        return tuple(
            [
                Graded(_graded_fields(item, strength), strength) if isinstance(item, dict) else item
                for item in value
            ]
        )
    return value


def _graded_fields(record: dict[str, Any], strength: str) -> dict[str, Any]:
    """The fields, those graded that hold further records or lists; the record itself where none does."""
    trees = {key: graded(item, strength) for key, item in record.items() if isinstance(item, _TREES)}
    return {**record, **trees} if trees else record
