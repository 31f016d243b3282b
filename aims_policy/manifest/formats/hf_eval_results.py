"""Evaluation results of a model repository on the Hub: the lists in ``.eval_results/*.yaml``, to a Model.

An entry names a benchmark, a task in it and a value, but no metric: which one the value is of, the benchmark defines.
So a result is kept under the task's name in the source's words, and its metric is missing. Fields are those of
``huggingface_hub.EvalResultEntry``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("hf-eval-results",)
TITLE = "Hugging Face evaluation results"
VERSIONS = "the Hub's of 2025"
STRENGTH = "declared"
KEYS = told_by()  # it is a list
IGNORED = frozenset(["verifyToken", "dataset.revision"])


def detect(document: Located) -> str:
    """A list of which every entry has a value and a dataset with an id."""
    value = document.value
    if type(value) is not list or not value:
        return ""
    known = all("value" in mapping(e) and "id" in mapping(mapping(e).get("dataset")) for e in value)
    return "hf-eval-results" if known else ""


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    for entry, place in elements(document.value, ()):
        if type(entry) is dict and type(entry.get("dataset")) is dict:
            _result(draft, entry, place)
    return [draft] if draft.tree else []


def _result(draft: Draft, entry: dict[str, Any], at: Steps) -> None:
    path, dataset, source = (
        draft.entry("evaluation.measurements"),
        entry["dataset"],
        mapping(entry.get("source")),
    )
    task = (*at, "dataset", "task_id")
    draft.gap(f"{path}.metric", "the benchmark's metric is not named", at)
    draft.text(f"{path}.source_metric", dataset.get("task_id"), task)
    draft.text(f"{path}.dataset", dataset.get("id"), (*at, "dataset", "id"))
    if entry.get("value") is None:
        draft.gap(f"{path}.value", "null", (*at, "value"))
    draft.number(f"{path}.value", entry.get("value"), (*at, "value"))
    draft.text(f"{path}.date", entry.get("date"), (*at, "date"))
    draft.text(f"{path}.report", source.get("url"), (*at, "source", "url"))
