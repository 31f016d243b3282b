"""`$measured(measurements, metric)`: the values measured for a metric, in the order they are given.

However it is spelled, and by other usual names of it, as `$same_metric` has it. Missing where no measurement has
that metric, where one that has it gives no value, or where one does not say its metric: it could be the one that
matters. Records need the fields `metric` (text) and `value` (number).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.catalog.metrics import CANONICAL, MET
from aims_policy.language.operations import Missing
from aims_policy.language.types import NUMBER, TEXT, Type, function, list_of, record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    Records = Sequence[dict[str, Any]]

_RECORD = record("measurement", {"metric": TEXT, "value": NUMBER})
TYPE = function("measured", (list_of(_RECORD), TEXT), list_of(NUMBER))


def check(given: Sequence[Type]) -> str | None:
    return check_records(given[0], {"metric": TEXT, "value": NUMBER}) or (
        None if given[1] == TEXT else f"its second argument must be text, and is {given[1]}"
    )


def check_records(type_: Type, fields: dict[str, Type]) -> str | None:
    """What keeps a type from being a list of records with these fields."""
    if type_.kind != "list" or type_.item.kind != "record":
        return f"its first argument must be a list of measurements, and is {type_}"
    for name, wanted in fields.items():
        if type_.item.fields.get(name) != wanted:
            return (
                f"the records of its first argument need a field `{name}` ({wanted}); {type_.item} has none"
            )
    return None


def matching(measurements: Records, metric: str) -> list[int]:
    """The indices of the records for a metric."""
    meant = CANONICAL[metric]
    return [
        i for i, given in enumerate(measurements) if "metric" in given and CANONICAL[given["metric"]] == meant
    ]


def lacking(measurements: Records, found: list[int]) -> list[str]:
    """What must be there and is not: every record's metric, and the values of those that were found."""
    without = [f"[{i}].metric" for i, given in enumerate(measurements) if "metric" not in given]
    return without + [f"[{i}].value" for i in found if "value" not in measurements[i]]


def evidence(given: Sequence[Any]) -> list[tuple[int, str, Any]]:
    measurements, metric = given[0], given[1]
    found = matching(measurements, metric)
    return [(0, f"[{i}].value", measurements[i]["value"]) for i in found if "value" in measurements[i]]


def call(measurements: Records, metric: str) -> tuple[Decimal, ...]:
    met = MET
    try:
        meant = met[metric]
        values = tuple([given["value"] for given in measurements if met[given["metric"]] == meant])
    except KeyError:
        found = matching(measurements, metric)
        absent = lacking(measurements, found)
        if absent:
            raise Missing(*absent, argument=0) from None
        values = tuple([measurements[i]["value"] for i in found])
    if not values:
        raise Missing(f"[metric={metric}]", argument=0)
    return values
