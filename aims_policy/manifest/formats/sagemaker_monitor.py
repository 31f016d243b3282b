"""SageMaker Model Monitor's ``statistics.json``, ``constraints.json`` and ``constraint_violations.json``.

Of a model's quality: statistics are measurements, constraints the thresholds that are watched, a violation a criterion
that was not met. Of data: statistics count records, features and missing values, constraints demand a completeness,
a violation is a demand that was not met. In all of them a text "NaN" stands for what could not be computed. Figures of
the best constant classifier are not the model's, and a violation's numbers stand in prose: neither is read.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.metrics import metric_of
from aims_policy.manifest.foreign.runs import Run, given, tool_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = (
    "sagemaker-model-quality", "sagemaker-model-constraints", "sagemaker-data-statistics",
    "sagemaker-data-constraints", "sagemaker-violations",
)  # fmt: skip
TITLE = "SageMaker Model Monitor report"
VERSIONS = "0.0"
STRENGTH = "tool"
YIELDS = {
    "sagemaker-data-statistics": ("Dataset",),
    "sagemaker-data-constraints": ("Dataset",),
    "sagemaker-violations": ("Model", "Dataset"),
}
IGNORED = frozenset(
    """version monitoring_config dataset.start_time dataset.end_time features.inferred_type violations.description
    violations.facet violations.facet_value violations.label""".split()  # noqa: SIM905 - a list of words
)

_PROBLEMS = ("binary_classification", "multiclass_classification", "regression")
_TOLD_BY = (
    *(f"{problem}_{of}" for problem in _PROBLEMS for of in ("metrics", "constraints")), "features", "violations",
)  # fmt: skip
_OPERATORS = {"GreaterThanThreshold": False, "LessThanThreshold": True}
_NAME = "SageMaker Model Monitor"

KEYS = told_by(*_TOLD_BY)


def detect(document: Located) -> str:
    root = Cursor(document.value, ())
    if any(_is_figures(root.to(f"{problem}_metrics"), "value") for problem in _PROBLEMS):
        return "sagemaker-model-quality"
    if any(_is_figures(root.to(f"{problem}_constraints"), "threshold") for problem in _PROBLEMS):
        return "sagemaker-model-constraints"
    first = next(root.to("features").each(), Cursor(None, ()))
    if first.to("inferred_type") and first.to("name"):
        has_counts = bool(root.to("dataset", "item_count"))
        return "sagemaker-data-statistics" if has_counts else "sagemaker-data-constraints"
    violation = next(root.to("violations").each(), Cursor(None, ()))
    return "sagemaker-violations" if violation.to("constraint_check_type") else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    root = Cursor(document.value, ())
    if type(document.value) is not dict:
        return []
    of_model = format.startswith("sagemaker-model") or any(
        v.to("metric_name") for v in root.to("violations").each()
    )
    draft = Draft("Model" if of_model else "Dataset", document)
    {
        "sagemaker-model-quality": _quality,
        "sagemaker-model-constraints": _limits,
        "sagemaker-data-statistics": _statistics,
        "sagemaker-data-constraints": _completeness,
        "sagemaker-violations": _violations,
    }[format](draft, root)
    return [draft]


def _is_figures(section: Cursor, name: str) -> bool:
    return any(entry.to(name) for _, entry in section.entries())


def _quality(draft: Draft, root: Cursor) -> None:
    for problem in _PROBLEMS:
        for name, entry in root.to(f"{problem}_metrics").entries():
            draft.used.add(entry.at)
            value = entry.to("value")
            if name.endswith("_best_constant_classifier") or type(value.value) not in (str, int, Decimal):
                continue
            run = Run(
                tool=tool_of(_NAME, None, (), entry.at),
                date=given(*root.to("dataset", "evaluation_time")),
                sample_size=given(*root.to("dataset", "item_count")),
            )
            run.of_measurement(draft, draft.measurement(name, value.value, entry.at, value.at))


def _limits(draft: Draft, root: Cursor) -> None:
    for problem in _PROBLEMS:
        for name, entry in root.to(f"{problem}_constraints").entries():
            threshold, operator = entry.to("threshold"), entry.to("comparison_operator")
            path = draft.entry("monitoring.metrics")
            draft.put(f"{path}.metric", metric_of(name).name, entry.at)
            draft.number(f"{path}.alert_threshold", *threshold)
            if type(operator.value) is str and operator.value in _OPERATORS:
                draft.put(f"{path}.higher_is_better", _OPERATORS[operator.value], operator.at)
            draft.used.update((threshold.at, operator.at))


def _statistics(draft: Draft, root: Cursor) -> None:
    draft.number("content.records", *root.to("dataset", "item_count"))
    for feature, name in _features(draft, root):
        for kind in ("numerical_statistics", "string_statistics"):
            missing = feature.to(kind, "common", "num_missing")
            draft.used.add(feature.to(kind).at)
            if missing:
                path = draft.measurement("missing_values", missing.value, missing.at, missing.at)
                draft.put(f"{path}.attribute", *name)
                date = given(*root.to("dataset", "evaluation_time"))
                Run(tool=tool_of(_NAME, None, (), missing.at), date=date).of_measurement(draft, path)


def _completeness(draft: Draft, root: Cursor) -> None:
    for feature, name in _features(draft, root):
        least = feature.to("completeness")
        draft.used.update(feature.to(kind).at for kind in ("num_constraints", "string_constraints"))
        if least:
            path = draft.entry("quality.requirements")
            draft.put(f"{path}.measure", f"completeness {name.value}", feature.at)
            draft.number(f"{path}.minimum", *least)


def _features(draft: Draft, root: Cursor) -> Iterator[tuple[Cursor, Cursor]]:
    """Each feature that has a name, and the name."""
    for feature in root.to("features").each():
        name = feature.to("name")
        if type(name.value) is str:
            draft.put("content.features[+]", *name)
            yield feature, name


def _violations(draft: Draft, root: Cursor) -> None:
    for violation in root.to("violations").each():
        check, metric = violation.to("constraint_check_type"), violation.to("metric_name")
        subject = metric or violation.to("feature_name")
        if type(check.value) is not str or type(subject.value) is not str:
            continue
        draft.used.update((check.at, subject.at))
        if draft.kind == "Model":
            path = draft.entry("evaluation.criteria")
            convention = "clarify" if violation.to("facet") else ""
            draft.put(f"{path}.metric", metric_of(subject.value, convention).name, subject.at)
            draft.put(f"{path}.met", False, check.at)
        else:
            path = draft.entry("quality.requirements")
            draft.put(f"{path}.measure", f"{check.value} {subject.value}", violation.at)
            draft.put(f"{path}.passed", False, check.at)
