"""Evaluations of models in the registry of Vertex AI, of all test data and of slices of it, to a Model.

They are what ``models.evaluations`` of the REST API tells. An evaluation knows its model by number only, so it names
none here, and is evidence of the model that it is given for. Anybody may import an evaluation, with whatever numbers,
and none says whether it was imported: it is declared, not a tool's. ``confidenceMetrics`` are the points of a curve;
only where there is one, it is the result. What holds of one overlap of boxes, or of one quantile, is not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.metrics import exact_number, is_known
from aims_policy.source.numbers import NotFinite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("vertex-evaluation",)
TITLE = "Vertex AI model evaluation"
VERSIONS = "REST API v1 and v1beta1, JSON and YAML"
STRENGTH = "declared"
KEYS = told_by("metricsSchemaUri")
IGNORED = frozenset(
    """name displayName metricsSchemaUri sliceDimensions dataItemSchemaUri annotationSchemaUri
    metadata.pipeline_job_id metadata.pipeline_job_resource_name metadata.evaluation_dataset_type
    metadata.row_based_metrics_path metrics.confidenceMetrics.confidenceThreshold""".split()  # noqa: SIM905 - a list of words reads better
)

_SCHEMA = re.compile(r"gs://google-cloud-aiplatform/schema/modelevaluation/.*")
_NAME = re.compile(r"projects/.*/models/[^/]+/evaluations/.*")
_NOT_OF_THE_MODEL = re.compile(r".*(?:Count|Threshold|At1)|labelIndex|maxPredictions")
_NAMES = {
    "rSquared": "r2",
    "boundingBoxMeanAveragePrecision": "map",
    "f1ScoreMicro": "f1_micro",
    "f1ScoreMacro": "f1_macro",
}
"""Those that say the same in other words. `auPrc`, `f1Score` and most others are known as they are."""
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OF_CLASSES = "annotationSpec"


def detect(document: Located) -> str:
    """By a schema of Vertex's own metrics, or the resource name of an evaluation beside any schema."""
    value = document.value
    if type(value) is not dict or type(value.get("metrics")) is not dict:
        return ""
    schema, name = value.get("metricsSchemaUri"), value.get("name")
    if type(schema) is not str:
        return ""
    named = type(name) is str and _NAME.fullmatch(name)
    return "vertex-evaluation" if named or _SCHEMA.fullmatch(schema) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    if not root.to("metrics"):
        return []
    draft = Draft("Model", document)
    for name, value in _measured(root.to("metrics")):
        known = _NAMES.get(name) or (name if is_known(name) else _WORDS.sub("_", name).lower())
        path = draft.measurement(known, value.value, value.at, value.at)
        draft.put(f"{path}.source_metric", name, value.at)
        _of(draft, path, root)
    for one in root.to("explanationSpecs").each():
        draft.texts("explainability.methods", *one.to("explanationType"))
    return [draft]


def _measured(metrics: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Numbers by the names of their metrics; of the points of a curve those of its only one."""
    numbers = [(name, value) for name, value in metrics.entries() if _is_number(value.value)]
    numbers = [(name, value) for name, value in numbers if not _NOT_OF_THE_MODEL.fullmatch(name)]
    yield from numbers
    points = list(metrics.to("confidenceMetrics").each())
    if len(points) == 1:
        whole = {name for name, _ in numbers}
        yield from ((name, value) for name, value in _measured(points[0]) if name not in whole)


def _is_number(value: Any) -> bool:
    """JSON of protocol buffers has large numbers, and those that are not finite, as texts."""
    return (
        exact_number(value) is not None
        or type(value) is NotFinite
        or value in ("NaN", "Infinity", "-Infinity")
    )


def _of(draft: Draft, path: str, root: Cursor) -> None:
    """What is said once and holds of each number: when, on what data, on which slice of it."""
    draft.moment(f"{path}.date", *root.to("createTime"))
    draft.text(f"{path}.dataset", *root.to("metadata", "evaluation_dataset_path"))
    given = root.to("slice")
    dimension, features = given.to("dimension"), list(given.to("sliceSpec", "configs").entries())
    draft.used.add(dimension.at)
    for name, config in features[:1] if len(features) == 1 else ():
        draft.put(f"{path}.attribute", name, config.at)
        value = config.to("value")
        draft.text(f"{path}.group", *(value.to("stringValue") or value.to("floatValue")))
    draft.text(f"{path}.group", *given.to("value"))
    if not features and type(dimension.value) is str and dimension.value not in ("slice", _OF_CLASSES):
        draft.text(f"{path}.attribute", *dimension)
