"""`$abs(number)`: the number without its sign."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from aims_policy.language.types import NUMBER, function

if TYPE_CHECKING:
    from decimal import Decimal

TYPE = function("abs", (NUMBER,), NUMBER)


def call(number: Decimal) -> Decimal:
    return builtins.abs(number)
