"""SageMaker Clarify's ``analysis_config.json``: what an analysis was asked for, as declared of the model it names.

It tells which attributes are looked at and how predictions are explained; what came out, ``analysis.json`` tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("sagemaker-clarify-config",)
TITLE = "SageMaker Clarify analysis configuration"
VERSIONS = "1.0"
STRENGTH = "declared"
KEYS = told_by("methods")
IGNORED = frozenset(
    """version dataset_type dataset_uri headers label label_headers label_values_or_threshold group_variable
    probability_threshold features joinsource_name_or_index predicted_label predicted_label_headers
    predicted_label_dataset_uri excluded_columns time_series_data_config facet.value_or_threshold""".split()  # noqa: SIM905 - a list of words reads better
)

_BIAS = frozenset(["pre_training_bias", "post_training_bias"])
_EXPLAINING = frozenset(["shap", "pdp", "asymmetric_shapley_value"])


def detect(document: Located) -> str:
    """By a method of Clarify's under ``methods``, beside a field that only its configuration has."""
    root = Cursor(document.value, ())
    methods = {name for name, _ in root.to("methods").entries()}
    beside = any(
        root.to(name) for name in ("dataset_type", "facet", "predictor", "label_values_or_threshold")
    )
    return "sagemaker-clarify-config" if beside and methods & (_BIAS | _EXPLAINING) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    if not root.to("methods"):
        return []
    draft = Draft("Model", document)
    draft.text("metadata.name", *root.to("predictor", "model_name"))
    draft.used.update((root.to("predictor").at, root.to("methods").at))
    for facet in root.to("facet").each():
        draft.text("fairness.attributes[+]", *facet.to("name_or_index"))
    for name, method in root.to("methods").entries():
        if name in _EXPLAINING:
            draft.put("explainability.methods[+]", name, method.at)
    return [draft]
