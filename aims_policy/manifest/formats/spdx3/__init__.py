"""SPDX 3.0 with the AI and Dataset profiles, JSON-LD: every ``AIPackage`` a Model, every ``DatasetPackage`` a Dataset.

Property names are those of the model of SPDX 3.0.1 (https://spdx.github.io/spdx-spec/v3.0.1/), read with and without
the prefix of their profile. `metricDecisionThreshold` is the cut-off a metric was computed with and no limit to be
met, and `safetyRiskAssessment` follows the method of EU product safety and no tier of ours: neither is evidence here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.formats.spdx3.dataset import fill_dataset
from aims_policy.manifest.formats.spdx3.graph import KINDS, Graph, Node, as_node, read_graph
from aims_policy.manifest.formats.spdx3.model import fill_model

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("spdx3",)
TITLE = "SPDX 3 document with AI or Dataset profile"
VERSIONS = "3.0.0 and 3.0.1, JSON-LD"
STRENGTH = "declared"
HOLDS = "a model is an element of type `ai_AIPackage`, a dataset one of type `dataset_DatasetPackage`"
YIELDS = {"spdx3": ("Model", "Dataset")}
IGNORED = frozenset(
    """@context type @type spdxId @id creationInfo @graph.type @graph.@type @graph.spdxId @graph.@id
    @graph.creationInfo @graph.comment comment software_primaryPurpose @graph.software_primaryPurpose
    @graph.verifiedUsing.type @graph.verifiedUsing.algorithm @graph.ai_hyperparameter.type @graph.ai_metric.type
    @graph.ai_energyConsumption.type @graph.ai_energyConsumption.ai_trainingEnergyConsumption.type""".split()  # noqa: SIM905 - a list of words reads better
)

_PREFIXES = ("ai_", "dataset_", "software_")


def detect(document: Located) -> str:
    """The context of SPDX 3, or one package of the two profiles that says its properties by their prefixes."""
    value = document.value
    if type(value) is not dict:
        return ""
    if "spdx.org/rdf/3." in str(value.get("@context")):
        return "spdx3"
    package = "@graph" not in value and as_node(value, ()).kind in KINDS
    return "spdx3" if package and any(key.startswith(_PREFIXES) for key in value) else ""


def nearly(document: Located) -> str:
    """What to tell of an SPDX document that is older than the profiles."""
    version = document.value.get("spdxVersion") if type(document.value) is dict else None
    old = type(version) is str and version.startswith("SPDX-2")
    return (
        "SPDX describes models and datasets from version 3.0 on, by its AI and Dataset profiles"
        if old
        else ""
    )


def convert(document: Located, _format: str) -> list[Draft]:
    graph = read_graph(document.value)
    drafts = [_draft(document, graph, node) for node in graph.nodes if node.kind in KINDS]
    for node in graph.nodes:
        if node.kind not in KINDS and drafts:
            drafts[0].used.add(
                node.at
            )  # elements that are no asset are its frame, and are not reported as unread
    return drafts


def _draft(document: Located, graph: Graph, node: Node) -> Draft:
    draft = Draft(KINDS[node.kind], document)
    name, source = node.value("name")
    draft.text("metadata.name", graph.names.get(node.at, name), source)
    draft.text("metadata.version", *node.value("packageVersion"))
    for name in ("summary", "description"):
        draft.text("metadata.description", *node.value(name))
    fill: Any = fill_model if draft.kind == "Model" else fill_dataset
    fill(draft, graph, node)
    return draft
