"""The model card of Google's Model Card Toolkit, and of CycloneDX, which took it over in another spelling.

What the two have in common is read here: metrics, users and uses, limitations, ethics and fairness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.manifest.paths import Steps


class Spelling(NamedTuple):
    """How one of the two calls the fields. Of several names for a field all are read."""

    metrics: str
    interval: str
    lower: str
    upper: str
    considerations: dict[str, str]
    ethics: str
    fairness: tuple[str, ...]
    group: str
    mitigation: str


CYCLONEDX = Spelling(
    "performanceMetrics", "confidenceInterval", "lowerBound", "upperBound",
    {
        "users": "intended_use.users",
        "useCases": "intended_use.use_cases",
        "technicalLimitations": "limitations.known",
        "performanceTradeoffs": "limitations.tradeoffs",
    },
    # The second name is not the schema's, but generators write it (sbom-tools, pull request 239).
    "ethicalConsiderations", ("fairnessAssessments", "fairnessConsiderations"), "groupAtRisk", "mitigationStrategy",
)  # fmt: skip
TOOLKIT = Spelling(
    "performance_metrics", "confidence_interval", "lower_bound", "upper_bound",
    {
        "users": "intended_use.users",
        "use_cases": "intended_use.use_cases",
        "limitations": "limitations.known",
        "tradeoffs": "limitations.tradeoffs",
    },
    "ethical_considerations", ("fairness_assessment",), "group_at_risk", "mitigation_strategy",
)  # fmt: skip


def metrics(draft: Draft, analysis: dict[str, Any], at: Steps, says: Spelling) -> None:
    """The measurements of a quantitative analysis, with slice and confidence interval."""
    for metric, place in elements(analysis.get(says.metrics), (*at, says.metrics)):
        if type(metric) is not dict:
            continue
        path = draft.measurement(metric.get("type"), metric.get("value"), (*place, "type"), (*place, "value"))
        draft.text(f"{path}.group", metric.get("slice"), (*place, "slice"))
        interval, origin = mapping(metric.get(says.interval)), (*place, says.interval)
        draft.number(f"{path}.lower", interval.get(says.lower), (*origin, says.lower))
        draft.number(f"{path}.upper", interval.get(says.upper), (*origin, says.upper))


def considerations(draft: Draft, given: dict[str, Any], at: Steps, says: Spelling) -> None:
    if not given:
        return
    for name, path in says.considerations.items():
        for item, place in elements(given.get(name), (*at, name)):
            draft.put(f"{path}[+]", *described(item, place))
    for item, place in elements(given.get(says.ethics), (*at, says.ethics)):
        _risk(draft, item, place, says)
    for name in says.fairness:
        for item, place in elements(given.get(name), (*at, name)):
            entry = mapping(item)
            draft.texts("fairness.groups", entry.get(says.group), (*place, says.group))
            draft.texts("fairness.mitigations", entry.get(says.mitigation), (*place, says.mitigation))
            if entry.get("harms") is not None:
                risk = draft.entry("risk.entries")
                draft.put(f"{risk}.description", entry["harms"], (*place, "harms"))


def _risk(draft: Draft, item: Any, place: Steps, says: Spelling) -> None:
    """An ethical consideration: its name, or the description that some generators write instead."""
    entry, path = mapping(item), draft.entry("risk.entries")
    called = "name" if entry.get("name") is not None else "description"
    if type(item) is str:
        draft.put(f"{path}.description", item, place)
    elif entry.get(called) is not None:
        draft.put(f"{path}.description", entry[called], (*place, called))
    else:
        return
    draft.put(f"{path}.dimension", "ethical", place)
    draft.texts(f"{path}.measures", entry.get(says.mitigation), (*place, says.mitigation))


def described(item: Any, place: Steps) -> tuple[Any, Steps]:
    """The text of an item, which older schemas give bare and newer ones as ``{"description": …}``."""
    if type(item) is dict and "description" in item:
        return item["description"], (*place, "description")
    return item, place
