"""CycloneDX ML-BOM: ``machine-learning-model`` components to Models, ``data`` components to Datasets.

Where ``metadata.component`` is one of these and says more than the components do, the BOM is about that one asset;
else every component is its own. Numbers come as text and are read only where the text is wholly a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.names import Called, told_apart
from aims_policy.manifest.formats.cyclonedx.dataset import fill_dataset
from aims_policy.manifest.formats.cyclonedx.dependencies import Known, dependencies, fill_dependencies
from aims_policy.manifest.formats.cyclonedx.model import fill_model, fill_properties
from aims_policy.manifest.formats.cyclonedx.xml_form import XmlBom, schema_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("cyclonedx",)
TITLE = "CycloneDX BOM"
VERSIONS = "1.5 to 1.7, JSON and XML"
STRENGTH = "declared"
HOLDS = "a model is a component of type `machine-learning-model`, a dataset one of type `data`"
KEYS = told_by("bomFormat", "bom")
YIELDS = {"cyclonedx": ("Model", "Dataset")}
IGNORED = frozenset(
    """$schema bomFormat specVersion serialNumber version metadata.timestamp metadata.component.type components.type
    metadata.component.bom-ref components.bom-ref metadata.tools metadata.authors dependencies
    dependencies.ref dependencies.dependsOn dependencies.provides
    metadata.component.hashes.alg components.hashes.alg""".split()  # noqa: SIM905 - a list of words reads better
)

_KINDS = {"machine-learning-model": "Model", "data": "Dataset"}


def detect(document: Located) -> str:
    value = document.value
    is_bom = type(value) is dict and value.get("bomFormat") == "CycloneDX"
    return "cyclonedx" if is_bom or schema_version(value) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    if schema_version(document.value):
        document = XmlBom(document)
    bom = mapping(document.value)
    components = list(_components(bom))
    found = [(c, at) for c, at in components if str(c.get("type")) in _KINDS]
    assets = _assets(found)
    names = told_apart({at: _called(c) for c, at in assets})
    known = {
        c["bom-ref"]: Known(c, names.get(at, c["name"]), at)
        for c, at in components
        if type(c.get("bom-ref")) is str and type(c.get("name")) is str
    }
    by_ref = {ref: one.name for ref, one in known.items()}
    drafts = [_draft(document, component, at, names.get(at), by_ref) for component, at in assets]
    graph = dependencies(bom)
    for draft, (component, _) in zip(drafts, assets, strict=True):
        if draft.kind == "Model":
            fill_dependencies(draft, graph, component.get("bom-ref"), known)
    if len(drafts) == 1 and drafts[0].kind == "Model":
        fill_properties(drafts[0], mapping(bom.get("metadata")), ("metadata",))
    return drafts


def _components(bom: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Steps]]:
    """The component that the BOM is about, and every other, at whatever depth."""
    main = mapping(mapping(bom.get("metadata")).get("component"))
    if main:
        yield main, ("metadata", "component")
    yield from _nested(bom, ())


def _nested(holder: dict[str, Any], at: Steps) -> Iterator[tuple[dict[str, Any], Steps]]:
    for component, place in elements(holder.get("components"), (*at, "components")):
        if type(component) is dict:
            yield component, place
            if "components" in component:
                yield from _nested(component, place)


def _assets(found: list[tuple[dict[str, Any], Steps]]) -> list[tuple[dict[str, Any], Steps]]:
    """The subject alone, unless it is a stub beside a component of its kind that tells the rest."""
    subject = [one for one in found if one[1] == ("metadata", "component")]
    others = [one for one in found if one[1] != ("metadata", "component")]
    if not subject:
        return others
    main = subject[0][0]
    stub = "modelCard" not in main and "data" not in main
    return others if stub and any(c["type"] == main["type"] for c, _ in others) else subject


def _called(component: dict[str, Any]) -> Called:
    named = (component.get(field) for field in ("name", "version", "bom-ref"))
    return Called(_KINDS[component["type"]], *named)


def _draft(
    document: Located, component: dict[str, Any], at: Steps, name: str | None, names: dict[str, Any]
) -> Draft:
    kind = _KINDS[component["type"]]
    draft = Draft(kind, document)
    draft.text("metadata.name", component.get("name") if name is None else name, (*at, "name"))
    draft.text("metadata.version", component.get("version"), (*at, "version"))
    draft.text("metadata.description", component.get("description"), (*at, "description"))
    if kind == "Model":
        fill_model(draft, component, at, names)
    else:
        fill_dataset(draft, component, at)
    return draft
