"""schema.org's `Dataset` in JSON-LD, as data portals embed it in their pages, to Datasets.

It is read as in Croissant, which is built on it; what names Croissant's vocabulary or has a record set is read as that.
A `DataCatalog` and a `@graph` yield each dataset in them that has a name. RO-Crates are none: their root is a folder.
Of measured variables the names are read; those with a value beside them count something, and are no fields of a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.json_ld import by_local, local, plain
from aims_policy.manifest.foreign.names import Called, told_apart
from aims_policy.manifest.formats import croissant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("schema-org",)
TITLE = "schema.org Dataset"
VERSIONS = "JSON-LD"
STRENGTH = "declared"
KEYS = told_by("@context")
YIELDS = {"schema-org": ("Dataset",)}
_PASSED_OVER = croissant.IGNORED | frozenset(
    """keywords sameAs identifier citation datePublished isAccessibleForFree includedInDataCatalog image
    potentialAction mainEntityOfPage about author.@type maintainer.@type provider.@type
    variableMeasured.@type variableMeasured.description license.@type license.url creator.url creator.sameAs
    publisher.url author.url""".split()  # noqa: SIM905 - a list of words reads better
)
IGNORED = _PASSED_OVER | {f"{frame}.{name}" for frame in ("@graph", "dataset") for name in _PASSED_OVER}

_NAMESPACE = "schema.org"
_OF_OTHERS = ("w3id.org/ro/crate", "spdx.org")
_TOLD_BY = frozenset(
    """description license creator author publisher distribution url identifier variableMeasured
    temporalCoverage isBasedOn""".split()  # noqa: SIM905 - a list of words reads better
)
"""A node that has nothing of this beside its name only speaks of a dataset that another describes."""
_TEXTS = {
    "maintainer": "governance.steward",
    "provider": "acquisition.supplier",
    "sourceOrganization": "acquisition.supplier",
    "measurementTechnique": "acquisition.method",
    "measurementMethod": "acquisition.method",
    "conditionsOfAccess": "governance.access",
}


def detect(document: Located) -> str:
    """A dataset, a catalogue or a graph of datasets in schema.org's context."""
    root = document.value
    if type(root) is not dict or "@context" not in root or croissant.detect(document):
        return ""
    context = str(root["@context"])
    if _NAMESPACE not in context or any(other in context for other in _OF_OTHERS):
        return ""
    return "schema-org" if next(_datasets(root), None) is not None else ""


def convert(document: Located, _format: str) -> list[Draft]:
    found = list(_datasets(mapping(document.value)))
    names = told_apart({at: _called(node) for node, at in found})
    drafts = []
    for node, at in found:
        draft = Draft("Dataset", document)
        if at in names:
            draft.put("metadata.name", names[at], plain(node, at)[1])
        croissant.fill(draft, node, at)
        _fill(draft, node, at)
        drafts.append(draft)
    return drafts


def _datasets(root: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The nodes of datasets with their paths: the document, or those in its graph or catalogue."""
    if _is_a(root, "Dataset"):
        if by_local(root).keys() & _TOLD_BY:
            yield root, ()
        return
    key = "@graph"
    if key not in root and _is_a(root, "DataCatalog"):
        key = by_local(root).get("dataset", "")
    for item, place in elements(root.get(key), (key,)):
        node = mapping(item)
        names = by_local(node)
        is_named = type(node.get(names.get("name", ""))) is str
        if is_named and _is_a(node, "Dataset") and names.keys() & _TOLD_BY:
            yield node, place


def _is_a(node: dict[str, Any], kind: str) -> bool:
    return any(type(told) is str and local(told) == kind for told, _ in elements(node.get("@type"), ()))


def _called(node: dict[str, Any]) -> Called:
    names = by_local(node)
    name, version = (node.get(names.get(field, "")) for field in ("name", "version"))
    return Called("Dataset", name, version, str(node.get("@id", "")).lstrip("#"))


def _fill(draft: Draft, node: dict[str, Any], at: Steps) -> None:
    """What schema.org has and Croissant does not."""
    names = by_local(node)
    for name, path in _TEXTS.items():
        if name in names:
            draft.text(path, *plain(node[names[name]], (*at, names[name])))
    if "creator" not in names and "author" in names:
        for item, place in elements(node[names["author"]], (*at, names["author"])):
            event = draft.entry("provenance.events")
            draft.put(f"{event}.type", "creation", place)
            draft.text(f"{event}.actor", *plain(item, place))
    for name, path in (("variableMeasured", "content.features"), ("encodingFormat", "content.formats")):
        for item, place in elements(node.get(names.get(name, "")), (*at, names.get(name, ""))):
            text, origin = plain(item, place)
            if type(text) is str and "value" not in by_local(mapping(item)):
                draft.put(f"{path}[+]", text, origin)
    _size(draft, node, at)


def _size(draft: Draft, node: dict[str, Any], at: Steps) -> None:
    """A text, or a number with its unit."""
    key = by_local(node).get("size", "")
    given, place = node.get(key), (*at, key)
    if type(given) is str:
        draft.put("acquisition.quantity", given, place)
        return
    names = by_local(mapping(given))
    if {"value", "unitText"} <= names.keys():
        amount, unit = mapping(given)[names["value"]], mapping(given)[names["unitText"]]
        if type(amount) in (int, str) and type(unit) is str:
            draft.used.add((*place, names["unitText"]))
            draft.put("acquisition.quantity", f"{amount} {unit}", (*place, names["value"]))
