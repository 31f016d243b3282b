"""When an entry of a list and another one are the same: two reports of one measurement, one risk in two registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.source.strength import STRENGTHS, Graded, strength_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_IDENTITIES = (
    ("metric", "group", "attribute"),
    ("measure",),
    ("id",),
    ("ref", "role"),
    ("name",),
)
"""Fields by which entries are told apart. An entry that has the first of them is identified by all of them."""

_RESULTS = frozenset(
    """value lower upper baseline last_value passed met attempts successes success_rate verified""".split()  # noqa: SIM905 - a list of words reads better
)
"""What a source must itself say for an entry to have that source's strength."""


def agreed(mine: Any, theirs: Any) -> bool:
    """Whether two values say the same: a date agrees with a time of that day."""
    if mine == theirs and isinstance(mine, bool) == isinstance(theirs, bool):
        return True
    if hasattr(mine, "hour") and hasattr(theirs, "hour"):
        days = mine.date() == theirs.date()
        return days and any(not (m.hour or m.minute or m.second or m.microsecond) for m in (mine, theirs))
    return False


def joined(mine: Any, theirs: Any) -> dict[str, Any] | None:
    """One entry made of two that speak of the same and contradict each other in nothing; None of others."""
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return None
    if mine == theirs:
        return max(mine, theirs, key=lambda entry: STRENGTHS.index(strength_of(entry)))
    if not _identity(mine, theirs):
        return None
    if not all(_alike(name, mine[name], theirs[name]) for name in mine.keys() & theirs.keys()):
        return None
    both = {**theirs, **mine}
    strength = _strength(mine, theirs, both)
    return Graded(both, strength) if strength != STRENGTHS[0] else both


def same_thing(mine: Any, theirs: Any) -> str:
    """The result on which two entries differ that speak of the same and on the same data; "" where there is none."""
    if not isinstance(mine, dict) or not isinstance(theirs, dict) or not _identity(mine, theirs):
        return ""
    if (
        "dataset" in mine
        and "dataset" in theirs
        and not _alike("dataset", mine["dataset"], theirs["dataset"])
    ):
        return ""
    shared = sorted(_RESULTS & mine.keys() & theirs.keys())
    return next((name for name in shared if not agreed(mine[name], theirs[name])), "")


def _identity(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> bool:
    for names in _IDENTITIES:
        if names[0] in mine or names[0] in theirs:
            return all(mine.get(name) == theirs.get(name) for name in names)
    return False


def _alike(name: str, mine: Any, theirs: Any) -> bool:
    if name == "dataset" and isinstance(mine, str) and isinstance(theirs, str):
        return mine.removeprefix("dataset/") == theirs.removeprefix("dataset/")
    return agreed(mine, theirs)


def _strength(mine: dict[str, Any], theirs: dict[str, Any], both: dict[str, Any]) -> str:
    """The stronger source's, if it gives all results by itself; else the weaker's."""
    weak, strong = sorted((mine, theirs), key=lambda entry: STRENGTHS.index(strength_of(entry)))
    own = (_RESULTS & both.keys()) <= strong.keys() and bool(_RESULTS & strong.keys())
    return strength_of(strong if own else weak)
