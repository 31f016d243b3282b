"""Evaluation logs of Inspect (UK AI Security Institute), JSON, to measurements of a Model.

Each score has metrics of which ``stderr`` and its like tell how sure the others are. A log whose status is not
``success`` was cancelled or failed: its numbers are those of a part of the samples, and no evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.runs import Run, given, said

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("inspect-log",)
TITLE = "Inspect evaluation log"
VERSIONS = "1 and 2"
STRENGTH = "tool"
IGNORED = frozenset(
    "version plan stats samples reductions status invalidated log_updates".split()  # noqa: SIM905 - a list of words
)

_SPREADS = frozenset(["stderr", "std", "var", "bootstrap_stderr", "bootstrap_std"])


def detect(document: Located) -> str:
    value = mapping(document.value)
    told = mapping(value.get("eval"))
    return "inspect-log" if {"task", "model", "dataset"} <= told.keys() and "status" in value else ""


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    told, results = mapping(value.get("eval")), mapping(value.get("results"))
    draft = Draft("Model", document)
    draft.text("metadata.name", told.get("model"), ("eval", "model"))
    run = _run(told, results)
    for score, at in elements(*_scores(results)):
        metrics = mapping(mapping(score).get("metrics"))
        for name, metric in metrics.items():
            if name not in _SPREADS and type(metric) is dict:
                _measurement(draft, value, metric, (*at, "metrics", name), run)
        draft.used.add(at)
    draft.used.update([("results",), ("eval",)])
    return [draft] if "evaluation" in draft.tree or "fairness" in draft.tree else []


def _scores(results: dict[str, Any]) -> tuple[Any, Steps]:
    """A list of them; in version 1 the results were those of the one scorer."""
    return (results["scores"], ("results", "scores")) if "scores" in results else (results, ("results",))


def _run(told: dict[str, Any], results: dict[str, Any]) -> Run:
    version = mapping(told.get("packages")).get("inspect_ai")
    tool = given(
        f"inspect_ai {version}" if type(version) is str else None, ("eval", "packages", "inspect_ai")
    )
    dataset = mapping(told.get("dataset"))
    return Run(
        tool or given("inspect_ai", ("status",)),
        given(told.get("created"), ("eval", "created")),
        given(dataset.get("name"), ("eval", "dataset", "name")) or given(told.get("task"), ("eval", "task")),
        given(results.get("completed_samples"), ("results", "completed_samples")),
    )


def _measurement(draft: Draft, value: dict[str, Any], metric: dict[str, Any], at: Steps, run: Run) -> None:
    status, number, source = value.get("status"), metric.get("value"), (*at, "value")
    if status == "success":
        path = draft.measurement(metric.get("name"), number, (*at, "name"), source)
    else:
        path = draft.measurement(metric.get("name"), number, (*at, "name"), source)
        draft.doubt(f"{path}.value", said("the run did not succeed", status))
        draft.text(f"{path}.source_value", number, source)
    run.of_measurement(draft, path)
