"""`$parse_datetime(text)`: the moment an ISO 8601 text names; UTC unless it says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime

from aims_policy.language.operations import Refused
from aims_policy.language.types import MOMENT, TEXT, function

TYPE = function("parse_datetime", (TEXT,), MOMENT)


def call(text: str) -> datetime:
    # rule_engine reads dates with it, and Python's own reader takes other texts; imported where it is needed.
    from dateutil.parser import isoparse  # type: ignore[import-untyped] # dateutil has no types

    try:
        moment: datetime = isoparse(text)
    except ValueError:
        raise Refused("the text is not an ISO 8601 date") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
