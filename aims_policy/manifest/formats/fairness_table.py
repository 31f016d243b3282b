"""Tables of fairness results as scripts dump them (pandas' ``to_json(orient="records")``), to a Model.

A table is a list of rows, which is the document or one of its fields. Every row names an attribute; it holds known
metrics of one of the attribute's groups, which it names too, or what compares all of its groups under the names of
Fairlearn or AIF360. Sizes of groups are read; tool, date and data are told by fields beside the list, or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of
from aims_policy.manifest.foreign.runs import Given
from aims_policy.manifest.foreign.scripted import ATTRIBUTE, named, run_of, size_of, text_or_number
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("fairness-table",)
TITLE = "table of fairness results"
VERSIONS = ""
STRENGTH = "tool"
IGNORED: frozenset[str] = frozenset()

_LISTED = ("groups", "results", "rows", "slices", "segments", "metrics", "fairness", "attributes")
_GROUP = ("group", "group_value", "subgroup", "segment_value", "slice_value", "segment", "slice", "value")


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
    run = run_of(mapping(document.value))
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
    attribute, group = named(row, at, ATTRIBUTE), text_or_number(row, at, _GROUP)
    if attribute is None:
        return None
    numbers = {
        name: Given(number, (*at, name))
        for name, number in row.items()
        if is_known(name) and (exact_number(number) is not None or number is None)
        if group is not None or metric_of(name).section == "fairness"
    }
    return Row(attribute, group, numbers, size_of(row, at)) if numbers else None
