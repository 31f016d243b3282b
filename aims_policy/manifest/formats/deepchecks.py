"""Results of Deepchecks (``to_json``) to tests of a Model or quality requirements of a Dataset.

Suites and single checks are read. Each condition of a check is one of them, WARN being a condition that was not met. A
check that failed to run (``CheckFailure``) is a gap. Checks that ask a model to predict belong to a Model, those of
data alone to a Dataset. The file names neither the asset nor a date; often it is one JSON text holding JSON.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run, Verdict, put_verdict, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("deepchecks",)
TITLE = "Deepchecks result"
VERSIONS = "0.9 to 0.19"
STRENGTH = "tool"
KEYS = told_by("type")
YIELDS = {"deepchecks": ("Model", "Dataset")}
IGNORED = frozenset(["type", "name", "results.type", "results.check", "results.display", "check", "display"])

_TYPES = frozenset(["SuiteResult", "CheckResult", "CheckFailure"])
_VERDICTS = {"PASS": True, "WARN": False, "FAIL": False}
# The checks of deepchecks.tabular and .vision that run a model; docs.deepchecks.com, "Model Evaluation".
_OF_MODELS = frozenset(
    name.casefold()
    for name in [
        *(
            "Train Test Performance",
            "Single Dataset Performance",
            "Multi Model Performance Report",
            "ROC Report",
        ),
        *(
            "Confusion Matrix Report",
            "Simple Model Comparison",
            "Weak Segments Performance",
            "Calibration Score",
        ),
        *(
            "Calibration Metric",
            "Regression Error Distribution",
            "Regression Systematic Error",
            "Unused Features",
        ),
        *("Boosting Overfit", "Model Inference Time", "Prediction Drift", "Train Test Prediction Drift"),
        *("Performance Bias", "Performance Disparity Report", "Segment Performance", "Model Error Analysis"),
        *(
            "Mean Average Precision Report",
            "Mean Average Recall Report",
            "Image Segment Performance",
            "Model Info",
        ),
        *("Class Performance", "Robustness Report", "Confusion Matrix"),
    ]
)


def detect(document: Located) -> str:
    value = mapping(document.value)
    kind = value.get("type")
    if type(kind) is not str or kind not in _TYPES:
        return ""
    return (
        "deepchecks"
        if type(value.get("results" if kind == "SuiteResult" else "check")) in (list, dict)
        else ""
    )


def convert(document: Located, _format: str) -> list[Draft]:
    drafts = {"Model": Draft("Model", document), "Dataset": Draft("Dataset", document)}
    for check, at in _checks(mapping(document.value), (), 0):
        name = str(mapping(check.get("check")).get("name"))
        draft = drafts["Model" if name.casefold() in _OF_MODELS else "Dataset"]
        draft.used.add(at)
        run = Run(tool=Given("deepchecks", (*at, "type") if "type" in check else at))
        if check.get("type") == "CheckFailure":
            reason = said("the check could not run", check.get("exception"))
            _entry(draft, check, at, None, Verdict(None, reason, (*at, "exception")), run)
        for condition, place in elements(check.get("conditions_results"), (*at, "conditions_results")):
            _entry(draft, check, at, (mapping(condition), place), _verdict(mapping(condition), place), run)
    return [draft for draft in drafts.values() if draft.tree]


def _checks(value: dict[str, Any], at: Steps, depth: int) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The check itself, or those of a suite and of the suites in it."""
    if value.get("type") != "SuiteResult":
        yield value, at
    elif depth < 5:
        for inner, place in elements(value.get("results"), (*at, "results")):
            yield from _checks(mapping(inner), place, depth + 1)


def _verdict(condition: dict[str, Any], at: Steps) -> Verdict:
    status = condition.get("Status")
    passed = _VERDICTS.get(status) if type(status) is str else None
    if passed is not None:
        return Verdict(passed, "", (*at, "Status"))
    return Verdict(
        None, said("the condition could not be checked", condition.get("More Info")), (*at, "Status")
    )


def _entry(
    draft: Draft,
    check: dict[str, Any],
    at: Steps,
    condition: tuple[dict[str, Any], Steps] | None,
    verdict: Verdict,
    run: Run,
) -> None:
    header = next((name for name in ("header", "name") if type(check.get(name)) is str), "")
    title, source = (check[header], (*at, header)) if header else _name(check, at)
    told, place = condition if condition is not None else ({}, at)
    if draft.kind == "Model":
        path = draft.entry("evaluation.tests")
        draft.text(f"{path}.suite", title, source)
        named = (told.get("Condition"), (*place, "Condition")) if "Condition" in told else (title, source)
        draft.text(f"{path}.name", *named)
        draft.text(f"{path}.message", told.get("More Info") or None, (*place, "More Info"))
        put_verdict(draft, path, verdict)
        run.of_test(draft, path)
        return
    path = draft.entry("quality.requirements")
    measure = f"{title}: {told['Condition']}" if type(told.get("Condition")) is str else title
    draft.text(f"{path}.measure", measure, source)
    put_verdict(draft, path, verdict)
    run.of_requirement(draft, path)
    number = _number(check.get("value"), (*at, "value"))
    if verdict.passed is not None and number is not None:
        draft.number(f"{path}.value", number.value, number.source)


def _name(check: dict[str, Any], at: Steps) -> tuple[Any, Steps]:
    return mapping(check.get("check")).get("name"), (*at, "check", "name")


def _number(value: Any, at: Steps) -> Given | None:
    """A check's value where it is one number, bare or with its type beside it."""
    if type(value) is dict and "dtype" in value:
        value, at = value.get("value"), (*at, "value")
    return Given(value, at) if exact_number(value) is not None else None
