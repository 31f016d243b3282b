"""An ``AIPackage`` to a Model."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.formats.spdx3.graph import as_node, licence, named, sha256, simple, text

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.formats.spdx3.graph import Graph, Node
    from aims_policy.manifest.paths import Steps

_TEXTS = {
    "builtTime": "provenance.created",
    "downloadLocation": "provenance.artifact",
    "domain": "intended_use.domain",
    "informationAboutApplication": "intended_use.summary",
    "informationAboutTraining": "design.training_method",
    "modelDataPreprocessing": "training_data.preprocessing",
}
_LISTS = {"limitation": "limitations.known", "modelExplainability": "explainability.methods"}
_APPROACHES = frozenset(
    ["supervised", "unsupervised", "semi_supervised", "self_supervised", "reinforcement", "rule_based"]
)
_UNITS = {"kilowattHour": Decimal(1), "megajoule": Decimal("3.6")}
"""How many of the unit are a kilowatt hour."""


def fill_model(draft: Draft, graph: Graph, node: Node) -> None:
    for name, path in _TEXTS.items():
        text(draft, path, node, name)
    for name, path in _LISTS.items():
        for item, place in node.items(name):
            draft.put(f"{path}[+]", item, place)
    licence(draft, graph, "provenance.license", node)
    sha256(draft, "provenance.artifact_digest", node)
    for given, source in node.items("suppliedBy"):
        named(draft, graph, "suppliers[0].ref", given, source)
    _types(draft, node)
    _hyperparameters(draft, node)
    _metrics(draft, node)
    _energy(draft, graph, node)
    _datasets(draft, graph, node)
    _relations(draft, graph, node)


def _types(draft: Draft, node: Node) -> None:
    """Types of model are free texts; one of them is the learning approach where it is a word for it."""
    others: list[tuple[Any, Steps]] = []
    for item, place in node.items("typeOfModel"):
        word = item.strip().lower().replace("-", "_").replace(" ", "_") if type(item) is str else ""
        if word in _APPROACHES:
            draft.text("design.learning_approach", word, place)
        elif type(item) is str:
            others.append((item, place))
    if others:
        draft.used.update(place for _, place in others)
        draft.put("design.algorithm", ", ".join(item for item, _ in others), others[0][1])


def _hyperparameters(draft: Draft, node: Node) -> None:
    for item, place in node.items("hyperparameter"):
        entry = as_node(mapping(item), place)
        key, key_source = entry.value("key")
        value, source = entry.value("value")
        if type(key) is str and key and value is not None:
            draft.used.add(key_source)
            draft.put_key("design.hyperparameters", key, value, source)


def _metrics(draft: Draft, node: Node) -> None:
    for item, place in node.items("metric"):
        entry = as_node(mapping(item), place)
        key, key_source = entry.value("key")
        if type(key) is str:
            value, source = entry.value("value")
            draft.measurement(key, value, key_source, source)


def _energy(draft: Draft, graph: Graph, node: Node) -> None:
    """Of training, where it is told in one entry: a sum over several would be ours and not the source's."""
    whole = graph.resolve(*node.value("energyConsumption"))
    if whole is None:
        return
    path, parts = "compute.training_energy_kwh", whole.items("trainingEnergyConsumption")
    if len(parts) > 1:
        draft.gap(path, f"given in {len(parts)} parts, and not as a whole", parts[0][1])
    part = graph.resolve(*parts[0]) if len(parts) == 1 else None
    if part is None:
        return
    value, source = part.value("energyQuantity")
    unit, unit_source = part.value("energyUnit")
    per_kwh, number = _UNITS.get(simple(unit)), exact_number(value)
    draft.used.add(unit_source)
    if per_kwh is None:
        draft.gap(path, "given in no unit that is known", source)
    elif number is None or per_kwh == 1:
        draft.number(path, value, source)
    else:
        draft.put(path, round(number / per_kwh, 6), source)


def _datasets(draft: Draft, graph: Graph, node: Node) -> None:
    uses: list[tuple[Any, Any, str]] = [(*use, "training") for use in graph.related(node, "trainedOn")]
    for given, source in graph.related(node, "hasDataFile"):
        target = graph.resolve(given, source)
        if target is not None and target.kind == "DatasetPackage":
            uses.append((given, source, ""))
    for given, source, role in uses:
        path = draft.entry("training_data.datasets")
        named(draft, graph, f"{path}.ref", given, source)
        if role:
            draft.put(f"{path}.role", role, source)
        target = graph.resolve(given, source)
        if target is not None:
            draft.text(f"{path}.version", *target.value("packageVersion"))
            sha256(draft, f"{path}.digest", target)
    tests = list(graph.related(node, "testedOn"))
    if len(tests) == 1:
        named(draft, graph, "evaluation.test_dataset", *tests[0])
    elif tests:
        reason = f"{len(tests)} test datasets are named, and one is asked for"
        draft.gap("evaluation.test_dataset", reason, tests[0][1])


def _relations(draft: Draft, graph: Graph, node: Node) -> None:
    bases = [*graph.related(node, "descendantOf"), *graph.related(node, "ancestorOf", backwards=True)]
    for given, source in bases:
        named(draft, graph, f"{draft.entry('provenance.base_models')}.ref", given, source)
    for given, source in graph.related(node, "dependsOn", "usesTool"):
        target = graph.resolve(given, source)
        if target is not None and target.kind in ("Package", "Tool"):
            draft.used.add(source)
            path = draft.entry("tooling.components")
            draft.text(f"{path}.name", *target.value("name"))
            draft.text(f"{path}.version", *target.value("packageVersion"))
    for given, source in graph.related(node, "hasDocumentation"):
        named(draft, graph, f"{draft.entry('documentation')}.location", given, source)
