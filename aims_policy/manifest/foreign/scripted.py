"""What scripts of people's own write beside results of fairness, by the names that they give it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run

if TYPE_CHECKING:
    from aims_policy.manifest.paths import Steps

ATTRIBUTE = (
    *("attribute", "sensitive_attribute", "sensitive_feature", "protected_attribute", "protected_feature"),
    *("group_column", "group_col", "segment_field", "slice_column", "slice_feature", "dimension"),
)
"""The sensitive attribute whose groups are compared."""
SIZES = (
    *(
        "n",
        "count",
        "n_samples",
        "samples",
        "sample_size",
        "support",
        "size",
        "group_size",
        "n_rows",
        "records",
    ),
    "total_samples",
)
"""How many records a result is of."""
_TOOLS = ("tool", "library", "fairness_library")
_DATES = (
    *("timestamp", "date", "evaluated_at", "computed_at", "generated_at", "generated_at_utc"),
    *("created_at", "created_at_utc", "created"),
)
_DATASETS = ("dataset", "dataset_name", "test_dataset", "evaluation_dataset", "evaluated_on")


def run_of(told: dict[str, Any]) -> Run:
    """The tool, the date and the data that fields beside the results name."""
    tool, dataset = (named(told, (), names) for names in (_TOOLS, _DATASETS))
    return Run(tool, text_or_number(told, (), _DATES), dataset)


def size_of(told: dict[str, Any], at: Steps) -> Given | None:
    """The number of records, also as pandas writes it: 120.0."""
    name = next((name for name in SIZES if _is_count(told.get(name))), "")
    return Given(int(told[name]), (*at, name)) if name else None


def named(told: dict[str, Any], at: Steps, names: tuple[str, ...]) -> Given | None:
    """The first of the fields that holds a text."""
    name = next((name for name in names if type(told.get(name)) is str), "")
    return Given(told[name], (*at, name)) if name else None


def text_or_number(told: dict[str, Any], at: Steps, names: tuple[str, ...]) -> Given | None:
    """The first of the fields that holds a text or a number: a group's name may be 0."""
    for name in names:
        value = told.get(name)
        if type(value) is str or exact_number(value) is not None:
            return Given(value, (*at, name))
    return None


def _is_count(value: Any) -> bool:
    number = exact_number(value) if type(value) is not str else None
    return number is not None and number == number.to_integral_value()
