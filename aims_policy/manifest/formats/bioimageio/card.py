"""What version 0.5 of a model's description holds of a model card, under ``config.bioimageio``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

_TEXTS = {
    "task": "design.task",
    "architecture_description": "design.architecture",
    "architecture_type": "design.architecture",
}
_LIMITS = {
    "known_biases": "limitations.biases[+]",
    "limitations": "limitations.known[+]",
    "recommendations": "limitations.recommendations",
}
_IMPACT = {
    "hardware_type": "compute.hardware",
    "cloud_provider": "compute.provider",
    "compute_region": "compute.region",
}
_SETTINGS = (
    "training_epochs",
    "training_batch_size",
    "initial_learning_rate",
    "learning_rate_schedule",
    "loss_function",
    "optimizer",
    "regularization",
)
_FILLED_IN = (
    "In general bioimage models may suffer from biases",
    "Common risks in bioimage analysis include",
)
"""How the texts begin that the specification's own library fills in."""
_TEST = ("test", "independent")
_NO_TEST = ("train", "validation")
_ALL = "overall"


def card(draft: Draft, given: dict[str, Any], at: Steps, described: dict[str, Any]) -> None:
    for name, path in _TEXTS.items():
        draft.text(path, given.get(name), (*at, name))
    draft.texts("intended_use.out_of_scope", given.get("out_of_scope_use"), (*at, "out_of_scope_use"))
    _limits(draft, mapping(given.get("bias_risks_limitations")), (*at, "bias_risks_limitations"))
    _training(draft, mapping(given.get("training")), (*at, "training"))
    impact, place = mapping(given.get("environmental_impact")), (*at, "environmental_impact")
    for name, path in _IMPACT.items():
        draft.text(path, impact.get(name), (*place, name))
    draft.number("compute.training_co2_kg", impact.get("co2_emitted"), (*place, "co2_emitted"))
    tested = [
        (mapping(item), spot)
        for item, spot in elements(given.get("evaluations"), (*at, "evaluations"))
        if mapping(item).get("dataset_role") not in _NO_TEST
        and mapping(item).get("model_id") in (None, described.get("id"))
    ]
    for evaluation, spot in tested:
        _evaluation(draft, evaluation, spot)
    if len(tested) == 1 and tested[0][0].get("dataset_role") in _TEST:
        draft.text("evaluation.test_dataset", tested[0][0].get("dataset_id"), (*tested[0][1], "dataset_id"))


def _limits(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    for name, path in _LIMITS.items():
        if _says(draft, given.get(name), (*at, name)):
            draft.put(path, given[name], (*at, name))
    if _says(draft, given.get("risks"), (*at, "risks")):
        draft.put(f"{draft.entry('risk.entries')}.description", given["risks"], (*at, "risks"))


def _says(draft: Draft, text: Any, at: Steps) -> bool:
    """Whether a text is the authors' own."""
    if type(text) is str and text.lstrip().startswith(_FILLED_IN):
        draft.used.add(at)
        return False
    return text is not None


def _training(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    draft.text(
        "training_data.preprocessing", given.get("training_preprocessing"), (*at, "training_preprocessing")
    )
    for name in _SETTINGS:
        if given.get(name) is not None:
            draft.put_key("design.hyperparameters", name, given[name], (*at, name))


def _evaluation(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    """A row for each metric, and in it a result for each factor: the whole or a part of the data."""
    factors = list(elements(given.get("evaluation_factors"), (*at, "evaluation_factors")))
    metrics = list(elements(given.get("metrics"), (*at, "metrics")))
    rows = list(elements(given.get("results"), (*at, "results")))
    if len(rows) != len(metrics):
        return
    for (metric, told), (row, place) in zip(metrics, rows, strict=True):
        results = list(elements(row, place))
        if type(metric) is not str or len(results) != len(factors):
            continue
        for (factor, named), (value, spot) in zip(factors, results, strict=True):
            path = draft.measurement(metric, value, told, spot)
            draft.text(f"{path}.dataset", given.get("dataset_id"), (*at, "dataset_id"))
            if type(factor) is str and factor.casefold() == _ALL:
                draft.used.add(named)
                draft.number(f"{path}.sample_size", given.get("sample_count"), (*at, "sample_count"))
            else:
                draft.text(f"{path}.group", factor, named)
