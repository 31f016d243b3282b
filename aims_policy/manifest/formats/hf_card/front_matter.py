"""The front matter of a card: the fields of the Hub (github.com/huggingface/hub-docs: modelcard.md, datasetcard.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

_RELATIONS = {"finetune": "finetune", "adapter": "adapter", "merge": "merge", "quantized": "quantized"}
SPLITS = {"train": "training", "training": "training", "validation": "validation", "valid": "validation",
           "dev": "validation", "test": "test", "testing": "test"}  # fmt: skip


def fill_model(draft: Draft, front: dict[str, Any], at: Steps) -> None:
    index = _first(front, "model-index", "model_index")
    if index:
        _model_index(draft, front[index], (*at, index))
    draft.text("metadata.name", front.get("model_name"), (*at, "model_name"))
    _license(draft, "provenance.license", front, at)
    task = _first(front, "pipeline_tag", "pipeline-tag")
    if task:
        draft.text("design.task", front[task], (*at, task))
    draft.texts("design.languages", front.get("language"), (*at, "language"))
    draft.text("tooling.components[0].name", front.get("library_name"), (*at, "library_name"))
    relation = front.get("base_model_relation")
    for i, (item, place) in enumerate(elements(front.get("base_model"), (*at, "base_model"))):
        draft.put(f"provenance.base_models[{i}].ref", item, place)
        if type(relation) is str:
            word = _RELATIONS.get(relation, relation)
            draft.put(f"provenance.base_models[{i}].relation", word, (*at, "base_model_relation"))
    for i, (item, place) in enumerate(elements(front.get("datasets"), (*at, "datasets"))):
        draft.put(f"training_data.datasets[{i}].ref", item, place)
    _emissions(draft, front.get("co2_eq_emissions"), (*at, "co2_eq_emissions"))


def _emissions(draft: Draft, given: Any, at: Steps) -> None:
    """An object, or only the number; grams of CO2 equivalent (huggingface.co/docs/hub/model-cards-co2)."""
    if type(given) is not dict:
        draft.number("compute.training_co2_kg", given, at, Decimal("0.001"))
        return
    draft.number("compute.training_co2_kg", given.get("emissions"), (*at, "emissions"), Decimal("0.001"))
    draft.text("compute.method", given.get("source"), (*at, "source"))
    draft.text("compute.region", given.get("geographical_location"), (*at, "geographical_location"))
    draft.text("compute.hardware", given.get("hardware_used"), (*at, "hardware_used"))


def _model_index(draft: Draft, given: Any, at: Steps) -> None:
    for entry, place in elements(given, at):
        if type(entry) is not dict:
            continue
        draft.text("metadata.name", entry.get("name"), (*place, "name"))
        for result, origin in elements(entry.get("results"), (*place, "results")):
            _result(draft, mapping(result), origin)


def _result(draft: Draft, result: dict[str, Any], at: Steps) -> None:
    task, dataset, source = (mapping(result.get(k)) for k in ("task", "dataset", "source"))
    draft.text("design.task", task.get("type"), (*at, "task", "type"))
    for metric, place in elements(result.get("metrics"), (*at, "metrics")):
        if type(metric) is not dict:
            continue
        kind = "type" if type(metric.get("type")) is str else "name"
        path = draft.measurement(metric.get(kind), metric.get("value"), (*place, kind), (*place, "value"))
        for name in ("type", "name"):
            if type(dataset.get(name)) is str:
                draft.put(f"{path}.dataset", dataset[name], (*at, "dataset", name))
        draft.text(f"{path}.report", source.get("url"), (*at, "source", "url"))


def fill_dataset(draft: Draft, front: dict[str, Any], at: Steps) -> None:
    _license(draft, "acquisition.license", front, at)
    draft.text("metadata.title", front.get("pretty_name"), (*at, "pretty_name"))
    draft.texts("content.languages", front.get("language"), (*at, "language"))
    draft.texts("intended_use.use_cases", front.get("task_categories"), (*at, "task_categories"))
    draft.text("governance.access", front.get("extra_gated_prompt"), (*at, "extra_gated_prompt"))
    draft.text("acquisition.quantity", front.get("size_categories"), (*at, "size_categories"))
    infos = list(elements(front.get("dataset_info"), (*at, "dataset_info")))
    for info, place in infos:
        _info(draft, mapping(info), place, alone=len(infos) == 1)
    for item, place in elements(front.get("source_datasets"), (*at, "source_datasets")):
        draft.used.add(place)
        if type(item) is str and item != "original":  # "original" says that there is no other source
            path = draft.entry("provenance.sources")
            word, _, name = item.partition("|")
            if word.startswith("extended") and name:
                draft.put(f"{path}.dataset", name, place)
            draft.put(f"{path}.name", name or item, place)


def fill_rest(draft: Draft, front: dict[str, Any], at: Steps) -> None:
    """Words of the Hub's own lists, which count where the body does not say more."""
    if draft.kind == "Dataset":
        draft.text("acquisition.method", front.get("language_creators"), (*at, "language_creators"))
        annotators = front.get("annotations_creators")
        draft.text("preparation.annotation.annotators", annotators, (*at, "annotations_creators"))


def _info(draft: Draft, info: dict[str, Any], at: Steps, *, alone: bool) -> None:
    """Features, splits, and the number of records where there is one split: a sum would not be the card's."""
    for feature, place in elements(info.get("features"), (*at, "features")):
        if type(mapping(feature).get("name")) is str:
            draft.put("content.features[+]", feature["name"], (*place, "name"))
    splits = [(mapping(s), p) for s, p in elements(info.get("splits"), (*at, "splits"))]
    roles = draft.tree.get("content", {}).get("role", [])
    for split, place in splits:
        role = SPLITS.get(str(split.get("name")))
        if role is not None:
            draft.used.add((*place, "name"))
            if role not in roles:
                draft.put("content.role[+]", role, (*place, "name"))
                roles = draft.tree["content"]["role"]
    if alone and len(splits) == 1:
        split, place = splits[0]
        draft.number("content.records", split.get("num_examples"), (*place, "num_examples"))


def _license(draft: Draft, path: str, front: dict[str, Any], at: Steps) -> None:
    """The licence, or where the Hub has no id for it (`other`) its name."""
    given = front.get("license")
    if given in ("other", ["other"]) and type(front.get("license_name")) is str:
        draft.text(path, front["license_name"], (*at, "license_name"))
    draft.text(path, given, (*at, "license"))


def _first(front: dict[str, Any], *names: str) -> str:
    return next((n for n in names if n in front), "")
