"""Model Openness Framework (LF AI & Data, github.com/lfai/model_openness_tool) to a Model.

A release lists its components (weights, code, data, papers, cards) with the licence of each. The model's licence is
that of the distribution, else that of its final parameters. `unlicensed` is the framework's word for no licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("model-openness",)
TITLE = "Model Openness Framework release"
VERSIONS = "1.0, YAML and JSON"
STRENGTH = "declared"
KEYS = told_by("framework")
IGNORED = frozenset(["framework", "release.components.description"])

_TEXTS = {
    "name": "metadata.name",
    "version": "metadata.version",
    "date": "provenance.created",
    "architecture": "design.architecture",
    "treatment": "design.training_method",
    "repository": "provenance.repository",
    "huggingface": "provenance.artifact",
    "contact": "metadata.owner",
    "producer": "suppliers[0].ref",
}
_DOCUMENTS = frozenset(
    ["model card", "data card", "research paper", "technical report", "evaluation results"]
)
_WEIGHTS = "model parameters (final)"


def detect(document: Located) -> str:
    value = document.value
    named = type(value) is dict and mapping(value.get("framework")).get("name") == "Model Openness Framework"
    return "model-openness" if named and type(value.get("release")) is dict else ""


def convert(document: Located, _format: str) -> list[Draft]:
    release, at = mapping(mapping(document.value).get("release")), ("release",)
    if not release:
        return []
    draft = Draft("Model", document)
    for name, path in _TEXTS.items():
        draft.text(path, release.get(name), (*at, name))
    if release.get("origin"):
        draft.put("provenance.base_models[0].ref", release["origin"], (*at, "origin"))
    distribution = mapping(mapping(release.get("license")).get("distribution"))
    _licence(draft, distribution.get("name"), (*at, "license", "distribution", "name"))
    for item, place in elements(release.get("components"), (*at, "components")):
        _component(draft, mapping(item), place)
    return [draft]


def _component(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    name = str(component.get("name")).casefold()
    if name == _WEIGHTS:
        draft.used.add((*at, "name"))
        _licence(draft, component.get("license"), (*at, "license"))
    elif name in _DOCUMENTS and component.get("component_path"):
        path = draft.entry("documentation")
        draft.put(f"{path}.title", component["name"], (*at, "name"))
        draft.text(f"{path}.location", component["component_path"], (*at, "component_path"))


def _licence(draft: Draft, given: Any, source: Steps) -> None:
    if type(given) is str and given.strip().casefold() == "unlicensed":
        draft.gap("provenance.license", "`unlicensed` names no licence", source)
    else:
        draft.text("provenance.license", given, source)
