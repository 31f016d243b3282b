"""`$measured_on(measurements, metric, groups)`: the values measured for a metric on these groups.

Missing unless every group has a measurement with that metric and `group`, and each of those gives a value.
What was measured without saying on which group counts among the values, so that leaving the group out hides
nothing. Records need the fields `metric` (text), `group` (text) and `value` (number).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.catalog.metrics import CANONICAL, MET
from aims_policy.language.builtins.measured import check_records, lacking
from aims_policy.language.operations import Missing
from aims_policy.language.types import NUMBER, TEXT, Type, accepts, function, list_of, record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    Records = Sequence[dict[str, Any]]

_FIELDS = {"metric": TEXT, "group": TEXT, "value": NUMBER}
TYPE = function(
    "measured_on", (list_of(record("measurement", _FIELDS)), TEXT, list_of(TEXT)), list_of(NUMBER)
)


def check(given: Sequence[Type]) -> str | None:
    wrong = check_records(given[0], _FIELDS)
    if wrong is None and given[1] != TEXT:
        return f"its second argument must be text, and is {given[1]}"
    if wrong is None and not accepts(list_of(TEXT), given[2]):
        return f"its third argument must be a list of text, and is {given[2]}"
    return wrong


def matching(measurements: Records, metric: str, groups: Sequence[str]) -> list[int]:
    wanted, meant = set(groups), CANONICAL[metric]
    return [
        i
        for i, given in enumerate(measurements)
        if "metric" in given
        and CANONICAL[given["metric"]] == meant
        and ("group" not in given or given["group"] in wanted)
    ]


def evidence(given: Sequence[Any]) -> list[tuple[int, str, Any]]:
    measurements = given[0]
    found = matching(measurements, given[1], given[2])
    return [(0, f"[{i}].value", measurements[i]["value"]) for i in found if "value" in measurements[i]]


def call(measurements: Records, metric: str, groups: Sequence[str]) -> tuple[Decimal, ...]:
    met = MET
    try:
        meant = met[metric]
        of_metric = [given for given in measurements if met[given["metric"]] == meant]
        on = [given["group"] for given in of_metric]
        if of_metric and set(on) == set(groups):
            return tuple([given["value"] for given in of_metric])
    except KeyError:
        pass
    # Something is left out, there are other groups besides, or a name was not met before.
    return _on_groups(measurements, metric, groups)


def _on_groups(measurements: Records, metric: str, groups: Sequence[str]) -> tuple[Decimal, ...]:
    found = matching(measurements, metric, groups)
    have = {measurements[i].get("group") for i in found}
    absent = [f"[metric={metric},group={group}]" for group in dict.fromkeys(groups) if group not in have]
    absent += lacking(measurements, found)
    if absent or not found:
        raise Missing(*(absent or [f"[metric={metric}]"]), argument=0)
    return tuple(measurements[i]["value"] for i in found)
