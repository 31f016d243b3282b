"""Tables of fairness results as scripts dump them (pandas' ``to_json(orient="records")``), to a Model.

A table is a list of rows, which is the document or one of its fields. Every row names an attribute; it holds known
metrics of one of the attribute's groups, which it names too, or what compares all of its groups under the names of
Fairlearn or AIF360. Sizes of groups are read; tool, date and data are told by fields beside the list, or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of
from aims_policy.manifest.foreign.runs import Given, Run
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("fairness-table",)
TITLE = "table of fairness results"
VERSIONS = ""
STRENGTH = "tool"
IGNORED: frozenset[str] = frozenset()

_LISTED = ("groups", "results", "rows", "slices", "segments", "metrics", "fairness", "attributes")
_ATTRIBUTE = (
    *("attribute", "sensitive_attribute", "sensitive_feature", "protected_attribute", "protected_feature"),
    *("group_column", "group_col", "segment_field", "slice_column", "slice_feature", "dimension"),
)
_GROUP = ("group", "group_value", "subgroup", "segment_value", "slice_value", "segment", "slice", "value")
_SIZES = ("n", "count", "n_samples", "samples", "sample_size", "support", "size", "group_size")
_DATASETS = ("dataset", "dataset_name", "test_dataset", "evaluation_dataset", "evaluated_on")
_DATES = ("timestamp", "date", "evaluated_at", "computed_at", "generated_at", "created_at")
_TOOLS = ("tool", "library", "fairness_library")


class Row(NamedTuple):
    """A row: its attribute, the group that it is of if it is of one, and its numbers by name."""

    attribute: Given
    group: Given | None
    numbers: dict[str, Given]
    size: Given | None


def detect(document: Located) -> str:
    return "fairness-table" if _rows(document.value) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    beside = mapping(document.value)
    run = Run(*(_first(beside, (), names) for names in (_TOOLS, _DATES, _DATASETS)))
    named: set[tuple[str, str]] = set()
    for row in _rows(document.value):
        for path, given in (("fairness.attributes", row.attribute), ("fairness.groups", row.group)):
            if given is not None and (path, str(given.value)) not in named:
                named.add((path, str(given.value)))
                draft.text(f"{path}[+]", *given)
        for name, number in row.numbers.items():
            told = (*number.source, KEY)
            path = draft.measurement(name, number.value, told, number.source, section="fairness")
            draft.text(f"{path}.attribute", *row.attribute)
            if row.group is not None:
                draft.text(f"{path}.group", *row.group)
            run._replace(sample_size=row.size).of_measurement(draft, path)
    return [draft] if "measurements" in draft.tree.get("fairness", {}) else []


def _rows(value: Any) -> list[Row]:
    """Those of the list that is a table from its first row to its last; none where there is no such list."""
    lists = [(value, ())] if type(value) is list else [(mapping(value).get(n), (n,)) for n in _LISTED]
    for listed, at in lists:
        found = (
            [_row(mapping(row), place) for row, place in elements(listed, at)] if type(listed) is list else []
        )
        rows = [row for row in found if row is not None]
        if rows and len(rows) == len(found):
            return rows
    return []


def _row(row: dict[str, Any], at: Steps) -> Row | None:
    attribute, group = _first(row, at, _ATTRIBUTE), _first(row, at, _GROUP)
    if attribute is None or type(attribute.value) is not str:
        return None
    numbers = {
        name: Given(number, (*at, name))
        for name, number in row.items()
        if is_known(name) and (exact_number(number) is not None or number is None)
        if group is not None or metric_of(name).section == "fairness"
    }
    return Row(attribute, group, numbers, _first(row, at, _SIZES)) if numbers else None


def _first(given: dict[str, Any], at: Steps, names: tuple[str, ...]) -> Given | None:
    """The first of the fields that holds a text or a number."""
    name = next((name for name in names if _is_told(given.get(name))), "")
    return Given(given[name], (*at, name)) if name else None


def _is_told(value: Any) -> bool:
    """A group's name may be 0."""
    return type(value) is str or exact_number(value) is not None
