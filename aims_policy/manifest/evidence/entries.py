"""When an entry of a list and another one are the same: two reports of one measurement, one risk in two registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.source.strength import STRENGTHS, Graded, strength_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_IDENTITIES = (
    ("metric", "group", "attribute"),
    ("measure",),
    ("id",),
    ("ref", "role"),
    ("name",),
    ("item",),
)
"""Fields by which entries are told apart. An entry that has the first of them is identified by all of them."""

_RESULTS = frozenset(
    """value lower upper baseline last_value passed met attempts successes success_rate verified""".split()  # noqa: SIM905 - a list of words reads better
)
"""What a source must itself say for an entry to have that source's strength."""


_ABOUT = frozenset(["tool", "report", "digest", "source_metric", "source_value"])
"""What is said of the report and not of the asset: the stronger source knows, and the weaker does not contradict it."""


def agreed(mine: Any, theirs: Any) -> bool:
    """Whether two values say the same: a date agrees with a time of that day."""
    if mine == theirs and isinstance(mine, bool) == isinstance(theirs, bool):
        return True
    if hasattr(mine, "hour") and hasattr(theirs, "hour"):
        days = mine.date() == theirs.date()
        return days and any(not (m.hour or m.minute or m.second or m.microsecond) for m in (mine, theirs))
    return False


def paired(mine: Sequence[Any], theirs: Sequence[Any]) -> dict[int, int]:
    """Which of their entries (by number) is which of mine: each at most once, and equal ones before all others.

    Entries of one source are different things, so that one which says less cannot be completed from its neighbour.
    """
    places = by_identity(mine)
    free = set(range(len(mine)))
    pairs: dict[int, int] = {}
    for alike in (_equal, _joinable):
        for number, entry in enumerate(theirs):
            near = places.get(identity(entry), ()) if number not in pairs else ()
            found = next((i for i in near if i in free and alike(mine[i], entry)), None)
            if found is not None:
                pairs[number] = found
                free.discard(found)
    return pairs


def by_identity(entries: Sequence[Any]) -> dict[Any, list[int]]:
    """The numbers of the entries that have the same identity."""
    places: dict[Any, list[int]] = {}
    for number, entry in enumerate(entries):
        places.setdefault(identity(entry), []).append(number)
    return places


def identity(entry: Any) -> Any:
    """What tells an entry from others of its list; None where it has nothing that does."""
    if not isinstance(entry, dict):
        return (entry,) if isinstance(entry, str) else None
    names = next((names for names in _IDENTITIES if names[0] in entry), ())
    return (names, *(entry.get(name) for name in names)) if names else None


def joined(mine: Any, theirs: Any) -> dict[str, Any] | None:
    """One entry made of two that speak of the same and contradict each other in nothing; None of others."""
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return None
    if mine == theirs:
        return max(mine, theirs, key=lambda entry: STRENGTHS.index(strength_of(entry)))
    if identity(mine) is None or identity(mine) != identity(theirs):
        return None
    ranks = [STRENGTHS.index(strength_of(entry)) for entry in (mine, theirs)]
    about: frozenset[str] = frozenset() if ranks[0] == ranks[1] else _ABOUT
    if not all(_alike(name, mine[name], theirs[name]) for name in (mine.keys() & theirs.keys()) - about):
        return None
    both = {**theirs, **mine, **_records(mine, theirs)}
    if ranks[1] > ranks[0]:
        both |= {name: theirs[name] for name in theirs.keys() & _ABOUT}
    strength = _strength(mine, theirs, both)
    return Graded(both, strength) if strength != STRENGTHS[0] else both


def same_thing(mine: Any, theirs: Any) -> str:
    """The result on which two entries differ that speak of the same and on the same data; "" where there is none."""
    if not isinstance(mine, dict) or identity(mine) is None or identity(mine) != identity(theirs):
        return ""
    if (
        "dataset" in mine
        and "dataset" in theirs
        and not _alike("dataset", mine["dataset"], theirs["dataset"])
    ):
        return ""
    shared = sorted(_RESULTS & mine.keys() & theirs.keys())
    return next((name for name in shared if not agreed(mine[name], theirs[name])), "")


def _equal(mine: Any, theirs: Any) -> bool:
    return bool(mine == theirs)


def _joinable(mine: Any, theirs: Any) -> bool:
    return joined(mine, theirs) is not None


def _alike(name: str, mine: Any, theirs: Any) -> bool:
    if name == "dataset" and isinstance(mine, str) and isinstance(theirs, str):
        return mine.removeprefix("dataset/") == theirs.removeprefix("dataset/")
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return all(_alike(field, mine[field], theirs[field]) for field in mine.keys() & theirs.keys())
    return agreed(mine, theirs)


def _records(mine: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    """The records that both entries have, each made of two."""
    shared = [name for name in mine.keys() & theirs.keys() if isinstance(mine[name], dict)]
    return {
        name: Graded(
            {**theirs[name], **mine[name]}, _strength(mine[name], theirs[name], theirs[name] | mine[name])
        )
        for name in shared
        if isinstance(theirs[name], dict)
    }


def _strength(mine: dict[str, Any], theirs: dict[str, Any], both: dict[str, Any]) -> str:
    """The stronger source's, if it gives all results by itself; else the weaker's."""
    weak, strong = sorted((mine, theirs), key=lambda entry: STRENGTHS.index(strength_of(entry)))
    own = (_RESULTS & both.keys()) <= strong.keys() and bool(_RESULTS & strong.keys())
    return strength_of(strong if own else weak)
