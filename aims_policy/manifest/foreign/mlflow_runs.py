"""What MLflow tells of a run, and its lists of keys and values, in the REST API and in its Python client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor
from aims_policy.manifest.foreign.metrics import metric_of
from aims_policy.manifest.foreign.splits import is_no_evaluation, plain_metric
from aims_policy.manifest.paths import path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.draft import Draft

_DECISIONS = frozenset(["approved", "rejected", "pending"])
_APPROVALS = {"approved_by": "approver", "approved_on": "date", "approval_date": "date"}
_SOURCES = {
    "mlflow.source.git.commit": "provenance.commit",
    "mlflow.source.git.repoURL": "provenance.repository",
}
_UNFINISHED = frozenset(["FAILED", "KILLED"])
_ROLES = {
    "training": "training", "train": "training", "validation": "validation", "evaluation": "test", "eval": "test",
    "test": "test", "testing": "test",
}  # fmt: skip


def put_tag(draft: Draft, key: str, tag: Cursor, version: Cursor) -> None:
    """A tag as a label, unless its name says what it means; `version` is the number of what was approved."""
    decision = tag.value.lower() if type(tag.value) is str else ""
    if key == "approval_status" and decision in _DECISIONS:
        draft.put("approvals[0].decision", decision, tag.at)
        draft.text("approvals[0].version", *version)
    elif key in _APPROVALS:
        draft.text(f"approvals[0].{_APPROVALS[key]}", *tag)
    elif key in _SOURCES:
        draft.text(_SOURCES[key], *tag)
    else:
        draft.label(key, *tag)


def read_run(draft: Draft, run: Cursor) -> None:
    """When it ended, what it was built from, and what it measured."""
    draft.moment("provenance.created", *run.to("info", "end_time"))
    for key, tag in pairs(draft, run.to("data", "tags")):
        if key in _SOURCES:
            draft.text(_SOURCES[key], *tag)
        draft.used.add(tag.at)
    put_parameters(draft, run.to("data", "params"))
    put_metrics(draft, run.to("data", "metrics"))
    status = run.to("info", "status").value
    if type(status) is str and status in _UNFINISHED:
        for index, _ in enumerate(draft.tree.get("evaluation", {}).get("measurements", ())):
            draft.doubt(f"evaluation.measurements[{index}].value", f"the run did not succeed: {status}")
    for use in run.to("inputs", "dataset_inputs").each():
        _dataset(draft, use)


def put_parameters(draft: Draft, parameters: Cursor) -> None:
    for key, parameter in pairs(draft, parameters):
        draft.text(path_text(("design", "hyperparameters", key)), *parameter)


def put_metrics(draft: Draft, metrics: Cursor) -> None:
    """Measurements from a list of entries, which may name a dataset and a time, or from a mapping.

    What autologging takes on training data, and of the machine, is no evaluation.
    """
    for name, number in metrics.entries():
        if not is_no_evaluation(name):
            _measured(draft, Cursor(name, number.at), number)
    for entry in metrics.each() if type(metrics.value) is list else ():
        key, value = entry.to("key"), entry.to("value")
        if type(key.value) is str and not is_no_evaluation(key.value):
            path = _measured(draft, key, value)
            draft.text(f"{path}.dataset", *entry.to("dataset_name"))
            draft.moment(f"{path}.date", *entry.to("timestamp"))


def _measured(draft: Draft, name: Cursor, value: Cursor) -> str:
    """``test_accuracy`` is accuracy: that it is of test data, MLflow's ``dataset_name`` tells, or nothing does."""
    alone = plain_metric(name.value)
    known = metric_of(alone).name if alone != name.value else name.value
    path = draft.measurement(known, value.value, name.at, value.at)
    if alone != name.value:
        draft.put(f"{path}.source_metric", name.value, name.at)
    return path


def _dataset(draft: Draft, use: Cursor) -> None:
    path, name = draft.entry("training_data.datasets"), use.to("dataset", "name")
    draft.text(f"{path}.ref", *name)
    if not name:  # it was used all the same, and rules must see that they do not know what it is
        draft.gap(f"{path}.ref", "the dataset is not named", use.at)
    for key, tag in pairs(draft, use.to("tags")):
        if key == "mlflow.data.context" and type(tag.value) is str and tag.value.lower() in _ROLES:
            role = _ROLES[tag.value.lower()]
            draft.put(f"{path}.role", role, tag.at)
            if role == "test":
                draft.text("evaluation.test_dataset", *name)
    draft.used.update(use.to("dataset", name).at for name in ("source", "source_type", "schema", "profile"))


def pairs(draft: Draft, given: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Names and values, from a list of ``{key, value}`` or from a mapping."""
    if type(given.value) is dict:
        yield from given.entries()
        return
    for item in given.each():
        key = item.to("key").value
        if type(key) is str:
            draft.used.add(item.to("key").at)
            yield key, item.to("value")
