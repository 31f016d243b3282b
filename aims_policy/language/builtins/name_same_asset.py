"""`$name_same_asset(texts, others)`: whether some text of each list name one asset.

Capitals, outer spaces and the kind before a name (`dataset/loans`, `loans`) are left aside.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from aims_policy.language.types import BOOLEAN, TEXT, function, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("name_same_asset", (list_of(TEXT), list_of(TEXT)), BOOLEAN)

_KINDS = ("dataset/", "model/", "aisystem/", "supplier/", "organization/")


def call(texts: Sequence[str], others: Sequence[str]) -> bool:
    return not {_name(text) for text in set(texts)}.isdisjoint([_name(other) for other in others])


@lru_cache(maxsize=4096)
def _name(text: str) -> str:
    folded = text.strip().casefold()
    return next((folded[len(kind) :] for kind in _KINDS if folded.startswith(kind)), folded)
