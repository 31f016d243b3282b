"""Kaggle's ``dataset-metadata.json`` (github.com/Kaggle/kaggle-api, "Dataset Metadata") to a Dataset.

It is written for uploading, with an id of owner and name, or downloaded from Kaggle, which wraps it and says each text
twice. With tables described in it, it is a Data Package and is read as that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.formats import data_package

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("kaggle-dataset",)
TITLE = "Kaggle dataset metadata"
VERSIONS = "dataset-metadata.json"
STRENGTH = "declared"
KEYS = told_by("licenses", "info")
YIELDS = {"kaggle-dataset": ("Dataset",)}
_PASSED_OVER = frozenset(
    """keywords collaborators isPrivate id_no data image resources datasetId usabilityRating totalViews totalVotes
    totalDownloads licenses.hasName licenses.nameNullable""".split()  # noqa: SIM905 - a list of words reads better
)
_DOUBLED = ("datasetSlug", "ownerUser", "usabilityRating", "title", "subtitle", "description")
IGNORED = (
    _PASSED_OVER
    | {f"info.{name}" for name in _PASSED_OVER}
    | {f"info.{name}Nullable" for name in _DOUBLED}
    | {f"info.has{name[0].upper()}{name[1:]}" for name in _DOUBLED}
    | {"errorMessage", "errorMessageNullable", "hasErrorMessage"}
)

_TEXTS = (
    ("title", "metadata.title"),
    ("subtitle", "metadata.description"),
    ("description", "metadata.description"),
    ("description", "content.summary"),
    ("expectedUpdateFrequency", "governance.maintenance"),
    ("userSpecifiedSources", "provenance.sources[0].name"),
)


_TEMPLATE = re.compile(r"INSERT_[A-Z]+_HERE$")


def detect(document: Located) -> str:
    """A title, licences by name, and the owner's name before that of the dataset."""
    given, _ = _given(document.value)
    if type(given.get("title")) is not str or not _is_named(given):
        return ""
    licences = given.get("licenses")
    if type(licences) is not list or not all(
        type(mapping(licence).get("name")) is str for licence in licences
    ):
        return ""
    return "" if data_package.detect(document) else "kaggle-dataset"


def convert(document: Located, _format: str) -> list[Draft]:
    given, at = _given(document.value)
    draft = Draft("Dataset", document)
    if type(given.get("id")) is str:
        draft.put("metadata.name", given["id"], (*at, "id"))
        _unfilled(draft, "metadata.name", given["id"])
    elif type(given.get("datasetSlug")) is str and type(given.get("ownerUser")) is str:
        draft.put("metadata.name", f"{given['ownerUser']}/{given['datasetSlug']}", (*at, "datasetSlug"))
        draft.used.add((*at, "ownerUser"))
    for name, path in _TEXTS:
        draft.text(path, given.get(name) or None, (*at, name))
    _unfilled(draft, "metadata.title", given.get("title"))
    names = [
        (mapping(item).get("name"), (*place, "name"))
        for item, place in elements(given.get("licenses"), (*at, "licenses"))
    ]
    texts = [name for name, _ in names if type(name) is str]
    if texts and len(texts) == len(names):
        draft.used.update(place for _, place in names)
        draft.put("acquisition.license", ", ".join(texts), names[0][1])
    return [draft] if draft.tree else []


def _unfilled(draft: Draft, path: str, text: Any) -> None:
    """Kaggle's tool puts such words into the file that it makes."""
    if type(text) is str and _TEMPLATE.search(text):
        draft.doubt(path, f"placeholder `{text}`")


def _given(value: Any) -> tuple[dict[str, Any], Steps]:
    """What is said of the dataset: the file itself, or what Kaggle's answer wraps."""
    info = mapping(value).get("info")
    return (info, ("info",)) if type(info) is dict else (mapping(value), ())


def _is_named(given: dict[str, Any]) -> bool:
    name = given.get("id")
    if type(name) is str:
        owner, _, slug = name.partition("/")
        return bool(owner and slug) and " " not in name and "/" not in slug
    return type(given.get("datasetSlug")) is str
