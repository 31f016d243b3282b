"""Models of the catalog of Kubeflow's model registry: its files (``source`` and ``models``) and what its API tells.

A provider is a supplier. Accuracy on a benchmark is a measurement on it; a ``score_metric`` in per cent says so by its
name. How fast a model answers on which hardware is not read, and neither is the text of its ``readme``: give that as a
card. ``maturity`` is whatever the catalog calls it, so a label.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.kubeflow import OF_THE_ENTRY, describe, label_properties, properties
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.names import Called, told_apart

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("kubeflow-catalog",)
TITLE = "Kubeflow model catalog"
VERSIONS = "API v1alpha1, files and JSON"
STRENGTH = "declared"
KEYS = told_by("models", "source_id")
_OF_ARTIFACTS = ("artifactType", "metricsType", "name", "description")
IGNORED = frozenset(
    [*OF_THE_ENTRY, *(f"artifacts.{name}" for name in (*OF_THE_ENTRY, *_OF_ARTIFACTS))]
    + ["source", *(f"models.{name}" for name in OF_THE_ENTRY)]
    + [f"models.artifacts.{name}" for name in (*OF_THE_ENTRY, *_OF_ARTIFACTS)]
)

_OF_MODELS = frozenset(
    """provider artifacts customProperties libraryName licenseLink tasks readme maturity logo language
    createTimeSinceEpoch""".split()  # noqa: SIM905 - a list of words reads better
)
_OF_THE_API = ("customProperties", "createTimeSinceEpoch", "artifacts", "libraryName")
_PERCENT = "_percent"


def detect(document: Located) -> str:
    """A file of ``source`` and ``models`` and nothing else; or a model that names its source, as the API tells it."""
    value = document.value
    if type(value) is not dict:
        return ""
    if type(value.get("source_id")) is str:
        return "kubeflow-catalog" if _is_model(value) and not value.keys().isdisjoint(_OF_THE_API) else ""
    models = value.get("models")
    if value.keys() != {"source", "models"} or type(value["source"]) is not str or type(models) is not list:
        return ""
    return "kubeflow-catalog" if models and all(map(_is_model, models)) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    listed = root.to("models")
    models = [one for one in (listed.each() if listed else (root,)) if one.to("name")]
    names = told_apart({at: Called("Model", one.to("name").value) for at, one in enumerate(models)})
    return [_draft(document, one, names.get(at)) for at, one in enumerate(models)]


def _is_model(one: Any) -> bool:
    return type(one) is dict and type(one.get("name")) is str and len(one.keys() & _OF_MODELS) >= 2


def _draft(document: Located, model: Cursor, name: str | None) -> Draft:
    draft = Draft("Model", document)
    draft.text("metadata.name", name, model.to("name").at)
    describe(draft, model)
    for artifact in model.to("artifacts").each():
        if artifact.to("artifactType").value != "metrics-artifact":
            draft.text("provenance.artifact", *artifact.to("uri"))
            label_properties(draft, artifact)
        elif artifact.to("metricsType").value == "accuracy-metrics":
            _accuracy(draft, dict(properties(artifact)))
    return draft


def _accuracy(draft: Draft, told: dict[str, Cursor]) -> None:
    """One score on one benchmark; or by the names of benchmarks the score on each."""
    if "score" in told:
        _score(draft, told["score"], told.get("score_metric"), told.get("benchmark"))
        return
    for name, value in told.items():
        if value.at[-1] == "double_value":
            draft.used.add(value.at[:-1])
            draft.measurement(name, value.value, value.at, value.at)


def _score(draft: Draft, score: Cursor, metric: Cursor | None, benchmark: Cursor | None) -> None:
    name, at = (metric.value, metric.at) if metric else ("score", score.at)
    number = exact_number(score.value)
    if type(name) is str and name.endswith(_PERCENT) and number is not None:
        path = draft.measurement(name.removesuffix(_PERCENT), number / Decimal(100), at, score.at)
        draft.put(f"{path}.source_metric", name, at)
        draft.put(f"{path}.source_value", str(score.value), score.at)
    else:
        path = draft.measurement(name, score.value, at, score.at)
    if benchmark is not None:
        draft.text(f"{path}.dataset", *benchmark)
    draft.used.update(one.at[:-1] for one in (score, metric, benchmark) if one is not None)
