"""SageMaker Clarify's ``analysis.json`` (also smclarify's): bias metrics and explanations as evidence of a model.

A metric compares one group of a facet, named by ``value_or_threshold``, with all others: a report for value 0 and one
for value 1 have opposite signs, so magnitudes are read (`manifest.foreign.metrics` says which name, sign and scale).
Metrics before training are of the labels and have names of their own; a report with nothing else is one on a Dataset.
What could not be computed has ``"value": null`` beside an ``error``, and is a gap for that reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.runs import Run, tool_of

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("sagemaker-clarify",)
TITLE = "SageMaker Clarify analysis"
VERSIONS = "1.0"
STRENGTH = "tool"
YIELDS = {"sagemaker-clarify": ("Model", "Dataset")}
_STAGES = ("post_training_bias_metrics", "pre_training_bias_metrics")
IGNORED = frozenset(
    ["version"] + [f"{stage}.{name}" for stage in _STAGES for name in ("label", "label_value_or_threshold")]
    + [f"{stage}.facets.metrics.description" for stage in _STAGES]
)  # fmt: skip

_METHODS = frozenset(["kernel_shap", "asymmetric_shapley_value", "pdp", "integrated_gradients"])
_NAME = "SageMaker Clarify"

KEYS = told_by(*_STAGES, "explanations")


def detect(document: Located) -> str:
    """By bias metrics with facets, or by explanations with a method of Clarify's."""
    root = Cursor(document.value, ())
    has_facets = any(type(root.to(stage, "facets").value) is dict for stage in _STAGES)
    explained = any(name in _METHODS for name, _ in root.to("explanations").entries())
    return "sagemaker-clarify" if has_facets or explained else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    if type(document.value) is not dict:
        return []
    of_model = root.to("post_training_bias_metrics") or root.to("explanations")
    draft = Draft("Model" if of_model else "Dataset", document)
    for stage in _STAGES:
        for facet, reports in root.to(stage, "facets").entries():
            for report in reports.each():
                _facet(draft, facet, report)
    if not of_model and "quality" in draft.tree:
        draft.put("quality.bias_examined", True, root.to("pre_training_bias_metrics").at)
    for method, explained in root.to("explanations").entries():
        if method in _METHODS:
            draft.put("explainability.methods[+]", method, explained.at)
    return [draft]


def _facet(draft: Draft, facet: str, report: Cursor) -> None:
    group = report.to("value_or_threshold")
    for metric in report.to("metrics").each():
        name, value, error = metric.to("name"), metric.to("value"), metric.to("error")
        if type(name.value) is not str:
            continue
        path = draft.measurement(
            name.value, value.value, name.at, value.at, convention="clarify", section="fairness"
        )
        draft.put(f"{path}.attribute", facet, metric.at)
        draft.text(f"{path}.group", *group)
        Run(tool=tool_of(_NAME, None, (), metric.at)).of_measurement(draft, path)
        draft.used.update((metric.to("description").at, error.at))
        steps = draft.steps(f"{path}.value")
        if steps in draft.gaps and type(error.value) is str:
            draft.gaps[steps] = f"not computed: {error.value}"
