"""Reports of Evidently from 0.7 on (``json()`` or ``dict()``): metrics with a value, and tests beside them.

Quality of a model's predictions is a Model's evaluation; drift and quality of data are a Dataset's, the current data
being compared with a reference. A test is of the metric whose ``id`` it names, and held against that metric's value.
First versions have a metric's settings only in its name, ``ValueDrift(column=age,method=psi)``. A metric may be that of
one group (``GroupByMetric``); those named ``Dummy…`` are of a guess that the model is compared with, and no evidence.
The file tells no date and no version.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.drift import drift_metric, put_threshold
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run, Verdict, given, put_verdict, said, tool_of
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("evidently",)
TITLE = "Evidently report"
VERSIONS = "0.7"
STRENGTH = "tool"
KEYS = told_by("metrics")
YIELDS = {"evidently": ("Model", "Dataset")}
IGNORED: frozenset[str] = frozenset()

_TYPE = re.compile(r"evidently:metric_v2:(?:\w+:)*(\w+)")
_NAME = re.compile(r"([A-Z]\w+)\((.*)\)")
_SETTINGS = re.compile(r"(?:^|,)\s*(\w+)=(.*?)(?=,\s*\w+=|$)")
_NAMED = ("metric_name", "metric_id")
_TEST_TYPE = re.compile(r"evidently:test_v2:(\w+)")
_LABELLED = "ByLabel"
_COUNT = "/count"  # after the id of a metric that has a share and a count, its count
# Metrics of evidently.metrics that judge predictions; all others describe data.
_OF_MODELS = frozenset(
    """Accuracy Precision Recall F1Score RocAuc LogLoss TPR TNR FPR FNR F1ByLabel PrecisionByLabel RecallByLabel
    RocAucByLabel MeanError MAE MAPE RMSE R2Score AbsMaxError NDCG MRR HitRate MAP RecallTopK PrecisionTopK FBetaTopK
    ScoreDistribution PopularityBiasMetric Personalization Diversity Serendipity Novelty ItemBias UserBias""".split()  # noqa: SIM905 - a list of words
)
_BOUNDS = {
    "LessThanMetricTest": "maximum",
    "LessOrEqualMetricTest": "maximum",
    "GreaterThanMetricTest": "minimum",
    "GreaterOrEqualMetricTest": "minimum",
}
_GROUPED = "GroupByMetric"
_GUESSED = "Dummy"
_VERDICTS = {"SUCCESS": True, "FAIL": False, "WARNING": False}


class Metric(NamedTuple):
    """A metric of the report: its class (``ValueDrift``), its settings, and where it and they stand."""

    name: str
    config: dict[str, Any]
    value: Any
    at: Steps
    named_by: str = ""
    attribute: Given | None = None
    group: Given | None = None

    def told_by(self, field: str) -> Steps:
        """Where a setting stands: in the configuration, or in the name."""
        if self.named_by:
            return (*self.at, self.named_by)
        return (*self.at, "config", "metric", field) if self.group else (*self.at, "config", field)


def detect(document: Located) -> str:
    metrics = mapping(document.value).get("metrics")
    return "evidently" if type(metrics) is list and any(map(_is_metric, metrics)) else ""


def _is_metric(metric: Any) -> bool:
    told = mapping(metric)
    return bool(_class_of(mapping(told.get("config"))) or ("value" in told and _settings(told)))


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    drafts = {"Model": Draft("Model", document), "Dataset": Draft("Dataset", document)}
    drafts["Dataset"].used.update([("metrics",), ("tests",)])
    run = Run(tool_of("evidently", None, (), ("metrics",) if "metrics" in value else ("tests",)))
    values: dict[str, Given] = {}
    for metric in _metrics(value.get("metrics")):
        draft = drafts[_kind(metric.name)]
        values.update(_by_id(value, metric))
        for number in _numbers(metric):
            _measured(draft, metric, number, run)
    for test, at in elements(value.get("tests"), ("tests",)):
        _test(drafts, mapping(test), at, run, values)
    return [draft for draft in drafts.values() if draft.tree]


def _metrics(metrics: Any) -> Iterator[Metric]:
    for metric, at in elements(metrics, ("metrics",)):
        config = mapping(mapping(metric).get("config"))
        name = _class_of(config)
        if name.startswith(_GUESSED):
            continue
        if name == _GROUPED:
            yield from _of_group(config, metric.get("value"), at)
        elif name:
            yield Metric(name, config, metric.get("value"), at)
        elif "value" in mapping(metric):
            yield from _by_name(metric, at)


def _of_group(config: dict[str, Any], value: Any, at: Steps) -> Iterator[Metric]:
    inner, column, label = mapping(config.get("metric")), config.get("column_name"), config.get("label")
    if _class_of(inner) and type(column) is str and type(label) in (str, int, Decimal, bool):
        attribute, group = (
            Given(column, (*at, "config", "column_name")),
            Given(label, (*at, "config", "label")),
        )
        yield Metric(_class_of(inner), inner, value, at, attribute=attribute, group=group)


def _by_name(metric: dict[str, Any], at: Steps) -> Iterator[Metric]:
    """A metric that has its settings in its name."""
    field, name, settings = _settings(metric) or ("", _GUESSED, "")
    if name != _GROUPED and not name.startswith(_GUESSED):
        yield Metric(name, dict(_SETTINGS.findall(settings)), metric["value"], at, field)


def _settings(metric: dict[str, Any]) -> tuple[str, str, str] | None:
    """Which field names the metric, its class, and its settings, where one field tells them all."""
    field = next((name for name in _NAMED if type(metric.get(name)) is str), "")
    match = _NAME.fullmatch(metric[field]) if field else None
    return (field, match[1], match[2]) if match else None


def _class_of(config: dict[str, Any]) -> str:
    """``ValueDrift`` of ``evidently:metric_v2:ValueDrift``; "" where it is no metric's type."""
    match = _TYPE.fullmatch(config["type"]) if type(config.get("type")) is str else None
    return match[1] if match else ""


