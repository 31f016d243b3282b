"""`$parse_timedelta(text)`: the duration an ISO 8601 text names: `P1DT12H`. Weeks are the largest unit."""

from __future__ import annotations

import re
from datetime import timedelta

from aims_policy.language.operations import Refused
from aims_policy.language.types import DURATION, TEXT, function

TYPE = function("parse_timedelta", (TEXT,), DURATION)

_AMOUNT = r"([0-9]+(?:[,.][0-9]+)?)"
_DURATION = re.compile(
    rf"^P(?!\b)(?:{_AMOUNT}W)?(?:{_AMOUNT}D)?(?:T(?:{_AMOUNT}H)?(?:{_AMOUNT}M)?(?:{_AMOUNT}S)?)?$"
)


def call(text: str) -> timedelta:
    found = _DURATION.match(text)
    if found is None:
        raise Refused("the text is not a duration such as P1DT12H")
    weeks, days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
