"""What MLflow's tracking server tells of a run and of a logged model (MLflow 3), REST API or Python client, to a Model.

Read are the answers of the API (``{"run": …}``, ``{"model": …}``, pages with ``runs`` and ``models``), the same without
that frame, and what the client's `to_dictionary` gives. A run names no model. Metrics are measurements on the dataset
that they name themselves; of a run's metrics no other dataset is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.mlflow_runs import pairs, put_metrics, put_parameters, put_tag, read_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("mlflow-run", "mlflow-logged-model")
TITLE = "MLflow run or logged model"
VERSIONS = "REST API 2.0"
STRENGTH = "declared"
IGNORED = frozenset(
    """next_page_token status status_message experiment_id creation_timestamp creation_timestamp_ms
    last_updated_timestamp last_updated_timestamp_ms source_type source_id creator_id registrations outputs""".split()  # noqa: SIM905 - a list of words
)

_FRAMES = ("run", "runs", "info", "model", "models", "model_id")
_PAGES = frozenset(["run", "runs", "next_page_token"])
_OF_RUNS = frozenset(["info", "data", "inputs", "outputs"])
_OF_MODELS = frozenset(["artifact_uri", "artifact_location", "source_run_id", "status", "experiment_id"])

KEYS = told_by(*_FRAMES)


def detect(document: Located) -> str:
    root = Cursor(document.value, ())
    if type(root.value) is dict and not root.has(*_FRAMES):
        return ""
    if any(True for _ in _runs(root)):
        return "mlflow-run"
    return "mlflow-logged-model" if any(True for _ in _models(root)) else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    root = Cursor(document.value, ())
    if format == "mlflow-run":
        return [_run(document, run) for run in _runs(root)]
    return [_model(document, info, data) for info, data in _models(root)]


def _runs(root: Cursor) -> Iterator[Cursor]:
    beside = root.value.keys() - _PAGES if type(root.value) is dict else set()
    for place in ((), ("run",), ("runs",)) if not beside else ((),):
        for one in root.to(*place).each():
            is_run = type(one.value) is dict and one.value.keys() <= _OF_RUNS
            if is_run and one.to("info", "run_id") and type(one.to("data").value) is dict:
                yield one


def _run(document: Located, run: Cursor) -> Draft:
    draft = Draft("Model", document)
    draft.text("provenance.training_run", *run.to("info", "run_id"))
    read_run(draft, run)
    draft.used.update(field.at for _, field in run.to("info").entries())
    return draft


def _models(root: Cursor) -> Iterator[tuple[Cursor, Cursor]]:
    """What is told of each logged model, and its metrics and parameters: beside that, or in the same mapping."""
    for place in (("model",), ("models",), ()):
        for one in root.to(*place).each():
            info = one.to("info") or one
            fields = info.value if type(info.value) is dict else {}
            if "model_id" in fields and len(fields.keys() & _OF_MODELS) >= 2:
                yield info, one.to("data") or one


def _model(document: Located, info: Cursor, data: Cursor) -> Draft:
    draft = Draft("Model", document)
    draft.text("metadata.name", *info.to("name"))
    draft.text("metadata.labels.model_id", *info.to("model_id"))
    draft.label("mlflow.model_type", *info.to("model_type"))
    draft.text("provenance.artifact", *(info.to("artifact_uri") or info.to("artifact_location")))
    draft.text("provenance.training_run", *info.to("source_run_id"))
    draft.moment("provenance.created", *(info.to("creation_timestamp_ms") or info.to("creation_timestamp")))
    for key, tag in pairs(draft, info.to("tags")):
        put_tag(draft, key, tag, Cursor(None, ()))
    put_parameters(draft, data.to("params"))
    put_metrics(draft, data.to("metrics"))
    draft.used.update(field.at for name, field in info.entries() if name in IGNORED)
    return draft
