"""`$days_since(date)`: whole days from the date to the evaluation; negative for a date in the future."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aims_policy.language.types import MOMENT, NUMBER, function

if TYPE_CHECKING:
    from datetime import datetime

TYPE = function("days_since", (MOMENT,), NUMBER)
USES_NOW = True


def call(date: datetime, now: datetime) -> Decimal:
    return Decimal((now - date).days)
