"""A JSON object of group metrics under the names that AIF360 or Fairlearn give them, as scripts dump them.

The object, or its ``metrics``, holds at least two such names with numbers; or it holds, by sensitive attribute, objects
that each have one, with the metrics of each group beside them under ``groups`` or ``by_group``; or it holds, by
sensitive attribute, nothing but the metrics of each group. AIF360 subtracts the privileged group from the unprivileged
one and divides by it; values are canonical here. Tool, date, dataset and size are told by fields beside them, or not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.attributes import is_attribute, is_stage
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of, reading_of
from aims_policy.manifest.foreign.scripted import ATTRIBUTE, SIZES, named, run_of, size_of
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.runs import Run
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("fairness-metrics",)
TITLE = "object of fairness metrics (AIF360's or Fairlearn's names)"
VERSIONS = ""
STRENGTH = "tool"
IGNORED: frozenset[str] = frozenset()

# Of aif360.metrics.ClassificationMetric and BinaryLabelDatasetMetric, and of fairlearn.metrics.
_NAMES = frozenset(
    """statistical_parity_difference mean_difference disparate_impact average_odds_difference
    average_abs_odds_difference equal_opportunity_difference theil_index false_positive_rate_difference
    false_negative_rate_difference false_discovery_rate_difference false_omission_rate_difference
    true_positive_rate_difference error_rate_difference error_rate_ratio false_positive_rate_ratio
    false_negative_rate_ratio generalized_entropy_index between_group_generalized_entropy_index
    demographic_parity_difference demographic_parity_ratio equalized_odds_difference equalized_odds_ratio
    equal_opportunity_ratio""".split()  # noqa: SIM905 - a list of words reads better
)
_GROUPS = ("groups", "by_group", "group_metrics", "subgroups")
_COMPARISONS = re.compile(r"dispar|compar|fairness|gaps?$|differences?$", re.IGNORECASE)
_OF_GROUPS = re.compile(r"^(?:by|per)_|_(?:groups|metrics)$")
_BESIDE = frozenset(["metrics", "privileged_groups", "unprivileged_groups"])
_BY_ATTRIBUTE = (
    *("attributes", "by_attribute", "sensitive_features", "sensitive_attributes", "protected_attributes"),
    *("features", "slices", "segments"),
)
"""Where attributes may stand one level further down, beside what is said of all of them."""


class Group(NamedTuple):
    """A group, where it is named, and its metrics."""

    name: Any
    told: Steps
    metrics: dict[str, Any]
    at: Steps


class Attribute(NamedTuple):
    """A sensitive attribute, where it is named, what compares its groups, and the groups."""

    name: str
    told: Steps
    metrics: dict[str, Any]
    at: Steps
    groups: tuple[Group, ...] = ()


def detect(document: Located) -> str:
    value = mapping(document.value)
    if _attributes(value):
        return "fairness-metrics"
    if any(type(inner) in (dict, list) for key, inner in value.items() if key not in _BESIDE):
        return ""
    metrics, _ = _metrics(value)
    return "fairness-metrics" if len(_NAMES & metrics.keys()) >= 2 else ""


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    draft = Draft("Model", document)
    run = run_of(value)
    attributes = _attributes(value)
    for attribute in attributes:
        draft.put("fairness.attributes[+]", attribute.name, attribute.told)
        compared = {name: n for name, n in attribute.metrics.items() if _compares(name)}
        sized = run._replace(sample_size=size_of(attribute.metrics, attribute.at))
        _numbers(draft, compared, attribute, sized)
        for name, inner in _nested(attribute.metrics):
            below = attribute._replace(at=(*attribute.at, name))
            _numbers(draft, {key: n for key, n in inner.items() if _compares(key)}, below, sized)
        for group in attribute.groups:
            _of_group(draft, group, attribute, run)
    if not attributes:
        metrics, at = _metrics(value)
        run = run._replace(sample_size=size_of(value, ()) or size_of(metrics, at))
        told = _attribute(value.get("unprivileged_groups"), ("unprivileged_groups",))
        _numbers(draft, metrics, Attribute(*told or ("", ()), metrics, at), run)
        if told:
            draft.put("fairness.attributes[+]", *told)
            draft.used.update([("unprivileged_groups",), ("privileged_groups",)])
    return [draft] if "measurements" in draft.tree.get("fairness", {}) else []


def _numbers(draft: Draft, metrics: dict[str, Any], attribute: Attribute, run: Run) -> None:
    for name, number in metrics.items():
        if name not in _NAMES and (name in SIZES or reading_of(metric_of(name), number).value is None):
            continue  # texts and settings beside the numbers
        section, place = "fairness" if _compares(name) else "", (*attribute.at, name)
        path = draft.measurement(name, number, (*place, KEY), place, convention="aif360", section=section)
        if attribute.name and section:
            draft.put(f"{path}.attribute", attribute.name, attribute.told)
        run.of_measurement(draft, path)


def _compares(name: str) -> bool:
    return name in _NAMES or metric_of(name).section == "fairness"


def _attributes(value: dict[str, Any]) -> list[Attribute]:
    """Those that the object, or its ``metrics``, compares groups by; or it is about one, which a field names."""
    return _compared(*_metrics(value)) or _listed(*_metrics(value)) or _further_down(value) or _one(value)


def _further_down(value: dict[str, Any]) -> list[Attribute]:
    inside = ((mapping(value[name]), (name,)) for name in _BY_ATTRIBUTE if type(value.get(name)) is dict)
    return next((found for whole, at in inside if (found := _compared(whole, at) or _listed(whole, at))), [])


def _nested(metrics: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Comparisons that stand under a name of their own: ``disparities``."""
    for name, inner in metrics.items():
        if type(inner) is dict and _COMPARISONS.search(name) and _NAMES & inner.keys():
            yield name, inner


