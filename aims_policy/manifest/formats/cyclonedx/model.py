"""A ``machine-learning-model`` component with its model card to a Model."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping
from aims_policy.manifest.foreign.model_card import CYCLONEDX, considerations, metrics
from aims_policy.manifest.formats.cyclonedx.component import licence, sha256, supplier

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

_APPROACHES = {"reinforcement-learning": "reinforcement"}
_PARAMETERS = {
    "task": "design.task",
    "modelArchitecture": "design.architecture",
    "architectureFamily": "design.algorithm",
}
_LOCATIONS = {"vcs": "provenance.repository", "distribution": "provenance.artifact"}
_DOCUMENTS = frozenset(
    """documentation model-card log evidence attestation threat-model adversary-model risk-assessment
    pentest-report static-analysis-report dynamic-analysis-report quality-metrics certification-report
    codified-infrastructure poam""".split()  # noqa: SIM905 - a list of words reads better
)
_PROPERTIES = {
    "domain": "intended_use.domain",
    "informationAboutApplication": "intended_use.summary",
    "informationAboutTraining": "design.training_method",
    "modelDataPreprocessing": "training_data.preprocessing",
    "typeOfModel": "design.algorithm",
    "limitation": "limitations.known[+]",
    "modelExplainability": "explainability.methods[+]",
}
"""What OWASP's AIBOM generator has no field for in CycloneDX it writes as properties by their names in SPDX."""


def fill_model(draft: Draft, component: dict[str, Any], at: Steps, names: dict[str, Any]) -> None:
    licence(draft, "provenance.license", component, at)
    sha256(draft, "provenance.artifact_digest", component, at)
    supplier(draft, "suppliers[0].ref", component, at)
    if "isExternal" in component:
        draft.put("provenance.third_party", component["isExternal"], (*at, "isExternal"))
    _ancestors(draft, component, at)
    _references(draft, component, at)
    card, place = mapping(component.get("modelCard")), (*at, "modelCard")
    _parameters(draft, mapping(card.get("modelParameters")), (*place, "modelParameters"), names)
    metrics(draft, mapping(card.get("quantitativeAnalysis")), (*place, "quantitativeAnalysis"), CYCLONEDX)
    considered, origin = mapping(card.get("considerations")), (*place, "considerations")
    considerations(draft, considered, origin, CYCLONEDX)
    environment = mapping(considered.get("environmentalConsiderations"))
    consumptions = (*origin, "environmentalConsiderations", "energyConsumptions")
    _energy(draft, environment.get("energyConsumptions"), consumptions)
    fill_properties(draft, component, at)
    fill_properties(draft, card, place)


def fill_properties(draft: Draft, holder: dict[str, Any], at: Steps) -> None:
    """Properties whose name, or the end of it after a colon, is known."""
    for item, place in elements(holder["properties"], (*at, "properties")) if "properties" in holder else ():
        name, value = mapping(item).get("name"), mapping(item).get("value")
        path = _PROPERTIES.get(name.rpartition(":")[2]) if type(name) is str else None
        if path is not None:
            draft.used.add((*place, "name"))
            draft.text(path, value, (*place, "value"))


def _ancestors(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    ancestors = mapping(component.get("pedigree")).get("ancestors")
    for index, (item, place) in enumerate(elements(ancestors, (*at, "pedigree", "ancestors"))):
        ancestor, path = mapping(item), f"provenance.base_models[{index}]"
        draft.put(f"{path}.ref", ancestor.get("name"), (*place, "name"))
        supplier(draft, f"{path}.supplier", ancestor, place)
        licence(draft, f"{path}.license", ancestor, place)
        sha256(draft, f"{path}.digest", ancestor, place)


def _references(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    for item, place in elements(component.get("externalReferences"), (*at, "externalReferences")):
        reference = mapping(item)
        kind, url = reference.get("type"), reference.get("url")
        if type(kind) is not str:
            continue
        if kind in _LOCATIONS:
            draft.used.add((*place, "type"))
            draft.text(_LOCATIONS[kind], url, (*place, "url"))
        elif kind in _DOCUMENTS:
            path = draft.entry("documentation")
            draft.put(f"{path}.location", url, (*place, "url"))
            titled = "comment" if type(reference.get("comment")) is str else "type"
            draft.put(f"{path}.title", reference[titled], (*place, titled))
            sha256(draft, f"{path}.digest", reference, place)
        if kind == "distribution":
            sha256(draft, "provenance.artifact_digest", reference, place)


def _parameters(draft: Draft, given: dict[str, Any], at: Steps, names: dict[str, Any]) -> None:
    if not given:
        return
    approach = mapping(given.get("approach")).get("type")
    if type(approach) is str:
        word = _APPROACHES.get(approach, approach.replace("-", "_"))
        draft.put("design.learning_approach", word, (*at, "approach", "type"))
    for name, path in _PARAMETERS.items():
        draft.text(path, given.get(name), (*at, name))
    for side in ("inputs", "outputs"):
        for item, place in elements(given.get(side), (*at, side)):
            draft.put(f"design.{side}[+]", mapping(item).get("format"), (*place, "format"))
    for index, (use, place) in enumerate(elements(given.get("datasets"), (*at, "datasets"))):
        path, entry = f"training_data.datasets[{index}]", mapping(use)
        if type(entry.get("ref")) is str:
            draft.used.add((*place, "ref"))
            name = names.get(entry["ref"], entry["ref"])
            draft.put(f"{path}.ref", name, (*place, "ref"))
        else:
            draft.put(f"{path}.ref", entry.get("name"), (*place, "name"))
        draft.text(f"{path}.description", entry.get("description"), (*place, "description"))


def _energy(draft: Draft, given: Any, at: Steps) -> None:
    """Of training, where it is told in one entry: a sum over several would be ours and not the source's."""
    training = [(e, p) for e, p in elements(given, at) if mapping(e).get("activity") == "training"]
    if len(training) != 1:
        return
    entry, place = training[0]
    draft.used.add((*place, "activity"))
    for name, unit, path, scale in (
        ("activityEnergyCost", "kWh", "compute.training_energy_kwh", 1),
        ("co2CostEquivalent", "tCO2eq", "compute.training_co2_kg", 1000),
    ):
        cost, origin = mapping(entry.get(name)), (*place, name)
        if cost.get("unit") == unit:
            draft.used.add((*origin, "unit"))
            draft.number(path, cost.get("value"), (*origin, "value"), Decimal(scale))
        elif cost.get("value") is not None:
            draft.gap(path, f"given in another unit than {unit}", (*origin, "value"))
