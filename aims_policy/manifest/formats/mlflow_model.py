"""MLflow's ``MLmodel`` file (YAML), which stands beside every logged model, to a Model.

It says what the model was saved with, by which run, and what goes in and comes out (a signature: JSON text inside the
YAML). It says nothing of approval, purpose or quality. Its free ``metadata`` become labels. A base model is read only
where a flavor names the Hub model it was saved from: ``metadata.base_model_name`` of Azure's registry names the model
itself as often as another one. A loader of the file: ``mlflow.models.Model.load``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, opened, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.mlflow_flavors import put_package, read_flavor

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("mlflow-model",)
TITLE = "MLflow model (MLmodel)"
VERSIONS = "MLflow 1 to 3"
STRENGTH = "declared"
KEYS = told_by("flavors")
IGNORED = frozenset(
    """is_signature_from_type_hint type_hint_from_example model_size_bytes saved_input_example_info.artifact_path
    saved_input_example_info.pandas_orient saved_input_example_info.serving_input_path saved_input_example_info.type
    model_uuid saved_input_example_info""".split()  # noqa: SIM905 - a list of words reads better
)


def detect(document: Located) -> str:
    """By ``flavors``, a mapping of mappings, beside one of the other fields that MLflow itself writes."""
    value = document.value
    if (
        type(value) is not dict
        or type(value.get("flavors")) is not dict
        or "$schema" in value
        or "id" in value
    ):
        return ""  # a registry's entry may repeat the flavors, and has more to say than they do
    written = ("mlflow_version", "model_uuid", "utc_time_created", "artifact_path", "run_id", "signature")
    flavors = value["flavors"].values()
    is_one = all(type(f) is dict for f in flavors) and any(name in value for name in written)
    return "mlflow-model" if is_one or "python_function" in value["flavors"] else ""


def convert(document: Located, _format: str) -> list[Draft]:
    for side in ("inputs", "outputs", "params"):
        document = opened(document, ("signature", side))
    root = Cursor(document.value, ())
    if not root.to("flavors"):
        return []
    draft = Draft("Model", document)
    draft.text("provenance.artifact", *root.to("artifact_path"))
    draft.text("provenance.training_run", *root.to("run_id"))
    draft.text("provenance.created", *root.to("utc_time_created"))
    draft.text("metadata.labels.model_id", *root.to("model_id"))
    for name, entry in root.to("metadata").entries():
        draft.label(name, *entry)
    _signature(draft, root.to("signature"))
    for flavor, entry in root.to("flavors").entries():
        read_flavor(draft, flavor, entry)
    put_package(draft, "mlflow", root.to("mlflow_version"))
    return [draft]


def _signature(draft: Draft, signature: Cursor) -> None:
    for side in ("inputs", "outputs"):
        for column in signature.to(side).each():
            draft.used.add(column.at)
            told = column.to("name") or column.to("tensor-spec", "dtype") or column.to("type")
            draft.text(f"design.{side}[+]", *told)
    for parameter in signature.to("params").each():
        draft.used.add(parameter.at)
        draft.text("design.inputs[+]", *parameter.to("name"))
