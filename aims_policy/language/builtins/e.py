"""`$e`: Euler's number."""

from __future__ import annotations

from decimal import Decimal

from aims_policy.language.types import NUMBER

TYPE = NUMBER


def call() -> Decimal:
    return Decimal("2.718281828459045")
