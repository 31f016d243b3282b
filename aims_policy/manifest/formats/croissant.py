"""Croissant 1.0 and 1.1 with the RAI vocabulary 1.0 (MLCommons), JSON-LD, to a Dataset.

Property names drift between the specification, its examples and real files, with and without a prefix; they are
matched by their local names. What has no field in a Dataset is left out and listed in a note.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping
from aims_policy.manifest.json_ld import local, plain

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("croissant",)
TITLE = "Croissant metadata"
IGNORED = frozenset(["@context", "@type", "@id", "@language", "@graph"])

_TEXTS = {
    "name": "metadata.name", "alternateName": "metadata.title", "version": "metadata.version",
    "description": "content.summary", "license": "acquisition.license", "dateModified": "content.last_updated",
    "dataCollection": "acquisition.method", "dataCollectionMethodology": "acquisition.method",
    "dataCollectionMissingData": "preparation.missing_values",
    "dataAnnotationProtocol": "preparation.annotation.protocol",
    "dataAnnotationPlatform": "preparation.annotation.platform",
    "annotatorDemographics": "preparation.annotation.annotators",
    "intendedUse": "intended_use.summary", "usageInfo": "acquisition.rights",
    "dataCollectionTimeFrameStart": "acquisition.started", "dataCollectionTimeFrameEnd": "acquisition.ended",
}  # fmt: skip
_LISTS = {
    "inLanguage": "content.languages", "machineAnnotationTools": "preparation.annotation.machine_tools",
    "personalSensitiveInformation": "acquisition.sensitive_categories",
    "dataLimitations": "limitations.known", "limitations": "limitations.known", "knownLimitations": "limitations.known",
    "dataUseCases": "intended_use.use_cases", "useCases": "intended_use.use_cases",
    "outOfScopeUse": "intended_use.out_of_scope",
}  # fmt: skip
_STEPS = {
    "dataPreprocessingProtocol": "", "dataImputationProtocol": "imputation", "dataManipulationProtocol": "",
}  # fmt: skip
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{4}-\d{2}-\d{2})")


def detect(document: Located) -> str:
    """A JSON-LD dataset that names Croissant's vocabulary, or has a record set."""
    root, _ = _root(document.value)
    if "@context" not in root or not any(
        local(str(t)) == "Dataset" for t, _ in elements(root.get("@type"), ())
    ):
        return ""
    named = f"{root['@context']}{[v for k, v in root.items() if local(k) == 'conformsTo']}"
    speaks = "mlcommons.org/croissant" in named or any(local(k) == "recordSet" for k in root)
    return "croissant" if speaks else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root, at = _root(document.value)
    draft = Draft("Dataset", document)
    for key, value in root.items():
        name, source = local(key), (*at, key)
        if name in _TEXTS:
            draft.text(_TEXTS[name], *plain(value, source))
        elif name in _LISTS:
            for item, place in elements(value, source):
                draft.put(f"{_LISTS[name]}[+]", *plain(item, place))
        elif name in _STEPS:
            _preparation(draft, _STEPS[name], value, source)
        elif name in _SPECIAL:
            _SPECIAL[name](draft, value, source)
    return [draft]


