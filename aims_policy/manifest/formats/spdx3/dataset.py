"""A ``DatasetPackage`` to a Dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.formats.spdx3.graph import licence, named, sha256, simple, text

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.formats.spdx3.graph import Graph, Node

_TEXTS = {
    "summary": "content.summary",
    "description": "content.summary",
    "dataCollectionProcess": "acquisition.method",
    "datasetAvailability": "governance.access",
    "datasetNoise": "quality.noise",
    "datasetUpdateMechanism": "governance.maintenance",
    "intendedUse": "intended_use.summary",
}
_CONFIDENTIALITY = {"clear": "public", "green": "internal", "amber": "confidential", "red": "restricted"}
"""Four levels to four, in order. The profile takes its words from the Traffic Light Protocol."""


def fill_dataset(draft: Draft, graph: Graph, node: Node) -> None:
    for name, path in _TEXTS.items():
        text(draft, path, node, name)
    for item, place in node.items("datasetType"):
        draft.put("content.categories[+]", item, place)
    level, source = node.value("confidentialityLevel")
    if level is not None:
        draft.put("governance.confidentiality", _CONFIDENTIALITY.get(simple(level), level), source)
    licence(draft, graph, "acquisition.license", node)
    sha256(draft, "provenance.digest", node)
    for given, place in node.items("suppliedBy"):
        named(draft, graph, "acquisition.supplier", given, place)
    _size(draft, node)
    _personal(draft, node)
    _preparation(draft, node)
    for item, place in node.items("knownBias"):
        draft.put(f"{draft.entry('quality.known_biases')}.description", item, place)
    _creation(draft, graph, node)
    sources = [*graph.related(node, "descendantOf"), *graph.related(node, "ancestorOf", backwards=True)]
    for given, place in sources:
        path = draft.entry("provenance.sources")
        named(draft, graph, f"{path}.dataset", given, place)
        named(draft, graph, f"{path}.name", given, place)


def _size(draft: Draft, node: Node) -> None:
    """In bytes (`datasetSize` and, from 3.1 on, `artifactSize`)."""
    for name in ("datasetSize", "artifactSize"):
        size, source = node.value(name)
        if size not in (None, ""):
            draft.text("acquisition.quantity", f"{size} bytes" if str(size).isdecimal() else size, source)


def _personal(draft: Draft, node: Node) -> None:
    """Sensitive data of persons is data of persons; without it there may still be data of persons."""
    said, source = node.value("hasSensitivePersonalInformation")
    if simple(said) == "yes":
        draft.put("acquisition.contains_personal_data", True, source)
    elif simple(said) == "no":
        draft.gap(
            "acquisition.contains_personal_data", "`no` is said of sensitive personal data only", source
        )
    elif said is not None:
        draft.text("acquisition.contains_personal_data", said, source)


def _preparation(draft: Draft, node: Node) -> None:
    steps = [(*item, "") for item in node.items("dataPreprocessing")]
    steps += [(*item, "anonymisation") for item in node.items("anonymizationMethodUsed")]
    for item, place, method in steps:
        path = draft.entry("preparation.steps")
        draft.put(f"{path}.description", item, place)
        if method:
            draft.put(f"{path}.method", method, place)


def _creation(draft: Draft, graph: Graph, node: Node) -> None:
    """Who made it, and when it was built, as the event that its history begins with."""
    path = "provenance.events[0]"
    makers = node.items("originatedBy")
    built, source = node.value("builtTime")
    if built is not None:
        draft.text(f"{path}.time", built, source)
    if len(makers) == 1:
        named(draft, graph, f"{path}.actor", *makers[0])
    if makers or built is not None:
        draft.put(f"{path}.type", "creation", makers[0][1] if makers else source)
