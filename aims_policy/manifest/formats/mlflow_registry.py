"""Registered model versions of MLflow's REST API (JSON), with the run that logged them where it is beside, to Models.

Read are ``{"model_version": {...}}``, a bare version, a list of them (``model_versions``) and registered models
with their ``latest_versions``; ``run`` may stand beside or inside. Metrics, parameters and tags are lists of key and
value, as the API gives them, or mappings, as its Python client does.

MLflow knows no approval. A version's ``status`` says that it was registered, an alias is a name like any other, so both
tell nothing of approval; the four words of ``current_stage`` do tell the stage. Tags are labels; those named
``approval_status``, ``approved_by`` and ``approved_on`` say what their names say. Metrics of a run are measurements on
the dataset that they name themselves (MLflow 3), and on none otherwise: a run does not say which of its inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.mlflow_runs import pairs, put_metrics, put_parameters, put_tag, read_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("mlflow-model-version",)
TITLE = "MLflow registered model version"
VERSIONS = "REST API 2.0"
STRENGTH = "declared"
IGNORED = frozenset(
    """status status_message user_id creation_timestamp last_updated_timestamp run_link next_page_token
    registered_models.name registered_model.creation_timestamp registered_model.last_updated_timestamp
    run.info.run_uuid run.info.experiment_id run.info.user_id run.info.status run.info.start_time
    run.info.artifact_uri run.info.lifecycle_stage run.info.run_name run.info.run_id
    run.data.metrics.step""".split()  # noqa: SIM905 - a list of words reads better
    + [
        f"{frame}.{name}"
        for frame in (
            *("model_version", "model_versions", "registered_model.latest_versions"),
            *("registered_models", "registered_models.latest_versions"),
        )
        for name in ("status", "status_message", "user_id", "creation_timestamp", "last_updated_timestamp")
    ]
)

_STAGES = {"production": "production", "staging": "staging", "archived": "retired"}
_FRAMES = ("model_version", "model_versions", "registered_model", "registered_models", "latest_versions")
_NOTHING = Cursor(None, ())
_OWN_FIELDS = frozenset(
    ["source", "run_id", "current_stage", "creation_timestamp", "user_id", "aliases", "run_link"]
)

KEYS = told_by(*_FRAMES, "version")


def detect(document: Located) -> str:
    root = Cursor(document.value, ())
    if type(root.value) is dict and not root.has(*_FRAMES):
        return "mlflow-model-version" if _is_version(root) else ""
    found = next(_versions(root), None)
    return "" if found is None else "mlflow-model-version"


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    return [
        _draft(document, version, registered, version.to("run") or root.to("run"))
        for version, registered in _versions(root)
    ]


def _versions(root: Cursor) -> Iterator[tuple[Cursor, Cursor]]:
    """Each version with the registered model that it stands in, if it does."""
    models = [*root.to("registered_model").each(), *root.to("registered_models").each(), root]
    for registered in models:
        for version in registered.to("latest_versions").each():
            if _is_version(version):
                yield version, registered
    for place in (root.to("model_version"), root.to("model_versions"), root):
        for version in place.each():
            if _is_version(version):
                yield version, _NOTHING


def _is_version(one: Cursor) -> bool:
    """``name`` and ``version`` are anybody's; with two more of MLflow's own fields they are MLflow's."""
    fields = one.value if type(one.value) is dict else {}
    return "name" in fields and "version" in fields and len(fields.keys() & _OWN_FIELDS) >= 2


def _draft(document: Located, version: Cursor, registered: Cursor, run: Cursor) -> Draft:
    draft = Draft("Model", document)
    draft.text("metadata.name", *version.to("name"))
    draft.text("metadata.version", *version.to("version"))
    draft.text("metadata.description", *(version.to("description") or registered.to("description")))
    draft.text("provenance.artifact", *version.to("source"))
    draft.text("provenance.training_run", *version.to("run_id"))
    stage = version.to("current_stage")
    if type(stage.value) is str:  # the text "None" says that it is in no stage
        draft.put("lifecycle.stage", _STAGES.get(stage.value.lower(), stage.value), stage.at)
    _aliases(draft, version, registered)
    for key, tag in pairs(draft, version.to("tags")):
        put_tag(draft, key, tag, version.to("version"))
    read_run(draft, run)
    if not run:  # the Python client of MLflow 3 keeps them with the version, too
        put_parameters(draft, version.to("params"))
        put_metrics(draft, version.to("metrics"))
    draft.used.update(
        field.at for name, field in registered.entries() if name in ("name", "description", "aliases")
    )
    return draft


def _aliases(draft: Draft, version: Cursor, registered: Cursor) -> None:
    """Of the version itself, else those of the registered model that mean this version."""
    own, label = version.to("aliases"), 'metadata.labels["mlflow.aliases"]'
    if own.value:
        draft.text(label, *own)
        return
    listed = [(one.to("alias"), one.to("version")) for one in registered.to("aliases").each()]
    meant = [
        alias for alias, number in listed if number and str(number.value) == str(version.to("version").value)
    ]
    if meant and all(type(alias.value) is str for alias in meant):
        draft.text(label, ", ".join(alias.value for alias in meant), meant[0].at)
