"""Reports and test suites of Evidently, as ``json()`` or ``dict()`` write them.

Two shapes: up to 0.6 ``metrics[].metric`` with a ``result`` and, in a test suite, ``tests[].parameters``; from 0.7 on
``metrics[].config`` with a ``value``, and the tests beside them. Quality of a model's predictions is a Model's
evaluation; drift and quality of data are a Dataset's: Evidently compares the current data with a reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping
from aims_policy.manifest.metrics import exact_number
from aims_policy.manifest.paths import KEY
from aims_policy.manifest.runs import Given, Run, Verdict, given, put_verdict, said, tool_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("evidently", "evidently-legacy")
TITLE = "Evidently report"
VERSIONS = "0.2 to 0.7"
STRENGTH = "tool"
IGNORED = frozenset(["summary", "timestamp", "version"])

_TYPE = re.compile(r"evidently:metric_v2:(?:\w+:)*(\w+)")
_LABELLED = "ByLabel"
# Metrics of evidently.metrics that judge predictions; all others describe data.
_OF_MODELS = frozenset(
    """Accuracy Precision Recall F1Score RocAuc LogLoss TPR TNR FPR FNR F1ByLabel PrecisionByLabel RecallByLabel
    RocAucByLabel MeanError MAE MAPE RMSE R2Score AbsMaxError""".split()  # noqa: SIM905 - a list of words
)
_LEGACY_OF_MODELS = frozenset(["ClassificationQualityMetric", "RegressionQualityMetric"])
_LEGACY_NAMES = (
    "accuracy",
    "precision",
    "recall",
    "f1",
    "roc_auc",
    "log_loss",
    "rmse",
    "r2_score",
    "mean_error",
)
_LEGACY_GROUPS = frozenset(["classification", "regression"])
# Scores that are distances: more is worse, and the threshold is what they must stay below. The other methods give
# p-values, where it is the other way round. From "Data drift algorithm" in Evidently's documentation.
_METHODS = {
    "population stability index": "psi",
    "wasserstein distance (normed)": "wasserstein",
    "jensen-shannon distance": "jensenshannon",
    "kullback-leibler divergence": "kl_div",
    "hellinger distance": "hellinger",
    "k-s p_value": "ks",
    "chi-square p_value": "chisquare",
    "z-test p_value": "z",
}
_DISTANCES = frozenset(["psi", "wasserstein", "jensenshannon", "kl_div", "hellinger", "ed", "tvd"])
_P_VALUES = frozenset(["ks", "chisquare", "z", "anderson", "fisher_exact", "g_test", "mannw", "t_test", "es"])
_VERDICTS = {"SUCCESS": True, "FAIL": False, "WARNING": False}
_BOUNDS = {
    "lt": ("maximum",),
    "lte": ("maximum",),
    "gt": ("minimum",),
    "gte": ("minimum",),
    "eq": ("minimum", "maximum"),
}


def detect(document: Located) -> str:
    value = mapping(document.value)
    metrics, tests = value.get("metrics"), value.get("tests")
    if type(metrics) is list and any(_class_of(mapping(metric)) for metric in metrics):
        return "evidently"
    if type(metrics) is list and metrics and all({"metric", "result"} <= mapping(m).keys() for m in metrics):
        return "evidently-legacy"
    is_suite = (
        type(tests) is list and bool(tests) and all({"name", "status"} <= mapping(t).keys() for t in tests)
    )
    return "evidently-legacy" if is_suite and mapping(value.get("summary")).keys() >= {"all_passed"} else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    value = mapping(document.value)
    model, data = Draft("Model", document), Draft("Dataset", document)
    shown_by: Steps = ("metrics",) if "metrics" in value else ("tests",)
    run = Run(
        tool_of("evidently", value.get("version"), ("version",), shown_by),
        given(value.get("timestamp"), ("timestamp",)),
    )
    for draft in (model, data):
        draft.used.update([("metrics",), ("tests",)])
    for metric, at in elements(value.get("metrics"), ("metrics",)):
        (_legacy if format == "evidently-legacy" else _metric)(model, data, mapping(metric), at, run)
    for test, at in elements(value.get("tests"), ("tests",)):
        _test(model, data, mapping(test), at, run)
    return [draft for draft in (model, data) if draft.tree]


def _class_of(metric: dict[str, Any]) -> str:
    """``ValueDrift`` of ``config.type: evidently:metric_v2:ValueDrift``; "" where it is none."""
    kind = mapping(metric.get("config")).get("type")
    match = _TYPE.fullmatch(kind) if type(kind) is str else None
    return match[1] if match else ""


def _metric(model: Draft, data: Draft, metric: dict[str, Any], at: Steps, run: Run) -> None:
    name, config = _class_of(metric), mapping(metric.get("config"))
    draft = model if name in _OF_MODELS else data
    where = {"attribute": _given(config, at, "column"), "group": _given(config, at, "label")}
    for value, source in _numbers(name, metric.get("value"), (*at, "value")):
        if name == "RowCount":
            data.number("content.records", value, source)
            return
        if name.endswith(_LABELLED):
            where["group"] = Given(source[-1], (*source, KEY))
        kind, method = (*at, "config", "type"), config.get("method")
        if name == "ValueDrift":
            named, place = _drift_name(method), (*at, "config", "method") if method else kind
        else:
            named, place = _name_of(name, source), kind
        path = draft.measurement(named, value, place, source)
        if name == "ValueDrift":
            _threshold(draft, path, named, config.get("threshold"), (*at, "config", "threshold"))
        _place(draft, path, where, run)


def _numbers(name: str, value: Any, at: Steps) -> Iterator[tuple[Any, Steps]]:
    """What a metric measured, where that is one number: itself, a share, a mean; or one for each label."""
    if not name:
        return
    if name.endswith(_LABELLED):
        for label, number in mapping(value).items():
            yield number, (*at, label)
    elif type(value) is dict:
        field = next((field for field in ("share", "mean") if field in value), None)
        if field:
            yield value[field], (*at, field)
    else:
        yield value, at


def _name_of(name: str, source: Steps) -> str:
    """``F1Score`` is ``f1_score``; the share of ``MissingValueCount`` is ``missing_value_share``."""
    plain = name.removesuffix(_LABELLED)
    if source[-1] == "share":
        plain = plain.removesuffix("Count") + "Share"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()


def _drift_name(method: Any) -> str:
    """Only the population stability index is a metric by itself; of the others the score tells drift."""
    if type(method) is not str:
        return "drift_score"
    short = _METHODS.get(method.strip().lower(), method.strip().lower())
    return short if short == "psi" else f"drift_{short}"


def _threshold(draft: Draft, path: str, metric: str, threshold: Any, source: Steps) -> None:
    """The limit beyond which Evidently calls it drift, where it is known on which side that is."""
    method = metric.removeprefix("drift_")
    if method in _DISTANCES | _P_VALUES and exact_number(threshold) is not None:
        draft.number(f"{path}.threshold", threshold, source)
        draft.put(f"{path}.higher_is_better", method in _P_VALUES, source)


def _place(draft: Draft, path: str, where: dict[str, Given | None], run: Run) -> None:
    for field, one in where.items():
        if one is not None and type(one.value) is str:
            draft.put(f"{path}.{field}", one.value, one.source)
    run.of_measurement(draft, path)


def _given(config: dict[str, Any], at: Steps, field: str) -> Given | None:
    return given(config.get(field), (*at, "config", field))


def _legacy(model: Draft, data: Draft, metric: dict[str, Any], at: Steps, run: Run) -> None:
    name, result, place = metric.get("metric"), mapping(metric.get("result")), (*at, "result")
    if type(name) is str and name in _LEGACY_OF_MODELS:
        current = mapping(result.get("current"))
        for field in (*_LEGACY_NAMES, "mean_abs_error"):
            if field in current:
                source = (*place, "current", field)
                called = "mae" if field == "mean_abs_error" else field
                path = model.measurement(called, current[field], (*source, KEY), source)
                run.of_measurement(model, path)
    columns = mapping(result.get("drift_by_columns"))
    for column, drift in columns.items():
        _legacy_drift(data, mapping(drift), (*place, "drift_by_columns", column), run)
    if "drift_score" in result:
        _legacy_drift(data, result, place, run)
    if "share_of_drifted_columns" in result:
        source, share = (*place, "share_of_drifted_columns"), result["share_of_drifted_columns"]
        path = data.measurement("drifted_columns_share", share, (*source, KEY), source)
        if exact_number(result.get("drift_share")) is not None:
            data.number(f"{path}.threshold", result["drift_share"], (*place, "drift_share"))
            data.put(f"{path}.higher_is_better", False, (*place, "drift_share"))
        run.of_measurement(data, path)


def _legacy_drift(data: Draft, drift: dict[str, Any], at: Steps, run: Run) -> None:
    told, source = _drift_name(drift.get("stattest_name")), (*at, "drift_score")
    place = (*at, "stattest_name") if "stattest_name" in drift else source
    path = data.measurement(told, drift.get("drift_score"), place, source)
    _threshold(data, path, told, drift.get("stattest_threshold"), (*at, "stattest_threshold"))
    _place(data, path, {"attribute": given(drift.get("column_name"), (*at, "column_name"))}, run)


def _test(model: Draft, data: Draft, test: dict[str, Any], at: Steps, run: Run) -> None:
    tested = _TYPE.search(str(mapping(test.get("metric_config")).get("params")))
    of_model = tested[1] in _OF_MODELS if tested else str(test.get("group")) in _LEGACY_GROUPS
    verdict = _verdict(test, at)
    if of_model:
        path = model.entry("evaluation.tests")
        model.text(f"{path}.name", test.get("name"), (*at, "name"))
        model.text(f"{path}.message", test.get("description"), (*at, "description"))
        put_verdict(model, path, verdict)
        run.of_test(model, path)
        return
    path = data.entry("quality.requirements")
    data.text(f"{path}.measure", test.get("name"), (*at, "name"))
    put_verdict(data, path, verdict)
    run.of_requirement(data, path)
    if verdict.passed is not None:
        _measured(data, path, mapping(test.get("parameters")), (*at, "parameters"))


def _verdict(test: dict[str, Any], at: Steps) -> Verdict:
    status = str(test.get("status")).rpartition(".")[2]
    reason = said("the test could not run", test.get("description"))
    return Verdict(_VERDICTS.get(status), reason, (*at, "status"))


def _measured(data: Draft, path: str, parameters: dict[str, Any], at: Steps) -> None:
    """The limits of a test's condition, and the value held against them where just one number is given."""
    for name, limit in mapping(parameters.get("condition")).items():
        if exact_number(limit) is not None:
            for bound in _BOUNDS.get(name, ()):
                data.number(f"{path}.{bound}", limit, (*at, "condition", name))
    numbers = [name for name, value in parameters.items() if exact_number(value) is not None]
    if len(numbers) == 1:
        data.number(f"{path}.value", parameters[numbers[0]], (*at, numbers[0]))
