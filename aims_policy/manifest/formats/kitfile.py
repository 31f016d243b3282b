"""Kitfiles (KitOps, kitops.org), which tell what a ModelKit packs: a model with its datasets, code and documents.

The model has the package's name, version, description and licence where it gives none of its own. Each dataset becomes
a Dataset of its own, and the model names it as one that it was made with; a Kitfile does not say as what. A model whose
path is that of another kit, in a registry, is built from that kit's model. Authors of a package need not answer for it,
so they are a label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.names import Called, told_apart

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("kitfile",)
TITLE = "Kitfile (KitOps)"
VERSIONS = "manifestVersion 1"
STRENGTH = "declared"
KEYS = told_by("manifestVersion")
YIELDS = {"kitfile": ("Model", "Dataset")}
IGNORED = frozenset(["manifestVersion"])

_MAPPINGS = ("package", "model")
_FILES = ("datasets", "code", "docs", "prompts", "mcpServers")
_SECTIONS = (*_MAPPINGS, *_FILES)
_OF_PACKAGES = {
    "name": "metadata.name",
    "version": "metadata.version",
    "description": "metadata.description",
    "license": "provenance.license",
}
_IN_A_REGISTRY = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:/[\w.-]+)+(?::[\w.-]+|@sha256:[0-9a-f]{64})")
_ADAPTERS = ("lora", "adapter", "adaptor")


def detect(document: Located) -> str:
    """A version and sections of a Kitfile. Other formats call their version so, and have no package with files."""
    value = document.value
    if type(value) is not dict or "manifestVersion" not in value:
        return ""
    told = {name for name in _SECTIONS if value.get(name) is not None}
    if not told or not all(type(value[name]) is (dict if name in _MAPPINGS else list) for name in told):
        return ""
    is_whole = value.keys() <= {"manifestVersion", *_SECTIONS}
    return "kitfile" if is_whole or ("package" in told and not told.isdisjoint(_FILES)) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    datasets = [one for one in root.to("datasets").each() if type(one.value) is dict]
    names = told_apart({at: Called("Dataset", _named(one).value) for at, one in enumerate(datasets)})
    drafts = [_dataset(document, one, names.get(at)) for at, one in enumerate(datasets)]
    model = root.to("model")
    if type(model.value) is not dict:
        return drafts
    draft = _model(document, model, root.to("package"))
    for one, dataset in zip(datasets, drafts, strict=True):
        path = draft.entry("training_data.datasets")
        draft.put(f"{path}.ref", dataset.tree.get("metadata", {}).get("name"), _named(one).at)
        draft.text(f"{path}.description", *one.to("description"))
    for one in root.to("docs").each():
        path = draft.entry("documentation")
        draft.text(f"{path}.title", *one.to("description"))
        draft.text(f"{path}.location", *one.to("path"))
    return [draft, *drafts]


def _model(document: Located, model: Cursor, package: Cursor) -> Draft:
    draft = Draft("Model", document)
    for name, path in _OF_PACKAGES.items():
        own = model.to(name)
        draft.text(path, *(own if own.value else package.to(name)))
        draft.used.update(
            (own.at,) if own.value == "" else ()
        )  # as the client for Python writes what is not told
    if package.to("authors").value:
        draft.text('metadata.labels["kitops.authors"]', *package.to("authors"))
    draft.text("tooling.components[0].name", *model.to("framework"))
    _made_of(draft, model)
    for name, parameter in model.to("parameters").entries():
        draft.label(name, *parameter)
    return draft


def _made_of(draft: Draft, model: Cursor) -> None:
    path = model.to("path")
    if type(path.value) is not str or not _IN_A_REGISTRY.fullmatch(path.value):
        draft.text("provenance.artifact", *path)
        return
    draft.put("provenance.base_models[0].ref", *path)
    for part in model.to("parts").each():
        kind = part.to("type")
        if type(kind.value) is str and kind.value.casefold().startswith(_ADAPTERS):
            draft.put("provenance.base_models[0].relation", "adapter", kind.at)


def _dataset(document: Located, one: Cursor, name: str | None) -> Draft:
    draft = Draft("Dataset", document)
    draft.text("metadata.name", name, _named(one).at)
    draft.used.update(one.to(field).at for field in ("name", "path"))
    for path in ("metadata.description", "content.summary"):
        draft.text(path, *one.to("description"))
    draft.text("acquisition.license", *one.to("license"))
    draft.label("kitops.path", *one.to("path"))
    return draft


def _named(dataset: Cursor) -> Cursor:
    """By its name, else by where it lies, as the only thing that a Kitfile must say of it."""
    return dataset.to("name") if dataset.to("name").value else dataset.to("path")
