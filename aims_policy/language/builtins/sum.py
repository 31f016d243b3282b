"""`$sum(numbers)`: their sum; 0 for an empty list."""

from __future__ import annotations

import builtins
from decimal import Decimal
from typing import TYPE_CHECKING

from aims_policy.language.types import NUMBER, function, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("sum", (list_of(NUMBER),), NUMBER)


def call(numbers: Sequence[Decimal]) -> Decimal:
    return builtins.sum(numbers, Decimal())
