"""Evaluation logs of Inspect (UK AI Security Institute), JSON, to measurements of a Model.

Each score has metrics of which ``stderr`` and its like tell how sure the others are. A mean is that of its score, and a
metric ``grouped`` by a field of the samples is that of one group. A log whose status is not ``success`` was cancelled
or failed: its numbers are those of a part of the samples, and no evidence; where it has none, it is a test that could
not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.runs import Run, Verdict, given, put_verdict, said

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("inspect-log",)
TITLE = "Inspect evaluation log"
VERSIONS = "1 and 2"
STRENGTH = "tool"
KEYS = told_by("eval")
IGNORED = frozenset(
    "version plan stats samples reductions status tags invalidated log_updates".split()  # noqa: SIM905 - a list of words
)

_SPREADS = frozenset(["stderr", "std", "var", "bootstrap_stderr", "bootstrap_std"])


_OVERALL = "all"
"""What Inspect calls the value over all groups."""


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
        _score(draft, value.get("status"), mapping(score), at, run)
        draft.used.add(at)
    draft.used.update([("results",), ("eval",)])
    if "evaluation" not in draft.tree and "fairness" not in draft.tree and value.get("status") != "success":
        _not_run(draft, value, told, run)
    return [draft] if "evaluation" in draft.tree or "fairness" in draft.tree else []


def _score(draft: Draft, status: Any, score: dict[str, Any], at: Steps, run: Run) -> None:
    scored = given(score.get("scored_samples"), (*at, "scored_samples"))  # completed ones count every epoch
    run = run._replace(sample_size=scored or run.sample_size)
    for key, metric in mapping(score.get("metrics")).items():
        if type(metric) is dict and not {key, str(metric.get("name"))} & _SPREADS:
            _measurement(draft, status, score, (at, (*at, "metrics", key)), metric, run)


def _not_run(draft: Draft, value: dict[str, Any], told: dict[str, Any], run: Run) -> None:
    path = draft.entry("evaluation.tests")
    draft.text(f"{path}.name", told.get("task"), ("eval", "task"))
    reason = said("the run did not succeed", value.get("status"))
    put_verdict(draft, path, Verdict(None, reason, ("status",)))
    run.of_test(draft, path)


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


def _measurement(
    draft: Draft,
    status: Any,
    score: dict[str, Any],
    places: tuple[Steps, Steps],
    metric: dict[str, Any],
    run: Run,
) -> None:
    score_at, at = places
    settings, number, source = mapping(metric.get("params")), metric.get("value"), (*at, "value")
    name, told = metric.get("name"), (*at, "name")
    is_grouped = metric.get("group") == "grouped" and type(settings.get("group_key")) is str
    if is_grouped:
        inner = (*at, "params", "metric", "name")
        name, told = mapping(settings.get("metric")).get("name"), inner
    if name == "mean" and type(score.get("name")) is str:
        name, told = score["name"], (*score_at, "name")
    is_group = is_grouped and metric.get("name") != _OVERALL
    path = draft.measurement(name, number, told, source, section="fairness" if is_group else "")
    if status != "success":
        draft.doubt(f"{path}.value", said("the run did not succeed", status))
        draft.text(f"{path}.source_value", number, source)
    if is_group:
        draft.text(f"{path}.group", metric.get("name"), (*at, "name"))
        draft.text(f"{path}.attribute", settings["group_key"], (*at, "params", "group_key"))
        run = run._replace(sample_size=None)  # that of all groups is told
    run.of_measurement(draft, path)
