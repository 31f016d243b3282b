"""Reports and test suites of Evidently up to 0.6, and of ``evidently.legacy`` since.

Quality of a model's predictions is a Model's evaluation; drift and quality of data are a Dataset's, the current data
being compared with a reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.drift import drift_metric, put_threshold
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Run, Verdict, given, put_verdict, said, tool_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("evidently-legacy",)
TITLE = "Evidently report (before 0.7)"
VERSIONS = "0.2 to 0.6"
STRENGTH = "tool"
KEYS = told_by("metrics", "tests")
YIELDS = {"evidently-legacy": ("Model", "Dataset")}
IGNORED = frozenset(["summary", "timestamp", "version"])

_OF_MODELS = frozenset(["ClassificationQualityMetric", "RegressionQualityMetric"])
_GROUPS_OF_MODELS = frozenset(["classification", "regression"])
_QUALITY = {
    **{name: name for name in ("accuracy", "precision", "recall", "f1", "roc_auc", "log_loss")},
    **{name: name for name in ("tpr", "tnr", "fpr", "fnr")},
    "rmse": "rmse",
    "r2_score": "r2_score",
    "mean_error": "mean_error",
    "mean_abs_error": "mae",
}
_BOUNDS = {
    **dict.fromkeys(("lt", "lte"), ("maximum",)),
    **dict.fromkeys(("gt", "gte"), ("minimum",)),
    "eq": ("minimum", "maximum"),
}
_VERDICTS = {"SUCCESS": True, "FAIL": False, "WARNING": False}


def detect(document: Located) -> str:
    value = mapping(document.value)
    metrics, tests = value.get("metrics"), value.get("tests")
    if type(metrics) is list and metrics and all({"metric", "result"} <= mapping(m).keys() for m in metrics):
        return "evidently-legacy"
    is_suite = (
        type(tests) is list and bool(tests) and all({"name", "status"} <= mapping(t).keys() for t in tests)
    )
    return "evidently-legacy" if is_suite and "all_passed" in mapping(value.get("summary")) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    model, data = Draft("Model", document), Draft("Dataset", document)
    data.used.update([("metrics",), ("tests",)])
    recognised_by: Steps = ("metrics",) if "metrics" in value else ("tests",)
    run = Run(
        tool_of("evidently", value.get("version"), ("version",), recognised_by),
        given(value.get("timestamp"), ("timestamp",)),
    )
    for metric, at in elements(value.get("metrics"), ("metrics",)):
        name, result = mapping(metric).get("metric"), mapping(mapping(metric).get("result"))
        if type(name) is str and name in _OF_MODELS:
            _quality(model, mapping(result.get("current")), (*at, "result", "current"), run)
        _drifts(data, result, (*at, "result"), run)
        _summary(data, mapping(result.get("current")), (*at, "result", "current"), run)
    for test, at in elements(value.get("tests"), ("tests",)):
        _test(model if str(mapping(test).get("group")) in _GROUPS_OF_MODELS else data, mapping(test), at, run)
    return [draft for draft in (model, data) if draft.tree]


def _quality(model: Draft, current: dict[str, Any], at: Steps, run: Run) -> None:
    for field, metric in _QUALITY.items():
        if current.get(field) is not None:  # what does not apply, as a loss without probabilities, is null
            source = (*at, field)
            run.of_measurement(model, model.measurement(metric, current[field], (*source, KEY), source))


def _summary(data: Draft, current: dict[str, Any], at: Steps, run: Run) -> None:
    """Of the whole data: how many rows there are, and what share of the values is missing."""
    if exact_number(current.get("number_of_rows")) is not None:
        data.number("content.records", current["number_of_rows"], (*at, "number_of_rows"))
    if exact_number(current.get("share_of_missing_values")) is not None:
        source = (*at, "share_of_missing_values")
        metric = "missing_value_share"
        run.of_measurement(
            data, data.measurement(metric, current["share_of_missing_values"], (*source, KEY), source)
        )


def _drifts(data: Draft, result: dict[str, Any], at: Steps, run: Run) -> None:
    """Of all columns together, of each column in a table, and of one column."""
    if "share_of_drifted_columns" in result:
        source, share = (*at, "share_of_drifted_columns"), result["share_of_drifted_columns"]
        path = data.measurement("drifted_columns_share", share, (*source, KEY), source)
        if exact_number(result.get("drift_share")) is not None:
            data.number(f"{path}.threshold", result["drift_share"], (*at, "drift_share"))
            data.put(f"{path}.higher_is_better", False, (*at, "drift_share"))
        run.of_measurement(data, path)
    for column, drift in mapping(result.get("drift_by_columns")).items():
        _drift(data, mapping(drift), (*at, "drift_by_columns", column), run)
    if "drift_score" in result:
        _drift(data, result, at, run)


def _drift(data: Draft, drift: dict[str, Any], at: Steps, run: Run) -> None:
    metric, source = drift_metric(drift.get("stattest_name")), (*at, "drift_score")
    told = (*at, "stattest_name") if "stattest_name" in drift else source
    path = data.measurement(metric, drift.get("drift_score"), told, source)
    put_threshold(data, path, metric, drift.get("stattest_threshold"), (*at, "stattest_threshold"))
    data.text(f"{path}.attribute", drift.get("column_name"), (*at, "column_name"))
    run.of_measurement(data, path)


def _test(draft: Draft, test: dict[str, Any], at: Steps, run: Run) -> None:
    status, name = test.get("status"), test.get("name")
    passed = _VERDICTS.get(status) if type(status) is str else None
    verdict = Verdict(passed, said("the test could not run", test.get("description")), (*at, "status"))
    parameters = mapping(test.get("parameters"))
    if draft.kind == "Model":
        path = draft.entry("evaluation.tests")
        draft.text(f"{path}.name", name, (*at, "name"))
        draft.text(f"{path}.message", test.get("description"), (*at, "description"))
        put_verdict(draft, path, verdict)
        run.of_test(draft, path)
        return
    path, column = draft.entry("quality.requirements"), parameters.get("column_name")
    measure = f"{name} ({column})" if type(name) is str and type(column) is str else name
    draft.text(f"{path}.measure", measure, (*at, "name"))
    put_verdict(draft, path, verdict)
    run.of_requirement(draft, path)
    if verdict.passed is not None:
        _limits(draft, path, parameters, (*at, "parameters"))


def _limits(data: Draft, path: str, parameters: dict[str, Any], at: Steps) -> None:
    """The value that was tested, and the limits of the condition it was held against."""
    for name in ("value", "score"):
        if exact_number(parameters.get(name)) is not None:
            data.number(f"{path}.value", parameters[name], (*at, name))
    for name, limit in mapping(parameters.get("condition")).items():
        for bound in _BOUNDS.get(name, ()):
            if exact_number(limit) is not None:
                data.number(f"{path}.{bound}", limit, (*at, "condition", name))
