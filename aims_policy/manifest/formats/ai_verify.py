"""Test results of AI Verify (AI Verify Foundation), versions 0.9 to 2.x, to measurements of a Model.

A document is one result or a list of them. Read are the outputs of the fairness toolboxes (for classification: by
predicted class, metric and group; for regression: by subgroup), of the robustness toolbox, and of the image corruption
toolbox (accuracy by corruption and severity, of which 0 is the image as it was). The path of the model's
file is no name of the asset, and is kept as its artifact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.runs import Given, Run, given, tool_of
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("ai-verify",)
TITLE = "AI Verify test result"
VERSIONS = "0.9 to 2"
STRENGTH = "tool"
KEYS = told_by("output", "results")
IGNORED = frozenset(
    """gid timeTaken time_taken testArguments.groundTruth testArguments.groundTruthDataset testArguments.modelType
    testArguments.mode testArguments.algorithmArgs test_arguments.groundTruth test_arguments.groundTruthDataset
    test_arguments.modelType test_arguments.mode test_arguments.algorithmArgs artifacts
    output.output_classes""".split()  # noqa: SIM905 - a list of words reads better
)


_PERTURBED = frozenset(["num_of_perturbed_samples", "org_performance", "perturbed_performance"])
_UNTOUCHED = "severity0"


def detect(document: Located) -> str:
    results = list(elements(document.value, ()))
    return "ai-verify" if results and all(_is_result(mapping(result)) for result, _ in results) else ""


def _is_result(result: dict[str, Any]) -> bool:
    """A whole result, or the output of an algorithm alone."""
    if {"gid", "cid", "output"} <= result.keys() and {"testArguments", "test_arguments"} & result.keys():
        return True
    entries = result.get("results")
    if type(entries) is dict and entries.keys() >= _PERTURBED and result.keys() <= {"results"}:
        return True
    if type(entries) is list and entries and all(_is_corruption(mapping(e)) for e in entries):
        return True
    if not result.keys() <= {"sensitive_feature", "output_classes", "results"} or type(entries) is not list:
        return False
    return bool(entries) and "sensitive_feature" in result and all(_is_entry(mapping(e)) for e in entries)


def _is_corruption(entry: dict[str, Any]) -> bool:
    return type(entry.get("corruption_function")) is str and type(entry.get("accuracy")) is dict


def _is_entry(entry: dict[str, Any]) -> bool:
    if "subgroup" in entry:
        return True
    cells = [mapping(cell) for values in entry.values() for cell, _ in elements(values, ())]
    return bool(cells) and all(cell.keys() == {"group", "metric"} for cell in cells)


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    for result, at in elements(document.value, ()):
        if type(result) is not dict:
            continue
        run = _run(draft, result, at)
        if type(result.get("output")) is dict:
            _output(draft, result["output"], (*at, "output"), run)
        elif "gid" not in result:
            _output(draft, result, at, run)
    return [draft] if draft.tree.keys() - {"provenance"} else []


def _run(draft: Draft, result: dict[str, Any], at: Steps) -> Run:
    arguments = "testArguments" if "testArguments" in result else "test_arguments"
    told, place = mapping(result.get(arguments)), (*at, arguments)
    started = "startTime" if "startTime" in result else "start_time"
    name = result.get("cid")
    tool = f"AI Verify {name}" if type(name) is str else "AI Verify"
    recognised_by = (*at, "gid" if "gid" in result else "results")
    draft.used.add((*at, "cid"))
    draft.text("provenance.artifact", told.get("modelFile"), (*place, "modelFile"))
    return Run(
        tool_of(tool, result.get("version"), (*at, "version"), recognised_by),
        given(result.get(started), (*at, started)),
        given(told.get("testDataset"), (*place, "testDataset")),
    )


def _output(draft: Draft, output: dict[str, Any], at: Steps, run: Run) -> None:
    features = list(elements(output.get("sensitive_feature"), (*at, "sensitive_feature")))
    for feature, source in features:
        draft.put("fairness.attributes[+]", feature, source)
    attribute = Given(*features[0]) if len(features) == 1 else None
    if type(output.get("results")) is dict:
        _robustness(draft, output["results"], (*at, "results"), run)
        return
    classes = list(elements(output.get("output_classes"), (*at, "output_classes")))
    for index, (results, source) in enumerate(elements(output.get("results"), (*at, "results"))):
        label = Given(*classes[index]) if index < len(classes) else None
        if _is_corruption(mapping(results)):
            _corruption(draft, results, source, run, is_first=index == 0)
        elif "subgroup" in mapping(results):
            _subgroup(draft, results, source, attribute, run)
        else:
            _class(draft, mapping(results), source, label, attribute, run)


def _class(
    draft: Draft, metrics: dict[str, Any], at: Steps, label: Given | None, attribute: Given | None, run: Run
) -> None:
    """Of one predicted class: each metric for single groups, or for two groups compared."""
    draft.used.add(at)
    for metric, values in metrics.items():
        for entry, place in elements(values, (*at, metric)):
            value, group = mapping(entry).get("metric"), mapping(entry).get("group")
            path = draft.measurement(
                metric, value, (*at, metric, KEY), (*place, "metric"), section="fairness"
            )
            members = [str(one) for one, _ in elements(group, ()) if type(one) in (int, str)]
            of_class = f"class {label.value}" if label is not None else ""
            if len(members) == 1:  # where two are compared, the value is for all of them
                draft.put(
                    f"{path}.group", f"{members[0]} ({of_class})".removesuffix(" ()"), (*place, "group")
                )
            elif label is not None:
                draft.put(f"{path}.group", of_class, label.source)
            _finish(draft, path, attribute, run)


def _subgroup(draft: Draft, metrics: dict[str, Any], at: Steps, attribute: Given | None, run: Run) -> None:
    for metric, value in metrics.items():
        if metric != "subgroup":
            source = (*at, metric)
            path = draft.measurement(metric, value, (*source, KEY), source, section="fairness")
            draft.text(f"{path}.group", metrics["subgroup"], (*at, "subgroup"))
            _finish(draft, path, attribute, run)


def _robustness(draft: Draft, results: dict[str, Any], at: Steps, run: Run) -> None:
    """Performance before and after perturbation. By what measure the result does not say: accuracy, or an error."""
    perturbed = given(results.get("num_of_perturbed_samples"), (*at, "num_of_perturbed_samples"))
    for names, metric in (
        (("org_performance", "original"), "performance"),
        (("perturbed_performance", "adversarial"), "performance_under_perturbation"),
    ):
        for name in names:
            if name in results:
                source = (*at, name)
                path = draft.measurement(metric, results[name], (*source, KEY), source, section="robustness")
                draft.put(f"{path}.source_metric", name, (*source, KEY))
                run._replace(sample_size=perturbed if "perturbation" in metric else None).of_measurement(
                    draft, path
                )


def _corruption(draft: Draft, results: dict[str, Any], at: Steps, run: Run, *, is_first: bool) -> None:
    """Accuracy by severity. That on untouched images is the same in each entry, and read once."""
    function, accuracy = results["corruption_function"], results["accuracy"]
    draft.used.update([at, (*at, "accuracy", _UNTOUCHED)])
    for severity, value in accuracy.items():
        source = (*at, "accuracy", severity)
        if severity != _UNTOUCHED:
            path = draft.measurement("robust_accuracy", value, (*at, "accuracy", KEY), source)
            draft.text(f"{path}.source_metric", "accuracy", (*at, "accuracy", KEY))
            draft.text(f"{path}.group", f"{function} {severity}", (*at, "corruption_function"))
        elif is_first:
            path = draft.measurement("accuracy", value, (*at, "accuracy", KEY), source)
        else:
            continue
        run.of_measurement(draft, path)


def _finish(draft: Draft, path: str, attribute: Given | None, run: Run) -> None:
    if attribute is not None:
        draft.text(f"{path}.attribute", attribute.value, attribute.source)
    run.of_measurement(draft, path)
