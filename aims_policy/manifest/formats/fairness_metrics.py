"""A JSON object of group metrics under the names that AIF360 or Fairlearn give them, as scripts dump them.

The object, or its ``metrics``, holds at least two such names with numbers; or it holds, by sensitive attribute, objects
that each have one, with the metrics of each group beside them under ``groups`` or ``by_group``. AIF360 subtracts the
privileged group from the unprivileged one and divides by it; values are canonical here. Which tool made them the
object does not say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of, reading_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

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
_ATTRIBUTES = re.compile(
    r"(?:^|[\W_])(?:sex|gender|race|ethnic\w*|age|religion|disability|nationality|marital|education|country|language"
    r"|region)(?=$|[\W_])",
    re.IGNORECASE,
)
_STAGES = re.compile(
    r"before|after|baseline|mitigat|original|debias|reweigh|model|train|test|valid|overall|fold|run|epoch|threshold"
    r"|classifier|regression|boost|forest",
    re.IGNORECASE,
)
_GROUPS = ("groups", "by_group", "group_metrics")
_SIZES = ("n", "count", "n_samples", "samples", "sample_size", "support")
_BESIDE = frozenset(["metrics", "privileged_groups", "unprivileged_groups"])


def detect(document: Located) -> str:
    value = mapping(document.value)
    if _by_attribute(value):
        return "fairness-metrics"
    if any(type(inner) in (dict, list) for key, inner in value.items() if key not in _BESIDE):
        return ""
    metrics, _ = _metrics(value)
    return "fairness-metrics" if len(_NAMES & metrics.keys()) >= 2 else ""


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    draft = Draft("Model", document)
    attributes = _by_attribute(value)
    for name, metrics, at in attributes:
        attribute = (name, (*at, KEY))
        draft.put("fairness.attributes[+]", *attribute)
        _numbers(draft, {name: metrics[name] for name in metrics if _compares(name)}, at, attribute)
        _groups(draft, metrics, at, attribute)
    if not attributes:
        metrics, at = _metrics(value)
        told = _attribute(value.get("unprivileged_groups"), ("unprivileged_groups",))
        _numbers(draft, metrics, at, told)
        if told:
            draft.put("fairness.attributes[+]", *told)
            draft.used.update([("unprivileged_groups",), ("privileged_groups",)])
    return [draft] if "measurements" in draft.tree.get("fairness", {}) else []


def _numbers(draft: Draft, metrics: dict[str, Any], at: Steps, attribute: tuple[str, Steps] | None) -> None:
    for name, number in metrics.items():
        if name not in _NAMES and reading_of(metric_of(name), number).value is None:
            continue  # texts and settings beside the numbers
        section = "fairness" if _compares(name) else ""
        path = draft.measurement(
            name, number, (*at, name, KEY), (*at, name), convention="aif360", section=section
        )
        if attribute and section:
            draft.put(f"{path}.attribute", *attribute)


def _compares(name: str) -> bool:
    return name in _NAMES or metric_of(name).section == "fairness"


def _by_attribute(value: dict[str, Any]) -> list[tuple[str, dict[str, Any], Steps]]:
    """Attribute, metrics and place, where all objects within the object, or within its ``metrics``, compare groups."""
    whole, at = _metrics(value)
    found = [(name, inner, (*at, name)) for name, inner in whole.items() if type(inner) is dict]
    return (
        found if all(_NAMES & inner.keys() and _is_attribute(name, inner) for name, inner, _ in found) else []
    )


def _is_attribute(name: str, metrics: dict[str, Any]) -> bool:
    """By its name, or by the groups below it; before and after a mitigation, and the names of models, are none."""
    if name in _BESIDE or _STAGES.search(name):
        return False
    return _ATTRIBUTES.search(name) is not None or any(metrics.get(groups) for groups in _GROUPS)


def _groups(draft: Draft, metrics: dict[str, Any], at: Steps, attribute: tuple[str, Steps]) -> None:
    for group, told, numbers, place in _of_groups(metrics, at):
        draft.put("fairness.groups[+]", group, told)
        size = next((name for name in _SIZES if exact_number(numbers.get(name)) is not None), "")
        for name, number in numbers.items():
            if not is_known(name):
                continue
            path = draft.measurement(name, number, (*place, name, KEY), (*place, name), section="fairness")
            draft.put(f"{path}.group", group, told)
            draft.put(f"{path}.attribute", *attribute)
            if size:
                draft.number(f"{path}.sample_size", numbers[size], (*place, size))


def _of_groups(metrics: dict[str, Any], at: Steps) -> Iterator[tuple[Any, Steps, dict[str, Any], Steps]]:
    """(group, where it is named, its metrics, where they are), from a mapping by group or a list of groups."""
    for name in _GROUPS:
        given = metrics.get(name)
        if type(given) is dict:
            for group, numbers in given.items():
                yield group, (*at, name, group, KEY), mapping(numbers), (*at, name, group)
        elif type(given) is list:
            for item, place in elements(given, (*at, name)):
                if type(mapping(item).get("group")) in (str, int):
                    yield str(item["group"]), (*place, "group"), item, place


def _metrics(value: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    return (mapping(value["metrics"]), ("metrics",)) if type(value.get("metrics")) is dict else (value, ())


def _attribute(groups: Any, at: Steps) -> tuple[str, Steps] | None:
    """Of AIF360's ``[{"sex": 0}]`` the attribute, where there is one."""
    first = mapping(groups[0]) if type(groups) is list and len(groups) == 1 else {}
    names = list(first)
    return (names[0], (*at, 0, names[0], KEY)) if len(names) == 1 else None
