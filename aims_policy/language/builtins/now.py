"""`$now`: the time of the evaluation, UTC; never the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.types import MOMENT

if TYPE_CHECKING:
    from datetime import datetime

TYPE = MOMENT
USES_NOW = True


def call(now: datetime) -> datetime:
    return now
