"""`$within(date, days)`: whether the date is at most so many days before the evaluation, and not after it.

Age is counted in whole days, so a date of earlier today is 0 days old. A date in the future is not within.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.types import BOOLEAN, MOMENT, NUMBER, function

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

TYPE = function("within", (MOMENT, NUMBER), BOOLEAN)
USES_NOW = True
INLINE = "0 <= (now - {0}).days <= {1}"


def call(date: datetime, days: Decimal, now: datetime) -> bool:
    return 0 <= (now - date).days <= days