def _preparation(draft: Draft, method: str, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        text, origin = plain(item, place)
        index = len(draft.tree.get("preparation", {}).get("steps", ()))
        draft.put(f"preparation.steps[{index}].description", text, origin)
        if method:
            draft.put(f"preparation.steps[{index}].method", method, origin)


def _biases(draft: Draft, value: Any, source: Steps) -> None:
    for index, (item, place) in enumerate(elements(value, source)):
        draft.put(f"quality.known_biases[{index}].description", *plain(item, place))


def _derived(draft: Draft, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        index = len(draft.tree.get("provenance", {}).get("sources", ()))
        path = f"provenance.sources[{index}]"
        if type(item) is not dict:
            draft.put(f"{path}.name", item, place)
            continue
        found = {local(key): key for key in item}
        name = next((found[k] for k in ("name", "label", "@id", "url") if k in found), None)
        location = next((found[k] for k in ("url", "contentUrl", "@id") if k in found), None)
        if name is None:
            draft.gap(f"{path}.name", "no name is given", place)
        else:
            draft.text(f"{path}.name", *plain(item[name], (*place, name)))
        if location is not None:
            draft.text(f"{path}.location", *plain(item[location], (*place, location)))
        if "license" in found:
            draft.text(f"{path}.license", *plain(item[found["license"]], (*place, found["license"])))


def _creators(draft: Draft, value: Any, source: Steps) -> None:
    for index, (item, place) in enumerate(elements(value, source)):
        text, origin = plain(item, place)
        draft.put(f"provenance.events[{index}].type", "creation", place)
        draft.put(f"provenance.events[{index}].actor", text, origin)


def _distribution(draft: Draft, value: Any, source: Steps) -> None:
    """File formats; and the digest, where the data is one file."""
    formats: dict[str, Steps] = {}
    digests: list[tuple[Any, Steps]] = []
    for item, place in elements(value, source):
        for key, inner in mapping(item).items():
            if local(key) == "encodingFormat":
                for text, origin in elements(inner, (*place, key)):
                    draft.used.add((*place, key))
                    if type(text) is str:
                        formats.setdefault(text, origin)
            elif local(key) == "sha256":
                digests.append((inner, (*place, key)))
    for text, origin in formats.items():
        draft.put("content.formats[+]", text, origin)
    if len(digests) == 1 and len(list(elements(value, source))) == 1:
        draft.digest("provenance.digest", *digests[0])


def _features(draft: Draft, value: Any, source: Steps) -> None:
    for record, place in elements(value, source):
        for key, inner in mapping(record).items():
            if local(key) != "field":
                continue
            for field, origin in elements(inner, (*place, key)):
                name = next((k for k in mapping(field) if local(k) in ("name", "@id")), None)
                if name is not None:
                    draft.put("content.features[+]", *plain(field[name], (*origin, name)))


def _per_item(draft: Draft, value: Any, source: Steps) -> None:
    draft.number("preparation.annotation.per_item", *plain(value, source))


def _timeframe(draft: Draft, value: Any, source: Steps) -> None:
    """Two dates in a list, or one interval."""
    given = list(elements(value, source))
    if len(given) == 2:
        draft.put("acquisition.started", *plain(*given[0]))
        draft.put("acquisition.ended", *plain(*given[1]))
    else:
        _interval(draft, value, source, "acquisition.started", "acquisition.ended")


def _coverage(draft: Draft, value: Any, source: Steps) -> None:
    _interval(draft, value, source, "content.period_start", "content.period_end")


def _interval(draft: Draft, value: Any, source: Steps, start: str, end: str) -> None:
    text, origin = (
        plain(value[0], (*source, 0)) if type(value) is list and len(value) == 1 else plain(value, source)
    )
    match = _PERIOD.fullmatch(text.strip()) if type(text) is str else None
    if match:
        draft.put(start, match.group(1), origin)
        draft.put(end, match.group(2), origin)
    elif text is not None:
        draft.gap(start, "not an interval of two dates", origin)


_SPECIAL = {
    "dataBiases": _biases,
    "wasDerivedFrom": _derived,
    "isBasedOn": _derived,
    "creator": _creators,
    "distribution": _distribution,
    "recordSet": _features,
    "annotationsPerItem": _per_item,
    "dataCollectionTimeframe": _timeframe,
    "dataCollectionTimeFrame": _timeframe,
    "temporalCoverage": _coverage,
}


def _root(value: Any) -> tuple[dict[str, Any], Steps]:
    """The dataset and its path: the document itself, or the only element of a list."""
    if type(value) is list and len(value) == 1:
        return mapping(value[0]), (0,)
    return mapping(value), ()
