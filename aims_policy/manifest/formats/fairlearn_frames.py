"""Fairlearn's results kept as JSON: a dumped ``MetricFrame``, and the dictionary of its former dashboard.

Fairlearn writes no file of its own; what people dump is ``overall`` and ``by_group`` of a frame, bare or under the name
of the sensitive feature, as `to_dict` gives them: metric by group or group by metric, which the metrics of ``overall``
tell apart. A ``difference`` or ``ratio`` beside them is evidence only where it is that between the groups themselves,
for Fairlearn knows another one, to the overall value, that is smaller.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number, is_known, metric_of
from aims_policy.manifest.foreign.runs import Given, Run, given
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("fairlearn-metricframe", "fairlearn-dashboard")
TITLE = "Fairlearn MetricFrame"
VERSIONS = ""
STRENGTH = "tool"
IGNORED = frozenset(
    "schemaType schemaVersion predictionType predictedY trueY".split()  # noqa: SIM905 - a list of words reads better
)

_COMPARED = {
    "difference": ("difference", "differences", "difference_overall", "difference_between_groups"),
    "ratio": ("ratio", "ratios", "ratio_overall", "ratio_between_groups"),
}
_OF_FRAMES = frozenset(["overall", "by_group", *(name for names in _COMPARED.values() for name in names)])
_NO_ATTRIBUTES = frozenset(
    """fairness fairness_metrics fairness_report metrics metric_frame metricframe frame results report
    evaluation""".split()  # noqa: SIM905 - a list of words reads better
)
_TOLERANCE = Decimal("0.000001")  # of what was rounded before it was written


class Frame(NamedTuple):
    """A dumped frame and where it stands; `by_metric` tells that the metric is the outer key of ``by_group``."""

    value: dict[str, Any]
    at: Steps
    attribute: Given | None
    by_metric: bool


def detect(document: Located) -> str:
    value = mapping(document.value)
    if value.get("schemaType") == "dashboardDictionary" and "precomputedMetrics" in value:
        return "fairlearn-dashboard"
    return "fairlearn-metricframe" if any(True for _ in _frames(value)) else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    value = mapping(document.value)
    if format == "fairlearn-dashboard":
        return _dashboard(document, value)
    draft = Draft("Model", document)
    for index, frame in enumerate(_frames(value)):
        run = Run(tool=Given("fairlearn", (*frame.at, "by_group", KEY)))
        if index == 0:
            _overall(draft, frame, run)
        draft.used.add((*frame.at, "overall"))
        _groups(draft, frame, run)
        for word, names in _COMPARED.items():
            for name in names:
                _compared(draft, frame, word, name, run)
        for name, value, at in _beside(frame):
            path = draft.measurement(name, value, (*at, KEY), at, section="fairness")
            _finish(draft, path, frame, run)
    return [draft] if draft.tree else []


def _frames(value: dict[str, Any]) -> Iterator[Frame]:
    """The document itself, or each frame in it by the name of the sensitive feature."""
    by_metric = _orientation(value)
    if by_metric is not None:
        named = value.get("sensitive_features")
        named = named[0] if type(named) is list and len(named) == 1 else named
        yield Frame(
            value, (), given(named if type(named) is str else None, ("sensitive_features",)), by_metric
        )
        return
    # What stands beside the frames in a word or two says when and of what they were made.
    inside = [(key, mapping(inner)) for key, inner in value.items() if type(inner) in (dict, list)]
    if all(_orientation(inner) is not None for _, inner in inside):
        for key, inner in inside:
            attribute = None if key.lower() in _NO_ATTRIBUTES else Given(key, (key, KEY))
            yield Frame(inner, (key,), attribute, bool(_orientation(inner)))


def _orientation(frame: dict[str, Any]) -> bool | None:
    """Whether ``by_group`` is by metric; None where this is no frame, or nothing tells."""
    overall, by_group = mapping(frame.get("overall")), mapping(frame.get("by_group"))
    if not overall or not by_group or not all(type(inner) is dict and inner for inner in by_group.values()):
        return None
    if by_group.keys() <= overall.keys():
        return True
    return False if all(inner.keys() <= overall.keys() for inner in by_group.values()) else None


def _overall(draft: Draft, frame: Frame, run: Run) -> None:
    overall = frame.value["overall"]
    run = run._replace(sample_size=given(overall.get("count"), (*frame.at, "overall", "count")))
    for metric, value in overall.items():
        if metric != "count":
            source = (*frame.at, "overall", metric)
            run.of_measurement(draft, draft.measurement(metric, value, (*source, KEY), source))


def _groups(draft: Draft, frame: Frame, run: Run) -> None:
    if frame.attribute is not None:
        draft.put("fairness.attributes[+]", *frame.attribute)
    named: set[str] = set()
    counts: dict[str, Given] = {}
    for metric, group, value, source in _cells(frame):
        if metric == "count":
            counts.setdefault(group, Given(value, source))
    for metric, group, value, source in _cells(frame):
        if metric == "count":
            continue
        steps = source if frame.by_metric else source[:-1]
        place, of_metric = (*steps, KEY), (*(source[:-1] if frame.by_metric else source), KEY)
        if group not in named:
            named.add(group)
            draft.put("fairness.groups[+]", group, place)
        path = draft.measurement(metric, value, of_metric, source, section="fairness")
        draft.put(f"{path}.group", group, place)
        _finish(draft, path, frame, run._replace(sample_size=counts.get(group)))


def _cells(frame: Frame) -> Iterator[tuple[str, str, Any, Steps]]:
    """(metric, group, value, where the value is) of every cell."""
    for outer, inner in frame.value["by_group"].items():
        for name, value in inner.items():
            metric, group = (outer, name) if frame.by_metric else (name, outer)
            yield metric, group, value, (*frame.at, "by_group", outer, name)


def _compared(draft: Draft, frame: Frame, word: str, name: str, run: Run) -> None:
    for metric, value in mapping(frame.value.get(name)).items():
        if metric == "count":
            draft.used.add((*frame.at, name, metric))
            continue
        source = (*frame.at, name, metric)
        compared = f"{metric_of(metric).name}_{word}"
        path = draft.measurement(compared, value, (*source, KEY), source, section="fairness")
        reason = _contradiction(frame, metric, word, value)
        if reason:
            draft.doubt(f"{path}.value", reason)
        _finish(draft, path, frame, run)


def _beside(frame: Frame) -> Iterator[tuple[str, Any, Steps]]:
    """Comparisons of the groups that stand beside them by their own names, or under one name."""
    for name, inner in frame.value.items():
        for key, value, at in (
            ((key, value, (*frame.at, name, key)) for key, value in inner.items())
            if type(inner) is dict
            else [(name, inner, (*frame.at, name))]
        ):
            is_one = (
                metric_of(key).section == "fairness" and is_known(key) and type(value) not in (dict, list)
            )
            if is_one and name not in _OF_FRAMES:
                yield key, value, at


def _contradiction(frame: Frame, metric: str, word: str, value: Any) -> str:
    """Why this cannot be the difference or ratio between the groups whose values stand beside it."""
    cells = [exact_number(cell) for name, _, cell, _ in _cells(frame) if name == metric]
    numbers, told = [cell for cell in cells if cell is not None], exact_number(value)
    if not numbers or len(numbers) < len(cells) or told is None:
        return ""
    largest, smallest = max(numbers), min(numbers)
    if word == "ratio" and largest <= 0:
        return ""
    between = largest - smallest if word == "difference" else smallest / largest
    if abs(between - told) <= _TOLERANCE:
        return ""
    return f"`{str(value)[:40]}` is not the {word} between the groups, which is {between:.6g}"


def _finish(draft: Draft, path: str, frame: Frame, run: Run) -> None:
    if frame.attribute is not None:
        draft.put(f"{path}.attribute", *frame.attribute)
    run.of_measurement(draft, path)


def _dashboard(document: Located, value: dict[str, Any]) -> list[Draft]:
    """One Model for each of the models compared; ``precomputedMetrics`` is by feature, then by model."""
    bins = dict(enumerate(mapping(one) for one, _ in elements(value.get("precomputedFeatureBins"), ())))
    drafts: dict[int, Draft] = {}
    for feature, (models, at) in enumerate(
        elements(value.get("precomputedMetrics"), ("precomputedMetrics",))
    ):
        for index, (metrics, place) in enumerate(elements(models, at)):
            draft = drafts.setdefault(index, Draft("Model", document))
            draft.used.update([("precomputedMetrics",), ("precomputedFeatureBins",), ("modelNames",)])
            for metric, result in mapping(metrics).items():
                _dashboard_metric(
                    draft, metric, mapping(result), (*place, metric), (feature, bins.get(feature, {}))
                )
    names = value.get("modelNames")
    for index, draft in drafts.items():
        if type(names) is list and index < len(names):
            draft.text("metadata.name", names[index], ("modelNames", index))
    return [draft for draft in drafts.values() if draft.tree.keys() - {"metadata"}]


def _dashboard_metric(
    draft: Draft, metric: str, result: dict[str, Any], at: Steps, bins: tuple[int, dict[str, Any]]
) -> None:
    feature, told = bins
    run, place = Run(tool=Given("fairlearn", (*at[:1], KEY))), ("precomputedFeatureBins", feature)
    if metric in ("count", "overprediction", "underprediction"):
        return
    if feature == 0 and "global" in result:
        path = draft.measurement(metric, result["global"], (*at, KEY), (*at, "global"))
        run.of_measurement(draft, path)
    labels = told.get("binLabels")
    for index, (value, source) in enumerate(elements(result.get("bins"), (*at, "bins"))):
        path = draft.measurement(metric, value, (*at, KEY), source, section="fairness")
        if type(labels) is list and index < len(labels):
            draft.text(f"{path}.group", labels[index], (*place, "binLabels", index))
        draft.text(f"{path}.attribute", told.get("featureBinName"), (*place, "featureBinName"))
        run.of_measurement(draft, path)
