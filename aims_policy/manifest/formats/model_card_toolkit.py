"""Model cards of Google's Model Card Toolkit and of VerifyML, which is built on it, to a Model.

Schemas v0.0.1 and v0.0.2 of ``tensorflow/model-card-toolkit``, v0.0.3 and v0.0.4 of ``cylynx/verifyml``. Lists of
texts became lists of ``{"description": …}`` in v0.0.2; both are read whatever version a file says it has. Tests are
kept as criteria with their outcome: what a threshold means, each of VerifyML's tests decides for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.model_card import TOOLKIT, considerations, metrics

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("model-card-toolkit",)
TITLE = "Model Card Toolkit card"
VERSIONS = "0.0.1 and 0.0.2, VerifyML 0.0.3 and 0.0.4, JSON and YAML"
STRENGTH = "declared"
KEYS = told_by("model_details")
IGNORED = frozenset(["schema_version"])

_SECTIONS = frozenset(
    """model_details model_parameters quantitative_analysis considerations explainability_analysis
    fairness_analysis""".split()  # noqa: SIM905 - a list of words reads better
)
_DETAILS = frozenset(
    """name overview documentation owners version license licenses references citation citations path
    regulatory_requirements""".split()  # noqa: SIM905 - a list of words reads better
)
_REPORTS = {
    "quantitative_analysis": "performance_metrics",
    "explainability_analysis": "explainability_reports",
    "fairness_analysis": "fairness_reports",
}


def detect(document: Located) -> str:
    """Sections of the schema and nothing else, the first of them with fields that it has there."""
    value = document.value
    if type(value) is not dict or not set(value) <= _SECTIONS | {"schema_version"}:
        return ""
    details = value.get("model_details")
    known = type(details) is dict and not _DETAILS.isdisjoint(details)
    return "model-card-toolkit" if known else ""


def convert(document: Located, _format: str) -> list[Draft]:
    card = mapping(document.value)
    if _SECTIONS.isdisjoint(card):
        return []
    draft = Draft("Model", document)
    _details(draft, mapping(card.get("model_details")), ("model_details",))
    _parameters(draft, mapping(card.get("model_parameters")), ("model_parameters",))
    metrics(draft, mapping(card.get("quantitative_analysis")), ("quantitative_analysis",), TOOLKIT)
    considerations(draft, mapping(card.get("considerations")), ("considerations",), TOOLKIT)
    for section, name in _REPORTS.items():
        for report, place in elements(mapping(card.get(section)).get(name), (section, name)):
            _report(draft, section, mapping(report), place)
    return [draft]


def _details(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    draft.text("metadata.name", given.get("name"), (*at, "name"))
    for name in ("overview", "documentation"):
        draft.text("metadata.description", given.get(name), (*at, name))
    for owner, place in elements(given.get("owners"), (*at, "owners")):
        draft.text("metadata.owner", mapping(owner).get("name"), (*place, "name"))
    version, place = mapping(given.get("version")), (*at, "version")
    draft.text("metadata.version", version.get("name"), (*place, "name"))
    draft.text("provenance.created", version.get("date"), (*place, "date"))
    draft.text("lifecycle.change_summary", version.get("diff"), (*place, "diff"))
    _licences(draft, given, at)
    draft.text("provenance.artifact", given.get("path"), (*at, "path"))
    for item, origin in elements(given.get("references"), (*at, "references")):
        _text(draft, f"{draft.entry('documentation')}.location", item, origin, "reference")
    for item, origin in elements(given.get("regulatory_requirements"), (*at, "regulatory_requirements")):
        _text(draft, "design.requirement_ids[+]", item, origin, "regulation")


def _licences(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    """One text in v0.0.1; later a list of SPDX ids or texts, which stand side by side."""
    draft.text("provenance.license", given.get("license"), (*at, "license"))
    found: list[tuple[str, Steps]] = []
    for item, place in elements(given.get("licenses"), (*at, "licenses")):
        name = next((n for n in ("identifier", "custom_text") if type(mapping(item).get(n)) is str), None)
        if name is not None:
            found.append((item[name], (*place, name)))
    draft.used.update(place for _, place in found)
    if found:
        draft.put("provenance.license", ", ".join(text for text, _ in found), found[0][1])


def _parameters(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    draft.text("design.architecture", given.get("model_architecture"), (*at, "model_architecture"))
    for side in ("input", "output"):
        path = f"design.{side}s[+]"
        draft.text(path, given.get(f"{side}_format"), (*at, f"{side}_format"))
        for item, place in elements(given.get(f"{side}_format_map"), (*at, f"{side}_format_map")):
            key, value = mapping(item).get("key"), mapping(item).get("value")
            if type(key) is str and type(value) is str:
                draft.put(path, f"{key}: {value}", place)
    data = given.get("data")
    if type(data) is dict:
        _first_schema(draft, data, (*at, "data"))
        return
    for item, place in elements(data, (*at, "data")):
        path = draft.entry("training_data.datasets")
        draft.put(f"{path}.ref", mapping(item).get("name"), (*place, "name"))
        draft.text(f"{path}.description", mapping(item).get("description"), (*place, "description"))


def _first_schema(draft: Draft, data: dict[str, Any], at: Steps) -> None:
    """v0.0.1 tells the data for training from that for evaluation."""
    train = mapping(data.get("train")).get("name")
    if train is not None:
        draft.put("training_data.datasets[0].ref", train, (*at, "train", "name"))
        draft.put("training_data.datasets[0].role", "training", (*at, "train"))
    draft.text("evaluation.test_dataset", mapping(data.get("eval")).get("name"), (*at, "eval", "name"))


def _report(draft: Draft, section: str, report: dict[str, Any], at: Steps) -> None:
    if section == "explainability_analysis" and report.get("type") is not None:
        draft.put("explainability.methods[+]", report["type"], (*at, "type"))
    if section == "fairness_analysis" and report.get("segment") is not None:
        draft.put("fairness.attributes[+]", report["segment"], (*at, "segment"))
    for item, place in elements(report.get("tests"), (*at, "tests")):
        test, path = mapping(item), draft.entry("evaluation.criteria")
        name = "name" if test.get("name") is not None else ""
        if not name and report.get("type") is None:
            continue
        draft.put(
            f"{path}.metric",
            test[name] if name else report["type"],
            (*place, name) if name else (*at, "type"),
        )
        if "passed" in test:
            draft.put(f"{path}.met", test["passed"], (*place, "passed"))


def _text(draft: Draft, path: str, item: Any, place: Steps, field: str) -> None:
    """An item that is a text, or has it in a field of its own."""
    given = type(item) is dict
    draft.text(path, item.get(field) if given else item, (*place, field) if given else place)
