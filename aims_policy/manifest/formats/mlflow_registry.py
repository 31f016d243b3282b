"""Registered model versions of MLflow's REST API (JSON), with the run that logged them where it is beside, to Models.

Read are ``{"model_version": {...}}``, a bare version, a list of them (``model_versions``) and a registered model with
its ``latest_versions``; ``run`` may stand beside or inside. Metrics, parameters and tags are lists of key and value, as
the API gives them, or mappings, as its Python client does.

MLflow knows no approval. A version's ``status`` says that it was registered, an alias is a name like any other, so both
tell nothing of approval; the four words of ``current_stage`` do tell the stage. Tags are labels; those named
``approval_status``, ``approved_by`` and ``approved_on`` say what their names say. Metrics of a run are measurements on
the dataset that they name themselves (MLflow 3), and on none otherwise: a run does not say which of its inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.cursor import Cursor
from aims_policy.manifest.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("mlflow-model-version",)
TITLE = "MLflow registered model version"
VERSIONS = "REST API 2.0"
STRENGTH = "declared"
IGNORED = frozenset(
    """status status_message user_id creation_timestamp last_updated_timestamp run_link next_page_token
    registered_model.creation_timestamp registered_model.last_updated_timestamp
    run.info.run_uuid run.info.experiment_id run.info.user_id run.info.status run.info.start_time
    run.info.artifact_uri run.info.lifecycle_stage run.info.run_name run.info.run_id
    run.data.metrics.step""".split()  # noqa: SIM905 - a list of words reads better
    + [
        f"{frame}.{name}"
        for frame in ("model_version", "model_versions", "registered_model.latest_versions")
        for name in ("status", "status_message", "user_id", "creation_timestamp", "last_updated_timestamp")
    ]
)

_STAGES = {"production": "production", "staging": "staging", "archived": "retired"}
_DECISIONS = {"approved": "approved", "rejected": "rejected", "pending": "pending"}
_APPROVALS = {"approved_by": "approver", "approved_on": "date", "approval_date": "date"}
_SOURCES = {
    "mlflow.source.git.commit": "provenance.commit",
    "mlflow.source.git.repoURL": "provenance.repository",
}
_ROLES = {
    "training": "training", "train": "training", "validation": "validation", "evaluation": "test", "eval": "test",
    "test": "test", "testing": "test",
}  # fmt: skip
_OWN_FIELDS = frozenset(
    ["source", "run_id", "current_stage", "creation_timestamp", "user_id", "aliases", "run_link"]
)


def detect(document: Located) -> str:
    root = Cursor(document.value, ())
    if type(root.value) is dict and not root.has("model_version", "model_versions", "registered_model", "name"):
        return ""
    found = next(_versions(root), None)
    return "" if found is None else "mlflow-model-version"


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    return [_draft(document, version, version.to("run") or root.to("run")) for version in _versions(root)]


def _versions(root: Cursor) -> Iterator[Cursor]:
    for place in (("model_version",), ("model_versions",), ("registered_model", "latest_versions"), ()):
        found = [one for one in root.to(*place).each() if _is_version(one)]
        if found:
            yield from found
            return


def _is_version(one: Cursor) -> bool:
    """``name`` and ``version`` are anybody's; with two more of MLflow's own fields they are MLflow's."""
    fields = one.value if type(one.value) is dict else {}
    return "name" in fields and "version" in fields and len(fields.keys() & _OWN_FIELDS) >= 2


def _draft(document: Located, version: Cursor, run: Cursor) -> Draft:
    draft = Draft("Model", document)
    draft.text("metadata.name", *version.to("name"))
    draft.text("metadata.version", *version.to("version"))
    draft.text("metadata.description", *version.to("description"))
    draft.text("provenance.artifact", *version.to("source"))
    draft.text("provenance.training_run", *version.to("run_id"))
    stage = version.to("current_stage")
    if type(stage.value) is str:  # the text "None" says that it is in no stage
        draft.put("lifecycle.stage", _STAGES.get(stage.value.lower(), stage.value), stage.at)
    aliases = version.to("aliases")
    if aliases.value:
        draft.text('metadata.labels["mlflow.aliases"]', *aliases)
    for key, tag in _pairs(draft, version.to("tags")):
        _tag(draft, key, tag, version)
    _run(draft, run)
    return draft


def _tag(draft: Draft, key: str, tag: Cursor, version: Cursor) -> None:
    decision = _DECISIONS.get(tag.value.lower()) if type(tag.value) is str else None
    if key == "approval_status" and decision:
        draft.put("approvals[0].decision", decision, tag.at)
        draft.text("approvals[0].version", *version.to("version"))
    elif key in _APPROVALS:
        draft.text(f"approvals[0].{_APPROVALS[key]}", *tag)
    elif key in _SOURCES:
        draft.text(_SOURCES[key], *tag)
    else:
        draft.label(key, *tag)


def _run(draft: Draft, run: Cursor) -> None:
    draft.moment("provenance.created", *run.to("info", "end_time"))
    for key, tag in _pairs(draft, run.to("data", "tags")):
        if key in _SOURCES:
            draft.text(_SOURCES[key], *tag)
        draft.used.add(tag.at)
    for key, parameter in _pairs(draft, run.to("data", "params")):
        from aims_policy.manifest.paths import path_text

        draft.text(path_text(("design", "hyperparameters", key)), *parameter)
    metrics = run.to("data", "metrics")
    for key, value in _pairs(draft, metrics):
        _metric(draft, key, value)
    for use in run.to("inputs", "dataset_inputs").each():
        _dataset(draft, use)


def _metric(draft: Draft, key: str, value: Cursor) -> None:
    listed = value.at[-1] == "value"
    entry = Cursor(None, ()) if not listed else Cursor(_parent(draft, value), value.at[:-1])
    path = draft.measurement(key, value.value, (*entry.at, "key") if listed else value.at, value.at)
    draft.text(f"{path}.dataset", *entry.to("dataset_name"))
    draft.moment(f"{path}.date", *entry.to("timestamp"))


def _parent(draft: Draft, value: Cursor) -> object:
    found = draft.document.value
    for step in value.at[:-1]:
        found = found[step]
    return found


def _dataset(draft: Draft, use: Cursor) -> None:
    path, name = draft.entry("training_data.datasets"), use.to("dataset", "name")
    draft.text(f"{path}.ref", *name)
    if not name:  # it was used all the same, and rules must see that they do not know what it is
        draft.gap(f"{path}.ref", "the dataset is not named", use.at)
    for key, tag in _pairs(draft, use.to("tags")):
        if key == "mlflow.data.context" and type(tag.value) is str and tag.value.lower() in _ROLES:
            role = _ROLES[tag.value.lower()]
            draft.put(f"{path}.role", role, tag.at)
            if role == "test":
                draft.text("evaluation.test_dataset", *name)
    draft.used.update(use.to("dataset", name).at for name in ("source", "source_type", "schema", "profile"))


def _pairs(draft: Draft, given: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Names and values, from a list of ``{key, value}`` or from a mapping."""
    if type(given.value) is dict:
        yield from given.entries()
        return
    for item in given.each():
        key = item.to("key").value
        if type(key) is str:
            draft.used.add(item.to("key").at)
            yield key, item.to("value")
