"""`$max(numbers)`: the greatest of them. Missing for an empty list: there is no evidence to take it from."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from aims_policy.language.operations import Missing
from aims_policy.language.types import NUMBER, function, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

TYPE = function("max", (list_of(NUMBER),), NUMBER)


def call(numbers: Sequence[Decimal]) -> Decimal:
    if not numbers:
        raise Missing("", argument=0)
    return builtins.max(numbers)
