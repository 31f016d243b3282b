"""`$pi`: the ratio of a circle's circumference to its diameter."""

from __future__ import annotations

from decimal import Decimal

from aims_policy.language.types import NUMBER

TYPE = NUMBER


def call() -> Decimal:
    return Decimal("3.141592653589793")
