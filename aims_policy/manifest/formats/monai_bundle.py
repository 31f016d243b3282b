"""MONAI bundles (``configs/metadata.json``; docs.monai.io, "MONAI Bundle Specification") to a Model.

Scores are those that their authors state, on data that the file does not name. Where data comes from is a text for
people, of training and validation alike. Of the change log the entry of the bundle's own version is read. The format
of the network's tensors gives their names where the classes in them are not described.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("monai-bundle",)
TITLE = "MONAI bundle"
VERSIONS = "metadata.json of MONAI 0.9 and later"
STRENGTH = "declared"
KEYS = told_by("monai_version")
IGNORED = frozenset(
    ["schema", "supported_apps", "changelog", "copyright", "data_type", "network_data_format"]
)

_TEXTS = {
    "name": "metadata.name",
    "version": "metadata.version",
    "description": "metadata.description",
    "authors": "metadata.owner",
    "task": "design.task",
    "intended_use": "intended_use.summary",
    "data_source": "training_data.datasets[0].description",
    "license": "provenance.license",  # not of the specification, but written
}
_TENSORS = {"inputs": ("image_classes", "design.inputs"), "outputs": ("pred_classes", "design.outputs")}
_PACKAGES = ("required_packages_version", "optional_packages_version")


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or type(value.get("monai_version")) is not str:
        return ""
    is_bundle = type(value.get("network_data_format")) is dict or type(value.get("changelog")) is dict
    return "monai-bundle" if is_bundle else ""


def convert(document: Located, _format: str) -> list[Draft]:
    bundle = mapping(document.value)
    if "monai_version" not in bundle:
        return []
    draft = Draft("Model", document)
    for name, path in _TEXTS.items():
        draft.text(path, bundle.get(name), (name,))
    version = bundle.get("version")
    if type(version) is str:
        change = mapping(bundle.get("changelog")).get(version)
        draft.text("lifecycle.change_summary", change, ("changelog", version))
        draft.used.add(("changelog",))  # what is left of it speaks of other versions
    _tensors(draft, bundle)
    _scores(draft, mapping(bundle.get("eval_metrics")), ("eval_metrics",))
    for item, place in elements(bundle.get("references"), ("references",)):
        draft.put(f"{draft.entry('documentation')}.title", item, place)
    _tools(draft, bundle)
    return [draft]


def _tensors(draft: Draft, bundle: dict[str, Any]) -> None:
    """What goes in and comes out: described, else by name."""
    tensors, at = mapping(bundle.get("network_data_format")), ("network_data_format",)
    for side, (described, path) in _TENSORS.items():
        if type(bundle.get(described)) is str:
            draft.put(f"{path}[+]", bundle[described], (described,))
            continue
        for name in mapping(tensors.get(side)):
            draft.put(f"{path}[+]", name, (*at, side, name, KEY))
            draft.used.add((*at, side, name))


def _scores(draft: Draft, scores: dict[str, Any], at: Steps, group: str = "") -> None:
    """Metrics by name, or by the class that they are of and then by name."""
    for name, value in scores.items():
        place = (*at, name)
        if type(value) is dict and not group:
            _scores(draft, value, place, name)
        elif type(value) not in (dict, list, bool):
            path = draft.measurement(name, value, (*place, KEY), place)
            if group:
                draft.put(f"{path}.group", group, (*at, KEY))


def _tools(draft: Draft, bundle: dict[str, Any]) -> None:
    for key, value in bundle.items():
        name = key.removesuffix("_version")
        if name != key and type(value) is str and key not in _PACKAGES:
            _tool(draft, name, value, (key,))
    for packages in _PACKAGES:
        for name, value in mapping(bundle.get(packages)).items():
            _tool(draft, name, value, (packages, name))


def _tool(draft: Draft, name: str, version: Any, at: Steps) -> None:
    path = draft.entry("tooling.components")
    draft.put(f"{path}.name", name, (*at, KEY))
    draft.put(f"{path}.version", version, at)
