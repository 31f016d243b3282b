"""Test results of AI Verify (AI Verify Foundation), versions 0.9 to 2.x, to measurements of a Model.

A document is one result or a list of them. Read are the outputs of the fairness toolboxes (for classification: by
predicted class, metric and group; for regression: by subgroup) and of the robustness toolbox. The path of the model's
file is no name of the asset, and is kept as its artifact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping
from aims_policy.manifest.paths import KEY
from aims_policy.manifest.runs import Given, Run, given, tool_of

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("ai-verify",)
TITLE = "AI Verify test result"
VERSIONS = "0.9 to 2"
STRENGTH = "tool"
IGNORED = frozenset(
    """gid timeTaken time_taken testArguments.groundTruth testArguments.groundTruthDataset testArguments.modelType
    testArguments.mode testArguments.algorithmArgs test_arguments.groundTruth test_arguments.groundTruthDataset
    test_arguments.modelType test_arguments.mode test_arguments.algorithmArgs artifacts
    output.output_classes""".split()  # noqa: SIM905 - a list of words reads better
)


def detect(document: Located) -> str:
    results = list(elements(document.value, ()))
    return "ai-verify" if results and all(_is_result(mapping(result)) for result, _ in results) else ""


def _is_result(result: dict[str, Any]) -> bool:
    return {"gid", "cid", "output"} <= result.keys() and bool(
        {"testArguments", "test_arguments"} & result.keys()
    )


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    for result, at in elements(document.value, ()):
        if type(result) is dict and type(result.get("output")) is dict:
            _result(draft, result, at)
    return [draft] if draft.tree.keys() - {"provenance"} else []


def _result(draft: Draft, result: dict[str, Any], at: Steps) -> None:
    arguments = "testArguments" if "testArguments" in result else "test_arguments"
    told, place = mapping(result.get(arguments)), (*at, arguments)
    started = "startTime" if "startTime" in result else "start_time"
    name = result.get("cid")
    run = Run(
        tool_of(
            f"AI Verify {name}" if type(name) is str else "AI Verify",
            result.get("version"),
            (*at, "version"),
            (*at, "gid"),
        ),
        given(result.get(started), (*at, started)),
        given(told.get("testDataset"), (*place, "testDataset")),
    )
    draft.used.add((*at, "cid"))
    draft.text("provenance.artifact", told.get("modelFile"), (*place, "modelFile"))
    output, where = result["output"], (*at, "output")
    features = list(elements(output.get("sensitive_feature"), (*where, "sensitive_feature")))
    for feature, source in features:
        draft.put("fairness.attributes[+]", feature, source)
    attribute = Given(*features[0]) if len(features) == 1 else None
    if type(output.get("results")) is dict:
        _robustness(draft, output["results"], (*where, "results"), run)
        return
    for index, (results, source) in enumerate(elements(output.get("results"), (*where, "results"))):
        classes = list(elements(output.get("output_classes"), (*where, "output_classes")))
        label = Given(*classes[index]) if index < len(classes) else None
        if "subgroup" in mapping(results):
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


def _finish(draft: Draft, path: str, attribute: Given | None, run: Run) -> None:
    if attribute is not None:
        draft.text(f"{path}.attribute", attribute.value, attribute.source)
    run.of_measurement(draft, path)
