"""A flat JSON object of group metrics under the names that AIF360 or Fairlearn give them, as scripts dump them.

The object, or its ``metrics``, holds at least two such names with numbers. AIF360 subtracts the privileged group from
the unprivileged one and divides by it; values are canonical here. Which tool made them the object does not say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, mapping
from aims_policy.manifest.metrics import metric_of, reading_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
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
_BESIDE = frozenset(["metrics", "privileged_groups", "unprivileged_groups"])


def detect(document: Located) -> str:
    value = mapping(document.value)
    if any(type(inner) in (dict, list) for key, inner in value.items() if key not in _BESIDE):
        return ""
    metrics, _ = _metrics(value)
    return "fairness-metrics" if len(_NAMES & metrics.keys()) >= 2 else ""


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    draft = Draft("Model", document)
    metrics, at = _metrics(value)
    attribute = _attribute(value.get("unprivileged_groups"), ("unprivileged_groups",))
    for name, number in metrics.items():
        if name not in _NAMES and reading_of(metric_of(name), number).value is None:
            continue  # texts and settings beside the numbers
        section = "fairness" if name in _NAMES else ""
        path = draft.measurement(
            name, number, (*at, name, KEY), (*at, name), convention="aif360", section=section
        )
        if attribute and section:
            draft.put(f"{path}.attribute", *attribute)
    if attribute:
        draft.put("fairness.attributes[+]", *attribute)
        draft.used.update([("unprivileged_groups",), ("privileged_groups",)])
    return [draft] if "fairness" in draft.tree else []


def _metrics(value: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    return (mapping(value["metrics"]), ("metrics",)) if type(value.get("metrics")) is dict else (value, ())


def _attribute(groups: Any, at: Steps) -> tuple[str, Steps] | None:
    """Of AIF360's ``[{"sex": 0}]`` the attribute, where there is one."""
    first = mapping(groups[0]) if type(groups) is list and len(groups) == 1 else {}
    names = list(first)
    return (names[0], (*at, 0, names[0], KEY)) if len(names) == 1 else None
