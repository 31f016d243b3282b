"""CycloneDX ML-BOM 1.5 to 1.7, JSON: ``machine-learning-model`` components to Models, ``data`` to Datasets.

Where ``metadata.component`` is one of these the BOM is about that one asset; else every component is its own.
Numbers come as text and are read only where the text is wholly a number.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("cyclonedx",)
TITLE = "CycloneDX BOM"
IGNORED = frozenset(
    """$schema bomFormat specVersion serialNumber version metadata.timestamp metadata.component.type components.type
    metadata.component.bom-ref components.bom-ref""".split()  # noqa: SIM905 - a list of words reads better
)

_KINDS = {"machine-learning-model": "Model", "data": "Dataset"}
_APPROACHES = {"reinforcement-learning": "reinforcement"}
_CONSIDERATIONS = {
    "users": "intended_use.users",
    "useCases": "intended_use.use_cases",
    "technicalLimitations": "limitations.known",
    "performanceTradeoffs": "limitations.tradeoffs",
}


def detect(document: Located) -> str:
    value = document.value
    return "cyclonedx" if type(value) is dict and value.get("bomFormat") == "CycloneDX" else ""


def convert(document: Located, _format: str) -> list[Draft]:
    names = {
        c["bom-ref"]: c["name"]
        for c, _ in _components(document.value)
        if type(c.get("bom-ref")) is str and type(c.get("name")) is str
    }
    found = [(c, at) for c, at in _components(document.value) if str(c.get("type")) in _KINDS]
    subject = [one for one in found if one[1] == ("metadata", "component")]
    return [_draft(document, component, at, names) for component, at in subject or found]


def _components(value: Any) -> Iterator[tuple[dict[str, Any], Steps]]:
    main = mapping(mapping(mapping(value).get("metadata")).get("component"))
    if main:
        yield main, ("metadata", "component")
    for component, at in elements(mapping(value).get("components"), ("components",)):
        if type(component) is dict:
            yield component, at


def _draft(document: Located, component: dict[str, Any], at: Steps, names: dict[str, str]) -> Draft:
    kind = _KINDS[component["type"]]
    draft = Draft(kind, document)
    draft.text("metadata.name", component.get("name"), (*at, "name"))
    draft.text("metadata.version", component.get("version"), (*at, "version"))
    draft.text("metadata.description", component.get("description"), (*at, "description"))
    (_model if kind == "Model" else _dataset)(draft, component, at)
    if kind == "Model":
        card = mapping(component.get("modelCard"))
        _parameters(draft, mapping(card.get("modelParameters")), (*at, "modelCard", "modelParameters"), names)
        _metrics(draft, mapping(card.get("quantitativeAnalysis")), (*at, "modelCard", "quantitativeAnalysis"))
        _considerations(draft, mapping(card.get("considerations")), (*at, "modelCard", "considerations"))
    return draft


def _model(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    _license(draft, "provenance.license", component.get("licenses"), (*at, "licenses"))
    _hash(draft, "provenance.artifact_digest", component.get("hashes"), (*at, "hashes"))
    _supplier(draft, "suppliers[0].ref", component, at)
    if "isExternal" in component:
        draft.put("provenance.third_party", component["isExternal"], (*at, "isExternal"))
    ancestors = mapping(component.get("pedigree")).get("ancestors")
    for index, (ancestor, place) in enumerate(elements(ancestors, (*at, "pedigree", "ancestors"))):
        name = mapping(ancestor).get("name")
        draft.put(f"provenance.base_models[{index}].ref", name, (*place, "name"))
    targets = {"vcs": "provenance.repository", "distribution": "provenance.artifact"}
    for reference, place in elements(component.get("externalReferences"), (*at, "externalReferences")):
        kind, url = str(mapping(reference).get("type")), mapping(reference).get("url")
        if kind in targets:
            draft.put(targets[kind], url, (*place, "url"))
        elif kind in ("documentation", "model-card"):
            index = len(draft.tree.get("documentation", ()))
            draft.put(f"documentation[{index}].location", url, (*place, "url"))


def _dataset(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    draft.text("content.summary", component.get("description"), (*at, "description"))
    _license(draft, "acquisition.license", component.get("licenses"), (*at, "licenses"))
    _hash(draft, "provenance.digest", component.get("hashes"), (*at, "hashes"))
    _supplier(draft, "acquisition.supplier", component, at)
    for part, place in elements(component.get("data"), (*at, "data")):
        if type(part) is not dict:
            continue
        draft.text("content.summary", part.get("description"), (*place, "description"))
        draft.text("governance.confidentiality", part.get("classification"), (*place, "classification"))
        sensitive = part.get("sensitiveData")
        draft.texts("acquisition.sensitive_categories", sensitive, (*place, "sensitiveData"))
        governance = mapping(part.get("governance"))
        for role, path in (("owners", "governance.owner"), ("stewards", "governance.steward")):
            for party, origin in elements(governance.get(role), (*place, "governance", role)):
                for sort in ("organization", "contact"):
                    if type(mapping(party).get(sort)) is dict:
                        draft.text(path, party[sort].get("name"), (*origin, sort, "name"))


def _parameters(draft: Draft, given: dict[str, Any], at: Steps, names: dict[str, str]) -> None:
    approach = mapping(given.get("approach")).get("type")
    if type(approach) is str:
        word = _APPROACHES.get(approach, approach.replace("-", "_"))
        draft.put("design.learning_approach", word, (*at, "approach", "type"))
    draft.text("design.task", given.get("task"), (*at, "task"))
    draft.text("design.architecture", given.get("modelArchitecture"), (*at, "modelArchitecture"))
    draft.text("design.algorithm", given.get("architectureFamily"), (*at, "architectureFamily"))
    for side in ("inputs", "outputs"):
        for item, place in elements(given.get(side), (*at, side)):
            draft.put(f"design.{side}[+]", mapping(item).get("format"), (*place, "format"))
    for index, (use, place) in enumerate(elements(given.get("datasets"), (*at, "datasets"))):
        path, entry = f"training_data.datasets[{index}]", mapping(use)
        if type(entry.get("ref")) is str:
            draft.put(f"{path}.ref", names.get(entry["ref"], entry["ref"]), (*place, "ref"))
        else:
            draft.put(f"{path}.ref", entry.get("name"), (*place, "name"))
        draft.text(f"{path}.description", entry.get("description"), (*place, "description"))


def _metrics(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    for metric, place in elements(given.get("performanceMetrics"), (*at, "performanceMetrics")):
        if type(metric) is not dict:
            continue
        path = draft.measurement(metric.get("type"), metric.get("value"), (*place, "type"), (*place, "value"))
        draft.text(f"{path}.group", metric.get("slice"), (*place, "slice"))
        interval = mapping(metric.get("confidenceInterval"))
        draft.number(
            f"{path}.lower", interval.get("lowerBound"), (*place, "confidenceInterval", "lowerBound")
        )
        draft.number(
            f"{path}.upper", interval.get("upperBound"), (*place, "confidenceInterval", "upperBound")
        )


def _considerations(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    for name, path in _CONSIDERATIONS.items():
        draft.texts(path, given.get(name), (*at, name))
    for index, (item, place) in enumerate(
        elements(given.get("ethicalConsiderations"), (*at, "ethicalConsiderations"))
    ):
        risk = f"risk.entries[{index}]"
        draft.put(f"{risk}.description", mapping(item).get("name"), (*place, "name"))
        draft.put(f"{risk}.dimension", "ethical", place)
        draft.texts(
            f"{risk}.measures", mapping(item).get("mitigationStrategy"), (*place, "mitigationStrategy")
        )
    for item, place in elements(given.get("fairnessAssessments"), (*at, "fairnessAssessments")):
        draft.texts("fairness.groups", mapping(item).get("groupAtRisk"), (*place, "groupAtRisk"))
        draft.texts(
            "fairness.mitigations", mapping(item).get("mitigationStrategy"), (*place, "mitigationStrategy")
        )
    environment = mapping(given.get("environmentalConsiderations"))
    _energy(
        draft,
        environment.get("energyConsumptions"),
        (*at, "environmentalConsiderations", "energyConsumptions"),
    )


def _energy(draft: Draft, given: Any, at: Steps) -> None:
    """Of training, where it is told in one entry: a sum over several would be ours and not the source's."""
    training = [(e, p) for e, p in elements(given, at) if mapping(e).get("activity") == "training"]
    if len(training) != 1:
        return
    entry, place = training[0]
    for name, unit, path, scale in (
        ("activityEnergyCost", "kWh", "compute.training_energy_kwh", 1),
        ("co2CostEquivalent", "tCO2eq", "compute.training_co2_kg", 1000),
    ):
        cost = mapping(entry.get(name))
        if cost.get("unit") == unit:
            draft.number(path, cost.get("value"), (*place, name, "value"), Decimal(scale))


def _license(draft: Draft, path: str, given: Any, at: Steps) -> None:
    """SPDX id, else expression, else name; several stand side by side as they are."""
    found: list[tuple[str, Steps]] = []
    for item, place in elements(given, at):
        inner = mapping(mapping(item).get("license"))
        for value, origin in (
            (inner.get("id"), (*place, "license", "id")),
            (mapping(item).get("expression"), (*place, "expression")),
            (inner.get("name"), (*place, "license", "name")),
        ):
            if type(value) is str:
                found.append((value, origin))
                break
    draft.used.update(origin for _, origin in found)
    if found:
        draft.put(path, ", ".join(text for text, _ in found), found[0][1])


def _hash(draft: Draft, path: str, given: Any, at: Steps) -> None:
    for item, place in elements(given, at):
        if str(mapping(item).get("alg")).upper() in ("SHA-256", "SHA256"):
            draft.digest(path, mapping(item).get("content"), (*place, "content"))


def _supplier(draft: Draft, path: str, component: dict[str, Any], at: Steps) -> None:
    for role in ("supplier", "manufacturer"):
        if type(component.get(role)) is dict:
            draft.text(path, component[role].get("name"), (*at, role, "name"))
