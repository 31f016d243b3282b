"""What the Hugging Face Hub's API tells of a model or dataset (``/api/models/…``, ``/api/datasets/…``, the ``hf`` CLI).

The card's front matter stands in it under ``cardData``, and is read as on a card. Where it is left out, as in lists,
the tags that the Hub makes of it are read: licence, base models, datasets. The revision is the version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.formats.hf_card.front_matter import fill_dataset, fill_model, fill_rest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("hf-hub-model", "hf-hub-dataset")
TITLE = "Hugging Face Hub record"
VERSIONS = "the Hub's API of 2022 to 2026"
STRENGTH = "declared"
KEYS = told_by("tags")
YIELDS = {"hf-hub-dataset": ("Dataset",)}
IGNORED = frozenset(
    """_id modelId private gated disabled downloads downloadsAllTime likes trendingScore siblings spaces createdAt
    created_at lastModified last_modified tags config transformersInfo safetensors gguf usedStorage widgetData
    model-index inference mask_token author cardData.tags cardData.widget cardData.configs cardData.inference
    downloads_all_time trending_score used_storage transformers_info model_index paperswithcode_id citation
    resourceGroup cardData.metrics cardData.thumbnail""".split()  # noqa: SIM905 - a list of words reads better
)

_OF_RECORDS = frozenset(
    "sha lastModified last_modified siblings downloads likes gated private".split()  # noqa: SIM905 - a list of words
)
_OF_MODELS = frozenset(
    """modelId pipeline_tag library_name config transformersInfo transformers_info safetensors gguf""".split()  # noqa: SIM905 - a list of words
)
_OF_DATASETS = ("task_categories:", "size_categories:", "modality:", "annotations_creators:", "format:")
_RELATIONS = frozenset(["finetune", "adapter", "merge", "quantized"])


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or type(value.get("id")) is not str or type(value.get("tags")) is not list:
        return ""
    if len(value.keys() & _OF_RECORDS) < 3:
        return ""
    if value.keys() & _OF_MODELS:
        return "hf-hub-model"
    tags = [tag for tag in value["tags"] if type(tag) is str]
    is_dataset = any(tag.startswith(_OF_DATASETS) for tag in tags) or "description" in value
    return "hf-hub-dataset" if is_dataset else "hf-hub-model"


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    root = Cursor(document.value, ())
    is_model = format == "hf-hub-model"
    draft = Draft("Model" if is_model else "Dataset", document)
    name = Cursor(root.value.get("id") if type(root.value) is dict else None, ("id",))  # and not `_id`
    draft.text("metadata.name", *name)
    draft.text("metadata.version", *root.to("sha"))
    card = root.to("cardData")
    front = card.value if type(card.value) is dict else {}
    (fill_model if is_model else fill_dataset)(draft, front, card.at)
    fill_rest(draft, front, card.at)
    if is_model:
        draft.text("design.task", *root.to("pipeline_tag"))
        draft.text("tooling.components[0].name", *root.to("library_name"))
    else:
        draft.text("content.summary", *root.to("description"))
        draft.text("content.last_updated", *root.to("lastModified"))
    if not front:
        _tags(draft, root.to("tags"))
    return [draft] if name else []


def _tags(draft: Draft, tags: Cursor) -> None:
    """``license:mit``, ``dataset:imdb``, ``base_model:finetune:bert-base`` and, of the same model, without the word."""
    for kind, name, at in _parted(tags):
        if kind == "license":
            draft.text("provenance.license" if draft.kind == "Model" else "acquisition.license", name, at)
        elif kind == "dataset" and draft.kind == "Model":
            draft.put(f"{draft.entry('training_data.datasets')}.ref", name, at)
        elif kind == "base_model" and draft.kind == "Model":
            relation, _, base = name.partition(":")
            if base and relation in _RELATIONS:
                path = draft.entry("provenance.base_models")
                draft.put(f"{path}.ref", base, at)
                draft.put(f"{path}.relation", relation, at)


def _parted(tags: Cursor) -> Iterator[tuple[str, str, tuple[str | int, ...]]]:
    for tag in tags.each():
        if type(tag.value) is str and ":" in tag.value:
            kind, _, name = tag.value.partition(":")
            yield kind, name, tag.at