def _kind(name: str) -> str:
    return "Model" if name in _OF_MODELS else "Dataset"


def _by_id(value: dict[str, Any], metric: Metric) -> dict[str, Given]:
    """The metric's one number under its id, for the tests that name it; and the count beside a share."""
    told, numbers = value["metrics"][metric.at[-1]].get("id"), list(_numbers(metric))
    if type(told) is not str or len(numbers) != 1:
        return {}
    found = {told: numbers[0]}
    if numbers[0].source[-1] == "share":
        found[told + _COUNT] = Given(mapping(metric.value).get("count"), (*metric.at, "value", "count"))
    return found


def _numbers(metric: Metric) -> Iterator[Given]:
    """What was measured, where that is one number: the value, a share, a mean; or one for each label."""
    value, at = metric.value, (*metric.at, "value")
    if metric.name.endswith(_LABELLED):
        for label, number in mapping(value).items():
            yield Given(number, (*at, label))
    elif type(value) is dict:
        field = next((field for field in ("share", "mean") if field in value), None)
        if field:
            yield Given(value[field], (*at, field))
    else:
        yield Given(value, at)


def _measured(draft: Draft, metric: Metric, number: Given, run: Run) -> None:
    config = metric.config
    if metric.name == "RowCount" and metric.group is None:
        draft.number("content.records", number.value, number.source)
        return
    named, told = _name_of(metric.name, number.source), metric.told_by("type")
    if metric.name == "ValueDrift":
        named = drift_metric(config.get("method"))
        told = metric.told_by("method") if config.get("method") else told
    section = "fairness" if metric.group else ""
    path = draft.measurement(named, number.value, told, number.source, section=section)
    _grouped(draft, path, metric)
    put_threshold(draft, path, named, config.get("threshold"), metric.told_by("threshold"))
    for field, native in (("column", "attribute"), ("label", "group")):
        if type(config.get(field)) is str:
            draft.put(f"{path}.{native}", config[field], metric.told_by(field))
    if metric.name.endswith(_LABELLED):
        draft.put(f"{path}.group", number.source[-1], (*number.source, KEY))
    run.of_measurement(draft, path)


def _grouped(draft: Draft, path: str, metric: Metric) -> None:
    """Which group it was measured on; for a model that is a comparison of groups."""
    if metric.attribute is None or metric.group is None:
        return
    draft.text(f"{path}.attribute", *metric.attribute)
    draft.text(f"{path}.group", _written(metric.group.value), metric.group.source)
    if draft.kind == "Model":
        for field, given_here in (("attributes", metric.attribute), ("groups", metric.group)):
            if _written(given_here.value) not in draft.tree["fairness"].get(field, ()):
                draft.put(f"fairness.{field}[+]", _written(given_here.value), given_here.source)


def _written(label: Any) -> str:
    return str(label).lower() if type(label) is bool else str(label)


def _name_of(name: str, source: Steps) -> str:
    """``F1Score`` is ``f1_score``; the share of ``MissingValueCount`` is ``missing_value_share``."""
    plain = name.removesuffix(_LABELLED)
    if source[-1] == "share":
        plain = plain.removesuffix("Count") + "Share"
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plain).lower()


def _test(
    drafts: dict[str, Draft], test: dict[str, Any], at: Steps, run: Run, values: dict[str, Given]
) -> None:
    metric = mapping(test.get("metric_config"))
    params = mapping(metric.get("params"))
    name = _class_of(mapping(params.get("metric")) if _class_of(params) == _GROUPED else params)
    if name.startswith(_GUESSED):
        return
    draft = drafts[_kind(name)]
    verdict = _verdict(test, at)
    if draft.kind == "Model":
        path = draft.entry("evaluation.tests")
        draft.text(f"{path}.name", test.get("name"), (*at, "name"))
        draft.text(f"{path}.message", test.get("description"), (*at, "description"))
        put_verdict(draft, path, verdict)
        run.of_test(draft, path)
        return
    path = draft.entry("quality.requirements")
    draft.text(f"{path}.measure", test.get("name"), (*at, "name"))
    put_verdict(draft, path, verdict)
    run.of_requirement(draft, path)
    of_count = mapping(test.get("bound_test")).get("is_count") is True
    number = values.get(f"{metric.get('metric_id')}{_COUNT if of_count else ''}")
    if verdict.passed is not None and number is not None and exact_number(number.value) is not None:
        draft.number(f"{path}.value", number.value, number.source)
        _bound(draft, path, mapping(test.get("test_config")), (*at, "test_config"))


def _verdict(test: dict[str, Any], at: Steps) -> Verdict:
    status = str(test.get("status")).rpartition(".")[2]
    reason = said("the test could not run", test.get("description"))
    return Verdict(_VERDICTS.get(status), reason, (*at, "status"))


def _bound(draft: Draft, path: str, config: dict[str, Any], at: Steps) -> None:
    match = _TEST_TYPE.fullmatch(config["type"]) if type(config.get("type")) is str else None
    bound = _BOUNDS.get(match[1]) if match else None
    limit = given(config.get("threshold"), (*at, "threshold"))
    if bound and limit is not None:
        draft.number(f"{path}.{bound}", limit.value, limit.source)
