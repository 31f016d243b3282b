"""Hugging Face model and dataset cards: a README.md with YAML front matter and sections of prose.

Which of the two a card is, its content tells. In the body the headings of the Hub's own templates are known, their
older forms, those of "Model Cards for Model Reporting" and, in a dataset's, of "Datasheets for Datasets", in ten
languages. Where the front matter gives no results, tables with the columns metric and value are read, and what
transformers' Trainer writes of its evaluation. Emissions are grams there and kilograms here. Metrics that are fractions
but are printed as, say, 92.1 are gaps: the card does not say that per cent are meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.formats.hf_card.body import fill_body
from aims_policy.manifest.formats.hf_card.front_matter import fill_dataset, fill_model, fill_rest
from aims_policy.manifest.formats.hf_card.headings import DATASET, DATASHEET, MODEL, all_folded
from aims_policy.manifest.formats.hf_card.labels import fill_labels

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("hf-model-card", "hf-dataset-card")
TITLE = "Hugging Face card"
VERSIONS = "front matter with model-index; the Hub's templates of 2020 to 2025"
STRENGTH = "declared"
YIELDS = {"hf-dataset-card": ("Dataset",)}
IGNORED = frozenset(
    """body widget inference mask_token mask-token thumbnail viewer configs
    model-index.results.task.name model-index.results.dataset.config model-index.results.metrics.name""".split()  # noqa: SIM905 - a list of words
)

_MODEL_KEYS = frozenset(
    """model-index model_index pipeline_tag pipeline-tag library_name base_model base_model_relation datasets metrics
    co2_eq_emissions widget inference mask_token mask-token model_name""".split()  # noqa: SIM905 - a list of words
)
_DATASET_KEYS = frozenset(
    """task_categories task_ids size_categories annotations_creators language_creators source_datasets dataset_info
    configs pretty_name multilinguality paperswithcode_id train-eval-index extra_gated_fields viewer
    language_bcp47 dataset""".split()  # noqa: SIM905 - a list of words
)
_OF_DATASETS = frozenset(DATASET.keys() - MODEL.keys())
_OF_MODELS = frozenset(MODEL.keys() - DATASET.keys())
_LEAST_OF_DATASHEET = 3
"""Sections: electronic parts have datasheets, too."""
_CARD_KEYS = frozenset(["license", "language", "tags", "thumbnail", "license_name"])
_ALL_KEYS = _MODEL_KEYS | _DATASET_KEYS | _CARD_KEYS
_ANYBODYS = frozenset(
    ["architecture", "overview", "out of scope",
     "out-of-scope", "metrics", "evaluation", "purpose", "use cases", "uses",
     "limitations", "known limitations", "caveats", "recommendations", "training", "preprocessing", "hardware",
     "annotations", "explainability", "interpretability", "bias", "biases"]
)  # fmt: skip
"""Headings that a design, a security policy or the README of a program has as well."""
_LEAST_HEADINGS = 2
_CALLED = re.compile(r"(?:model|data|dataset) ?card|datasheet")


def detect(document: Located) -> str:
    """By front matter and headings; "" for a Markdown file that is no card."""
    value = document.value
    if type(value) is not dict or set(value) != {"front_matter", "body"}:
        return ""
    keys, body = set(value["front_matter"]), value["body"]
    headings = all_folded([section["heading"] for section in body])
    opening = " ".join([*headings[:3], *(line for s in body[:2] for line in s["lines"][:2])]).casefold()
    opening += document.file.rpartition("/")[2].casefold().replace("_", " ").replace("-", " ")
    dataset = len(keys & _DATASET_KEYS) + 3 * ("dataset card" in opening or "data card" in opening)
    model = len(keys & _MODEL_KEYS) + 5 * ("model card" in opening and "dataset card" not in opening)
    if "datasheet" in opening and sum(h in DATASHEET or h == "uses" for h in headings) >= _LEAST_OF_DATASHEET:
        return "hf-dataset-card"
    dataset += 2 * sum(map(_OF_DATASETS.__contains__, headings))
    model += sum(map(_OF_MODELS.__contains__, headings))
    if not (keys & _ALL_KEYS or (model + dataset and _CALLED.search(opening)) or _has_headings(headings)):
        return ""
    if not model and not dataset:
        dataset, model = _mentions(body)
    return "hf-dataset-card" if dataset > model else "hf-model-card"


def _has_headings(headings: list[str]) -> bool:
    """Whether headings alone make a card: two of its templates, one of which nothing else has."""
    found = {heading for heading in headings if heading in MODEL or heading in DATASET}
    return len(found) >= _LEAST_HEADINGS and not found <= _ANYBODYS


def nearly(document: Located) -> str:
    """What to do about a Markdown file that is no card; "" of any other."""
    value = document.value
    if type(value) is not dict or set(value) != {"front_matter", "body"}:
        return ""
    return (
        "a card has front matter with its fields (`license`, `datasets`, `task_categories`, …), says in its name or "
        "first lines that it is a card, or has two headings of the Hub's templates; `--as hf-model-card` and "
        "`--as hf-dataset-card` read any Markdown"
    )


def _mentions(body: list[dict[str, Any]]) -> tuple[int, int]:
    """How often prose speaks of a dataset and of a model: for cards that nothing else tells apart."""
    words = " ".join(" ".join([s["heading"], *s["lines"][:20]]) for s in body[:8]).casefold()
    datasets = words.count("dataset") + words.count("data set") + words.count("corpus")
    return datasets - words.count("load_dataset"), words.count("model")


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    value = document.value
    if type(value) is not dict or set(value) != {"front_matter", "body"}:
        return []
    is_model = format == "hf-model-card"
    draft = Draft("Model" if is_model else "Dataset", document)
    front, at = value["front_matter"], ("front_matter",)
    (fill_model if is_model else fill_dataset)(draft, front, at)
    fill_body(draft, value["body"])
    if is_model:
        fill_labels(draft, value["body"])
    fill_rest(draft, front, at)
    return [draft]
