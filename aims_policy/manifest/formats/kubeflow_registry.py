"""Objects of Kubeflow's model registry (REST API): a registered model, a version of one, the artifacts of a version.

Each is told by itself, and knows the others by number: a version names no model, and its ``name`` is the version. So
each is evidence of the model that it is given for. An owner answers for a model, an author of a version need not. The
state ``LIVE`` says that the entry is not archived, and nothing of where the model is used. What was registered from a
catalog is built from the catalog's model. Metrics and parameters among the artifacts are what a run logged; what it
logged of its training is no evaluation. A custom property that is a number, by the name of a known metric, is a
measurement as well; all other properties are labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.kubeflow import OF_THE_ENTRY, describe, label_properties
from aims_policy.manifest.foreign.splits import is_no_evaluation, plain_metric
from aims_policy.manifest.paths import path_text

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("kubeflow-registered-model", "kubeflow-model-version", "kubeflow-artifacts")
TITLE = "Kubeflow model registry"
VERSIONS = "API v1alpha3"
STRENGTH = "declared"
KEYS = told_by("createTimeSinceEpoch", "registeredModelId", "artifactType", "items")
_OF_ARTIFACTS = """name description state artifactType storageKey storagePath serviceAccountName modelSourceGroup
    modelSourceName modelSourceKind modelSourceClass step parameterType sourceType source schema profile experimentId
    experimentRunId""".split()  # noqa: SIM905 - a list of words reads better
IGNORED = frozenset(
    ["registeredModelId", "nextPageToken", "pageSize", "size", "state", *OF_THE_ENTRY, *_OF_ARTIFACTS]
    + [f"items.{name}" for name in (*OF_THE_ENTRY, *_OF_ARTIFACTS)]
)

_STATES = {"LIVE": "", "ARCHIVED": "retired"}
_OF_OTHERS = frozenset(
    """servingEnvironmentId modelVersionId experimentId artifactType runtime desiredState source_id
    endTimeSinceEpoch""".split()  # noqa: SIM905 - a list of words reads better
)
"""Fields of what the registry keeps besides, and of the catalog's models."""


def detect(document: Located) -> str:
    """By the fields that tell the registry's objects from each other: all of them have a name and a time."""
    value = document.value
    if type(value) is not dict:
        return ""
    items = value.get("items")
    artifacts = items if type(items) is list else [value]
    if any(_is_model_artifact(one) for one in artifacts):
        return "kubeflow-artifacts" if all(map(_is_artifact, artifacts)) else ""
    if type(value.get("name")) is not str or not value.keys().isdisjoint(_OF_OTHERS):
        return ""
    if type(value.get("registeredModelId")) is str:
        return "kubeflow-model-version"
    state = value.get("state")
    if type(value.get("createTimeSinceEpoch")) is not str or type(state) is not str or state not in _STATES:
        return ""
    return "kubeflow-model-version" if "author" in value else "kubeflow-registered-model"


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    root = Cursor(document.value, ())
    draft = Draft("Model", document)
    if format == "kubeflow-artifacts":
        for one in (root.to("items") or root).each():
            _artifact(draft, one)
    elif format == "kubeflow-model-version":
        draft.text("metadata.version", *root.to("name"))
        draft.text("metadata.description", *root.to("description"))
        draft.label("kubeflow.author", *root.to("author"))
        label_properties(draft, root)
    else:
        describe(draft, root)
        draft.text("metadata.owner", *root.to("owner"))
    if format != "kubeflow-artifacts" and (stage := _STATES.get(str(root.to("state").value))):
        draft.put("lifecycle.stage", stage, root.to("state").at)
    return [draft] if draft.tree else []


def nearly(document: Located) -> str:
    value = document.value
    if type(value) is not dict or type(value.get("createTimeSinceEpoch")) is not str or "name" not in value:
        return ""
    return (
        "this object of Kubeflow's model registry does not say whether it is a model or a version of one: "
        "`--as kubeflow-registered-model` or `--as kubeflow-model-version` does"
    )


def _is_artifact(one: Any) -> bool:
    return type(one) is dict and type(one.get("artifactType")) is str and type(one.get("state", "")) is str


def _is_model_artifact(one: Any) -> bool:
    """The object that says where a model's files are; a document or a metric by itself is of no model."""
    return _is_artifact(one) and one["artifactType"] == "model-artifact" and "uri" in one


def _artifact(draft: Draft, one: Cursor) -> None:
    kind = one.to("artifactType").value
    name = one.to("name")
    if kind == "model-artifact":
        _model_artifact(draft, one)
    elif kind == "metric" and type(name.value) is str and not is_no_evaluation(name.value):
        path = draft.measurement(plain_metric(name.value), one.to("value").value, name.at, one.to("value").at)
        draft.put(f"{path}.source_metric", name.value, name.at)
        draft.moment(f"{path}.date", *one.to("timestamp"))
    elif kind == "parameter" and type(name.value) is str:
        draft.text(path_text(("design", "hyperparameters", name.value)), *one.to("value"))
    elif kind == "dataset-artifact":
        path = draft.entry("training_data.datasets")
        draft.text(f"{path}.ref", *name)
        if not name:  # it was used all the same, and rules must see that they do not know what it is
            draft.gap(f"{path}.ref", "the dataset is not named", one.at)
        draft.digest(f"{path}.digest", *one.to("digest"))
    elif kind == "doc-artifact":
        path = draft.entry("documentation")
        draft.text(f"{path}.title", *name)
        draft.text(f"{path}.location", *one.to("uri"))


def _model_artifact(draft: Draft, one: Cursor) -> None:
    draft.text("provenance.artifact", *one.to("uri"))
    draft.text("tooling.components[0].name", *one.to("modelFormatName"))
    draft.text("tooling.components[0].version", *one.to("modelFormatVersion"))
    if one.to("modelSourceKind").value == "catalog" and one.to("modelSourceName"):
        draft.put("provenance.base_models[0].ref", *one.to("modelSourceName"))
    elif one.to("modelSourceClass").value == "pipelinerun":
        draft.text("provenance.training_run", *one.to("modelSourceId"))
    label_properties(draft, one)
