"""`$covers(have, need)`: whether every text of `need` is among `have`, capitals and outer spaces aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.types import BOOLEAN, TEXT, function, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("covers", (list_of(TEXT), list_of(TEXT)), BOOLEAN)


def call(have: Sequence[str], need: Sequence[str]) -> bool:
    # What is there to the letter is there.
    return set(have).issuperset(need) or _folded(have, need)


def _folded(have: Sequence[str], need: Sequence[str]) -> bool:
    return {text.strip().casefold() for text in need} <= {text.strip().casefold() for text in have}
