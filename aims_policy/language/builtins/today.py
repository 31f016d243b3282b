"""`$today`: midnight, UTC, of the day of the evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.operations import midnight
from aims_policy.language.types import MOMENT

if TYPE_CHECKING:
    from datetime import datetime

TYPE = MOMENT
USES_NOW = True


def call(now: datetime) -> datetime:
    return midnight(now)
