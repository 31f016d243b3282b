"""Models in the registry of Vertex AI, as ``gcloud ai models describe`` and the REST API tell of them.

Vertex gives a model a number, which stands in its resource name, and people call it by its display name; so that is
the manifest's, and the resource name is a label. A version's aliases are names like any other, and a deployment to an
endpoint does not say which environment that endpoint is. When a version was uploaded is not when the model was made.
An explanation that is configured is a method by which the model is explained when it is asked to.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("vertex-model",)
TITLE = "Vertex AI model"
VERSIONS = "REST API v1 and v1beta1, JSON and YAML"
STRENGTH = "declared"
IGNORED = frozenset(
    """versionCreateTime versionUpdateTime createTime updateTime etag supportedExportFormats
    supportedDeploymentResourcesTypes supportedInputStorageFormats supportedOutputStorageFormats metadataSchemaUri
    metadataArtifact satisfiesPzs satisfiesPzi containerSpec.command containerSpec.args containerSpec.env
    containerSpec.ports containerSpec.predictRoute containerSpec.healthRoute containerSpec.deploymentTimeout
    containerSpec.sharedMemorySizeMb containerSpec.healthProbe containerSpec.startupProbe containerSpec.livenessProbe
    containerSpec.grpcPorts containerSpec.invokeRoutePrefix checkpoints defaultCheckpointId
    baseModelSource.modelGardenSource.skipHfModelCache modelSourceInfo.copy""".split()  # noqa: SIM905 - a list of words
)

_NAME = re.compile(r"projects/[^/]+/locations/[^/]+/models/[^/]+")
_OF_MODELS = frozenset(
    """versionId versionAliases artifactUri containerSpec modelSourceInfo trainingPipeline
    supportedDeploymentResourcesTypes baseModelSource""".split()  # noqa: SIM905 - a list of words reads better
)
KEYS = told_by(*_OF_MODELS)
_METHODS = {
    "sampledShapleyAttribution": "sampled Shapley",
    "integratedGradientsAttribution": "integrated gradients",
    "xraiAttribution": "XRAI",
    "examples": "example-based",
}


def detect(document: Located) -> str:
    """By a model's resource name, which those of Google's older AutoML have as well, and a field of this registry."""
    value = document.value
    name = value.get("name") if type(value) is dict else None
    if type(name) is not str or not _NAME.fullmatch(name):
        return ""
    return "vertex-model" if value.keys() & _OF_MODELS else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    if not root.to("name") and not root.to("displayName"):
        return []
    draft = Draft("Model", document)
    draft.text("metadata.name", *root.to("displayName"))
    draft.text("metadata.version", *root.to("versionId"))
    draft.text("metadata.description", *(root.to("description") or root.to("versionDescription")))
    draft.label("vertex.name", *root.to("name"))
    if root.to("versionAliases").value:
        draft.text('metadata.labels["vertex.aliases"]', *root.to("versionAliases"))
    for name, label in root.to("labels").entries():
        draft.label(name, *label)
    _origin(draft, root)
    image = root.to("containerSpec", "imageUri")
    if image:
        draft.text("tooling.components[0].name", *image)
        draft.put("tooling.components[0].purpose", "serving", image.at)
    for name, parameters in root.to("explanationSpec", "parameters").entries():
        if name in _METHODS:
            draft.put("explainability.methods[+]", _METHODS[name], parameters.at)
    return [draft]


def _origin(draft: Draft, root: Cursor) -> None:
    draft.text("provenance.artifact", *root.to("artifactUri"))
    draft.text("provenance.training_run", *(root.to("trainingPipeline") or root.to("pipelineJob")))
    draft.label("vertex.source", *root.to("modelSourceInfo", "sourceType"))
    draft.label("vertex.copy_of", *root.to("originalModelInfo", "model"))
    source = root.to("baseModelSource")
    garden = source.to("modelGardenSource")
    base = garden.to("publicModelName") or source.to("genieSource", "baseModelUri")
    if base:
        draft.put("provenance.base_models[0].ref", *base)
        draft.label("vertex.base_model_version", *garden.to("versionId"))