def _compared(whole: dict[str, Any], at: Steps) -> list[Attribute]:
    """Where all objects within compare groups."""
    inside = [(name, inner) for name, inner in whole.items() if type(inner) is dict]
    told = all(not _NAMES.isdisjoint(inner) or any(_nested(inner)) for _, inner in inside)
    if not (told and all(_is_attribute(name, inner) for name, inner in inside)):
        return []
    return [
        Attribute(name, (*at, name, KEY), inner, (*at, name), tuple(_under_names(inner, (*at, name))))
        for name, inner in inside
    ]


def _is_attribute(name: str, metrics: dict[str, Any]) -> bool:
    """By its name, or by the groups below it; before and after a mitigation, and the names of models, are none."""
    if name in _BESIDE or is_stage(name):
        return False
    return is_attribute(name) or any(metrics.get(groups) for groups in _GROUPS)


def _listed(whole: dict[str, Any], at: Steps) -> list[Attribute]:
    """Where groups stand right below attributes; one of these at least has the name of one, and two groups."""
    found: list[Attribute] = []
    likely = {name: inner for name, inner in whole.items() if _may_hold_groups(inner)}
    if not any(is_attribute(_OF_GROUPS.sub("", name)) for name in likely):
        return found
    for name, inner in likely.items():
        groups = tuple(_given_groups(inner, (*at, name)))
        is_group = name in _GROUPS or name in _BESIDE or is_stage(name)
        if groups and not is_group and all(_has_number(group.metrics) for group in groups):
            found.append(Attribute(_OF_GROUPS.sub("", name), (*at, name, KEY), {}, (*at, name), groups))
    is_one = any(is_attribute(a.name) and len(a.groups) > 1 for a in found)
    return found if is_one else []


def _may_hold_groups(inner: Any) -> bool:
    """A cheap look: numbers of each group are a mapping, so what holds them holds nothing else."""
    if type(inner) is dict:
        return all(type(numbers) is dict for numbers in inner.values())
    return type(inner) is list


def _one(value: dict[str, Any]) -> list[Attribute]:
    """An object on one attribute, which a field names, with its groups."""
    told = named(value, (), ATTRIBUTE)
    groups = () if told is None else tuple(_under_names(value, ()))
    if told is None or not any(_has_number(group.metrics) for group in groups):
        return []
    return [Attribute(told.value, told.source, value, (), groups)]


def _has_number(metrics: dict[str, Any]) -> bool:
    return any(is_known(name) and exact_number(number) is not None for name, number in metrics.items())


def _of_group(draft: Draft, group: Group, attribute: Attribute, run: Run) -> None:
    draft.put("fairness.groups[+]", group.name, group.told)
    run = run._replace(sample_size=size_of(group.metrics, group.at))
    for name, number in group.metrics.items():
        if is_known(name):
            place = (*group.at, name)
            path = draft.measurement(name, number, (*place, KEY), place, section="fairness")
            draft.put(f"{path}.group", group.name, group.told)
            draft.put(f"{path}.attribute", attribute.name, attribute.told)
            run.of_measurement(draft, path)


def _under_names(metrics: dict[str, Any], at: Steps) -> Iterator[Group]:
    for name in _GROUPS:
        yield from _given_groups(metrics.get(name), (*at, name))


def _given_groups(given: Any, at: Steps) -> Iterator[Group]:
    """From a mapping by group, or from a list of groups."""
    if type(given) is dict:
        for name, numbers in given.items():
            yield Group(name, (*at, name, KEY), mapping(numbers), (*at, name))
    elif type(given) is list:
        for item, place in elements(given, at):
            if type(mapping(item).get("group")) in (str, int):
                yield Group(str(item["group"]), (*place, "group"), item, place)


def _metrics(value: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    return (mapping(value["metrics"]), ("metrics",)) if type(value.get("metrics")) is dict else (value, ())


def _attribute(groups: Any, at: Steps) -> tuple[str, Steps] | None:
    """Of AIF360's ``[{"sex": 0}]`` the attribute, where there is one."""
    first = mapping(groups[0]) if type(groups) is list and len(groups) == 1 else {}
    names = list(first)
    return (names[0], (*at, 0, names[0], KEY)) if len(names) == 1 else None
