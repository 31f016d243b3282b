"""Ids of controls and clauses: how they sort, and what people write for them."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d{1,9})")
_WRITTEN = r"(?:annex\s*)?([a-c])?[\s._-]*(\d{1,2}(?:[\s._-]+\d{1,2}){0,3})"


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key by which numbers inside a text count as numbers.

    >>> sorted(["A.10.2", "A.6.2.4", "A.6.10", "A.2.2"], key=natural_key)
    ['A.2.2', 'A.6.2.4', 'A.6.10', 'A.10.2']
    """
    parts = [part for part in _PART.split(text) if part]
    return tuple(
        (0, int(part), "") if part.isdecimal() and part.isascii() else (1, 0, part) for part in parts
    )


def tidy(text: str) -> tuple[str, str] | None:
    """(annex, numbers) of an id as people write it; None for what is no id. The annex is A if none is given.

    >>> tidy("annex a 7-5"), tidy("B.6.2.4"), tidy("7.5"), tidy("data")
    (('A', '7.5'), ('B', '6.2.4'), ('A', '7.5'), None)
    """
    match = re.fullmatch(_WRITTEN, text.strip()[:40], re.IGNORECASE | re.ASCII)
    if match is None:
        return None
    numbers = [str(int(number)) for number in re.findall(r"\d+", match.group(2))]
    return (match.group(1) or "A").upper(), ".".join(numbers)


def is_below(identifier: str, ancestor: str) -> bool:
    """Whether an id is the other one or one of those it stands for: A.10.2 is below A.10, not below A.1."""
    return identifier == ancestor or identifier.startswith(ancestor + ".")
