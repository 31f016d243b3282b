"""Hugging Face model and dataset cards: a README.md with YAML front matter and sections of prose.

Which of the two a card is, its content tells. In the body the headings of the Hub's own templates are known, and
their older forms. Emissions are grams there and kilograms here. Metrics that are fractions but are printed as,
say, 92.1 are gaps: the card does not say that per cent are meant.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping
from aims_policy.manifest.placeholders import absence

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("hf-model-card", "hf-dataset-card")
TITLE = "Hugging Face card"
IGNORED = frozenset(["body"])

_MODEL_KEYS = frozenset(
    """model-index model_index pipeline_tag pipeline-tag library_name base_model base_model_relation datasets metrics
    co2_eq_emissions widget inference mask_token mask-token model_name""".split()  # noqa: SIM905 - a list of words
)
_DATASET_KEYS = frozenset(
    """task_categories task_ids size_categories annotations_creators language_creators source_datasets dataset_info
    configs pretty_name multilinguality paperswithcode_id train-eval-index extra_gated_fields viewer
    language_bcp47 dataset""".split()  # noqa: SIM905 - a list of words
)
_CARD_KEYS = frozenset(["license", "language", "tags", "thumbnail", "license_name"])

# Heading to (how, path): "text" is all prose of the section, "items" its bullets or paragraphs.
_MODEL_HEADINGS = {
    "model description": ("text", "metadata.description"),
    "model details": ("text", "metadata.description"),
    "model summary": ("text", "metadata.description"),
    "uses": ("text", "intended_use.summary"),
    "intended use": ("text", "intended_use.summary"),
    "intended uses": ("text", "intended_use.summary"),
    "intended uses & limitations": ("text", "intended_use.summary"),
    "intended uses and limitations": ("text", "intended_use.summary"),
    "direct use": ("items", "intended_use.use_cases"),
    "downstream use": ("items", "intended_use.use_cases"),
    "out-of-scope use": ("items", "intended_use.out_of_scope"),
    "out of scope use": ("items", "intended_use.out_of_scope"),
    "misuse and out-of-scope use": ("items", "intended_use.out_of_scope"),
    "misuse, malicious use, and out-of-scope use": ("items", "intended_use.out_of_scope"),
    "limitations": ("items", "limitations.known"),
    "known limitations": ("items", "limitations.known"),
    "limitations and bias": ("items", "limitations.known"),
    "limitations and biases": ("items", "limitations.known"),
    "bias and limitations": ("items", "limitations.known"),
    "bias, risks, and limitations": ("items", "limitations.known"),
    "risks, limitations and biases": ("items", "limitations.known"),
    "bias": ("items", "limitations.biases"),
    "biases": ("items", "limitations.biases"),
    "recommendations": ("text", "limitations.recommendations"),
    "preprocessing": ("text", "training_data.preprocessing"),
    "training procedure": ("text", "design.training_method"),
    "training": ("text", "design.training_method"),
    "model architecture": ("text", "design.architecture"),
    "model architecture and objective": ("text", "design.architecture"),
    "hardware": ("text", "compute.hardware"),
}
_DATASET_HEADINGS = {
    "dataset summary": ("text", "content.summary"),
    "dataset description": ("text", "content.summary"),
    "data fields": ("items", "content.features"),
    "initial data collection and normalization": ("text", "acquisition.method"),
    "data collection and processing": ("text", "acquisition.method"),
    "who are the source language producers?": ("text", "acquisition.subjects"),
    "who are the source data producers?": ("text", "acquisition.subjects"),
    "annotation process": ("text", "preparation.annotation.protocol"),
    "who are the annotators?": ("text", "preparation.annotation.annotators"),
    "personal and sensitive information": ("text", "governance.privacy_handling"),
    "curation rationale": ("text", "preparation.selection_criteria"),
    "licensing information": ("text", "acquisition.license"),
    "discussion of biases": ("biases", "quality.known_biases"),
    "bias, risks, and limitations": ("items", "limitations.known"),
    "other known limitations": ("items", "limitations.known"),
    "limitations": ("items", "limitations.known"),
    "recommendations": ("text", "limitations.recommendations"),
    "uses": ("text", "intended_use.summary"),
    "intended use": ("text", "intended_use.summary"),
    "direct use": ("items", "intended_use.use_cases"),
    "out-of-scope use": ("items", "intended_use.out_of_scope"),
    "supported tasks and leaderboards": ("text", "intended_use.summary"),
}
# In the templates these open with links and contacts; a section that says more comes first.
_LAST = frozenset(["dataset description", "model details"])
_RELATIONS = {"finetune": "finetune", "adapter": "adapter", "merge": "merge", "quantized": "quantized"}
_TITLE = re.compile(r"(?:model|dataset|data)\s+card\s+(?:for|of|:)?\s*", re.IGNORECASE)
_LABEL = re.compile(r"[-*+\s]*(?:\*\*|__)?[^:*_]{1,60}(?:\([^)]*\))?(?::\s*(?:\*\*|__)|(?:\*\*|__)\s*:|:)\s*")
_DROPPED = re.compile(r"[^\w\s&,?-]")


def detect(document: Located) -> str:
    """By front matter and headings; "" for a Markdown file that is no card."""
    value = document.value
    if type(value) is not dict or set(value) != {"front_matter", "body"}:
        return ""
    keys = set(value["front_matter"])
    headings = [_folded(section["heading"]) for section in value["body"]]
    titles = " ".join(headings[:3])
    dataset = len(keys & _DATASET_KEYS) + 3 * ("dataset card" in titles or "data card" in titles)
    model = len(keys & _MODEL_KEYS) + 3 * ("model card" in titles)
    dataset += sum(2 for h in headings if h in _DATASET_HEADINGS and h not in _MODEL_HEADINGS)
    model += sum(1 for h in headings if h in _MODEL_HEADINGS and h not in _DATASET_HEADINGS)
    if not model and not dataset:
        if not keys & _CARD_KEYS:
            return ""
        dataset, model = _mentions(value["body"])
    return "hf-dataset-card" if dataset > model else "hf-model-card"


def _mentions(body: list[dict[str, Any]]) -> tuple[int, int]:
    """How often prose speaks of a dataset and of a model: for cards that nothing else tells apart."""
    words = " ".join(" ".join([s["heading"], *s["lines"][:20]]) for s in body[:8]).casefold()
    datasets = words.count("dataset") + words.count("data set") + words.count("corpus")
    return datasets - words.count("load_dataset"), words.count("model")


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    if type(document.value) is not dict or "front_matter" not in document.value:
        return []
    is_model = format == "hf-model-card"
    draft = Draft("Model" if is_model else "Dataset", document)
    front, at = document.value["front_matter"], ("front_matter",)
    (_model if is_model else _dataset)(draft, front, at)
    body = document.value["body"]
    headings = _MODEL_HEADINGS if is_model else _DATASET_HEADINGS
    for index, section in sorted(enumerate(body), key=lambda pair: _folded(pair[1]["heading"]) in _LAST):
        how, path = headings.get(_folded(section["heading"]), ("", ""))
        _section(draft, how, path, section, ("body", index))
    if is_model and "training_data" not in draft.tree:
        _training_data(draft, body)
    _name(draft, body)
    return [draft]


def _model(draft: Draft, front: dict[str, Any], at: Steps) -> None:
    index = _first(front, "model-index", "model_index")
    if index:
        _model_index(draft, front[index], (*at, index))
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
        value, origin = metric.get("value"), (*place, "value")
        path = draft.measurement(metric.get(kind), value, (*place, kind), origin)
        for name in ("type", "name"):
            if type(dataset.get(name)) is str:
                draft.put(f"{path}.dataset", dataset[name], (*at, "dataset", name))
        draft.text(f"{path}.report", source.get("url"), (*at, "source", "url"))


def _dataset(draft: Draft, front: dict[str, Any], at: Steps) -> None:
    _license(draft, "acquisition.license", front, at)
    draft.text("metadata.title", front.get("pretty_name"), (*at, "pretty_name"))
    draft.texts("content.languages", front.get("language"), (*at, "language"))
    draft.texts("intended_use.use_cases", front.get("task_categories"), (*at, "task_categories"))
    draft.text("governance.access", front.get("extra_gated_prompt"), (*at, "extra_gated_prompt"))
    for item, place in elements(front.get("source_datasets"), (*at, "source_datasets")):
        draft.used.add(place)
        if type(item) is str and item != "original":  # "original" says that there is no other source
            index = len(draft.tree.get("provenance", {}).get("sources", ()))
            word, _, name = item.partition("|")
            if word.startswith("extended") and name:
                draft.put(f"provenance.sources[{index}].dataset", name, place)
            draft.put(f"provenance.sources[{index}].name", name or item, place)


def _license(draft: Draft, path: str, front: dict[str, Any], at: Steps) -> None:
    """The licence, or where the Hub has no id for it (`other`) its name."""
    given = front.get("license")
    if given in ("other", ["other"]) and type(front.get("license_name")) is str:
        draft.text(path, front["license_name"], (*at, "license_name"))
    draft.text(path, given, (*at, "license"))


def _section(draft: Draft, how: str, path: str, section: dict[str, Any], at: Steps) -> None:
    if how == "text":
        _prose(draft, path, section, at)
    elif how == "items":
        for index, item in enumerate(section["items"]):
            draft.put(f"{path}[+]", _said(item), (*at, "items", index))
    elif how == "biases":
        for index, item in enumerate(section["items"]):
            draft.put(f"{path}[{index}].description", item, (*at, "items", index))


def _prose(draft: Draft, path: str, section: dict[str, Any], at: Steps) -> None:
    """All lines that say something; labels whose value is a placeholder (`**Developed by:** TODO`) do not."""
    lines = section["lines"]
    said = [(index, line) for index, line in enumerate(lines) if not absence(_said(line))]
    if said:
        draft.put(path, "\n".join(line for _, line in said), (*at, "lines", said[0][0]))
    elif lines:
        draft.gap(path, absence(_said(lines[0])), (*at, "lines", 0))


def _said(line: str) -> str:
    """The line; of a label with a placeholder, the placeholder alone."""
    label = _LABEL.match(line)
    rest = line[label.end() :] if label else ""
    return rest if rest and absence(rest) else line


def _training_data(draft: Draft, body: list[dict[str, Any]]) -> None:
    for index, section in enumerate(body):
        if _folded(section["heading"]) == "training data" and section["lines"]:
            _prose(draft, "training_data.datasets[0].description", section, ("body", index))
            draft.put("training_data.datasets[0].role", "training", ("body", index))
            return


def _name(draft: Draft, body: list[dict[str, Any]]) -> None:
    """From the first heading of the first level, without "Model Card for"; else a dataset's title."""
    for index, section in enumerate(body):
        if section["level"] == 1:
            name = _TITLE.sub("", section["heading"], count=1).strip(" \t*`'\"#")
            if name and not absence(name) and len(name) <= 200:
                draft.put("metadata.name", name, ("body", index))
            break
    title = mapping(draft.tree.get("metadata")).get("title")
    if type(title) is str and not absence(title):
        draft.put("metadata.name", title, draft.origins["metadata", "title"])


def _first(front: dict[str, Any], *names: str) -> str:
    return next((n for n in names if n in front), "")


def _folded(heading: str) -> str:
    """A heading as the tables have it: no case, emphasis, emoji, numbering or "[optional]"."""
    text = heading.casefold().replace("[optional]", "").replace("(optional)", "")
    return _DROPPED.sub("", re.sub(r"^[\d.\s]+", "", text)).strip()
