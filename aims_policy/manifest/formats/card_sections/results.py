"""Numbers of a card: by metric, in a list of results, or by group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.attributes import compared_by, is_stage
from aims_policy.manifest.foreign.draft import elements
from aims_policy.manifest.foreign.fields import NOTHING, Fields
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of
from aims_policy.manifest.foreign.splits import plain_metric
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

_METRIC = "metric|metric name|name|type"
_VALUE = "value|score|result"
_GROUP = "slice|group|subgroup|segment|group val|group value|group name"
_ATTRIBUTE = """attribute|sensitive attribute|protected attribute|sensitive feature|group col|group column
    |attribute name"""
_SIZE = "n samples|sample size|samples|count|support|n"
_INTERVAL = "confidence interval|ci"
_NO_METRIC = re.compile(
    r"^n_|^num|count|samples|size|threshold|seed|epoch|version|date|time$|year|support|rows|folds|^id$|train|^val_"
    r"|validation|_(?:std|sd|stdev)$|stderr|cutoff|iteration|steps?$|batch|learning_rate|split|fold",
    re.IGNORECASE,
)
_WHOLE = """overall|results|test|test set|holdout|performance|performance measures|model performance measures
    |performance metrics|unitary results|intersectional results|evaluation|values|scores|segments|slices|bias results
    |metrics|fairness metrics|fairness"""
_BY_GROUP = """by group|per group|group metrics|by slice|slices|segments|by segment|disaggregated
    |disaggregated results|intersectional results|unitary results|subgroups"""
_DEEPEST = 4


def results(draft: Draft, given: Cursor, dataset: Cursor, section: str = "", depth: int = 0) -> None:
    """Measurements of what is given: a list of results, or metrics by name and what is below names for results."""
    if type(given.value) is list:
        for item in given.each():
            _entry(draft, item, dataset, section)
        return
    for name, field in given.entries():
        if type(field.value) in (dict, list):
            _below(draft, name, field, dataset, section, depth)
        elif section == "fairness" and (compared := compared_by(name)):
            _of_attribute(draft, name, compared, field, dataset)
        elif _is_metric(name, field):
            _one(draft, name, field, (*field.at, KEY), dataset, section, NOTHING)


def _below(draft: Draft, name: str, field: Cursor, dataset: Cursor, section: str, depth: int) -> None:
    """What stands under a name: a result, a list of results, groups, comparisons by an attribute, or a heading."""
    if type(field.value) is dict and _is_result(field) and not _are_entries(field):
        _measured(draft, field, (name, (*field.at, KEY)), dataset, section, NOTHING)
    elif _are_entries(field) or _are_groups(field):
        for item in field.each():
            _entry(draft, item, dataset, section)
    elif _is_one_of(name, _BY_GROUP) and _is_by_group(field):
        _groups(draft, field, dataset)
    elif _is_one_of(name, _WHOLE) and depth < _DEEPEST:
        results(draft, field, dataset, section, depth + 1)
    elif section == "fairness" and _compares(field) and not is_stage(name):
        _compared(draft, name, field, dataset)


def _is_one_of(name: str, names: str) -> bool:
    return Fields.folded(name) in {Fields.folded(one) for one in names.split("|")}


def _is_result(field: Cursor) -> bool:
    return Fields(field).has(_VALUE)


def _are_entries(field: Cursor) -> bool:
    """A result, or a list of nothing but results, that name their metric themselves."""
    items = list(field.each())
    return bool(items) and all(Fields(item).has(_METRIC) and _is_result(item) for item in items)


def _are_groups(field: Cursor) -> bool:
    """A list of nothing but groups, each with metrics of its own beside its name."""
    items = list(field.each()) if type(field.value) is list else []
    return bool(items) and all(Fields(item).has(_GROUP) and _has_known(item) for item in items)


def _has_known(field: Cursor) -> bool:
    return any(is_known(name) for name, _ in field.entries())


def _compares(field: Cursor) -> bool:
    """Comparisons of groups, as they stand below the attribute that tells these apart."""
    return any(is_known(name) and metric_of(name).section == "fairness" for name, _ in field.entries())


def _compared(draft: Draft, attribute: str, given: Cursor, dataset: Cursor) -> None:
    size = Fields(given).to(_SIZE)
    for name, field in given.entries():
        if _is_one_of(name, _BY_GROUP) and _is_by_group(field):
            for group, inner in field.entries():
                _of_group(
                    draft, inner, NOTHING, dataset, named=group, attribute=(attribute, (*given.at, KEY))
                )
        elif field.at != size.at and type(field.value) not in (dict, list) and _is_metric(name, field):
            path = _one(draft, name, field, (*field.at, KEY), dataset, "fairness", NOTHING)
            draft.put(f"{path}.attribute", attribute, (*given.at, KEY))
            if exact_number(size.value) is not None:
                draft.number(f"{path}.sample_size", *size)


def _of_attribute(draft: Draft, name: str, compared: tuple[str, str], field: Cursor, dataset: Cursor) -> None:
    """A comparison whose name tells the attribute as well: ``Gender Disparate Impact``."""
    told, (attribute, metric) = (*field.at, KEY), compared
    path = _one(draft, metric, field, told, dataset, "fairness", NOTHING)
    draft.put(f"{path}.source_metric", name, told)
    draft.put(f"{path}.attribute", attribute, told)


def _is_metric(name: str, field: Cursor) -> bool:
    """A number under any name but that of a setting or a count; a text only under the name of a known metric."""
    if type(field.value) is bool or not field or _NO_METRIC.search(name):
        return False
    return is_known(name) or exact_number(field.value) is not None


def _is_by_group(field: Cursor) -> bool:
    """Mappings of metrics by the name of a group; not metrics."""
    inner = [item for _, item in field.entries()]
    return bool(inner) and all(type(item.value) is dict and not _is_result(item) for item in inner)


def _entry(draft: Draft, item: Cursor, dataset: Cursor, section: str) -> None:
    """A result of a list: one metric, or several of one group."""
    fields = Fields(item)
    metric, group = fields.to(_METRIC), fields.to(_GROUP)
    if type(metric.value) is str and _is_result(item):
        _measured(draft, item, (metric.value, metric.at), dataset, section, group)
    elif type(group.value) in (str, int):
        attribute = fields.to(_ATTRIBUTE)
        told = (attribute.value, attribute.at) if type(attribute.value) is str else None
        _of_group(draft, item, group, dataset, attribute=told)


def _measured(
    draft: Draft,
    item: Cursor,
    metric: tuple[str, tuple[str | int, ...]],
    dataset: Cursor,
    section: str,
    group: Cursor,
) -> None:
    fields = Fields(item)
    path = _one(
        draft, metric[0], fields.to(_VALUE), metric[1], fields.to("dataset") or dataset, section, group
    )
    attribute = fields.to(_ATTRIBUTE)
    if type(attribute.value) is str:
        draft.put(f"{path}.attribute", *attribute)
    interval = fields.to(_INTERVAL)
    if type(interval.value) is list:
        for side, (bound, place) in zip(("lower", "upper"), elements(*interval), strict=False):
            draft.number(f"{path}.{side}", bound, place)
    bounds = Fields(interval)
    draft.number(f"{path}.lower", *bounds.to("lower|lower bound|low"))
    draft.number(f"{path}.upper", *bounds.to("upper|upper bound|high"))


def _groups(draft: Draft, field: Cursor, dataset: Cursor) -> None:
    """Metrics by group, or by attribute and then by group."""
    for name, item in field.entries():
        if _is_by_group(item):
            for group, inner in item.entries():
                _of_group(draft, inner, NOTHING, dataset, named=group, attribute=(name, (*item.at, KEY)))
        else:
            _of_group(draft, item, NOTHING, dataset, named=name)


def _of_group(
    draft: Draft,
    item: Cursor,
    group: Cursor,
    dataset: Cursor,
    *,
    named: str = "",
    attribute: tuple[str, tuple[str | int, ...]] | None = None,
) -> None:
    size, told_by = Fields(item).to(_SIZE), Fields(item).to(_ATTRIBUTE)
    for name, field in item.entries():
        if (
            type(field.value) in (dict, list)
            or field.at in (group.at, size.at, told_by.at)
            or not _is_metric(name, field)
        ):
            continue
        path = _one(draft, name, field, (*field.at, KEY), dataset, "fairness", group)
        if named:
            draft.put(f"{path}.group", named, (*item.at, KEY))
        if attribute:
            draft.put(f"{path}.attribute", *attribute)
        if exact_number(size.value) is not None:
            draft.number(f"{path}.sample_size", *size)


def _one(
    draft: Draft,
    name: str,
    value: Cursor,
    told: tuple[str | int, ...],
    dataset: Cursor,
    section: str,
    group: Cursor,
) -> str:
    told_by, alone = "fairness" if group and not section else section, plain_metric(name)
    known = metric_of(alone).name if alone != name else name
    path = draft.measurement(known, value.value, told, value.at, section=told_by)
    if alone != name:
        draft.put(f"{path}.source_metric", name, told)
    draft.text(f"{path}.group", *group)
    draft.text(f"{path}.dataset", *dataset)
    return path
