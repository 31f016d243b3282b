"""Croissant 1.0 and 1.1 with the RAI vocabulary 1.0 (MLCommons), JSON-LD, to a Dataset.

Property names drift between the specification, its examples and real files, with and without a prefix; they are
matched by their local names. What has no field in a Dataset is left out and listed in a note.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.json_ld import by_local, local, local_names, plain
from aims_policy.manifest.formats.croissant.provenance import activities, creators, sources

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("croissant",)
TITLE = "Croissant metadata"
VERSIONS = "1.0 and 1.1, RAI 1.0"
STRENGTH = "declared"
KEYS = told_by("@context")
YIELDS = {"croissant": ("Dataset",)}
IGNORED = frozenset(
    """@context @type @id @language @graph conformsTo dct:conformsTo
    creator.@type publisher.@type usageInfo.@type distribution.@type distribution.@id distribution.name
    distribution.description distribution.contentUrl distribution.contentSize distribution.containedIn
    distribution.includes distribution.excludes distribution.md5 recordSet.@type recordSet.@id recordSet.name
    recordSet.description recordSet.key recordSet.dataType recordSet.field.@type recordSet.field.@id
    recordSet.field.description recordSet.field.dataType recordSet.field.source recordSet.field.references
    recordSet.field.repeated recordSet.field.subField prov:wasGeneratedBy.@type prov:wasGeneratedBy.@id
    prov:wasGeneratedBy.prov:label prov:wasGeneratedBy.prov:wasAssociatedWith.@type prov:wasAssociatedWith.@type
    prov:wasAssociatedWith.@id prov:wasDerivedFrom.@type""".split()  # noqa: SIM905 - a list of words reads better
)

_TEXTS = {
    "name": "metadata.name", "alternateName": "metadata.title", "version": "metadata.version",
    "description": "content.summary", "usageInfo": "acquisition.rights",
    "publisher": "acquisition.supplier", "dateModified": "content.last_updated",
    "dataCollection": "acquisition.method", "dataCollectionMethodology": "acquisition.method",
    "dataCollectionMissingData": "preparation.missing_values",
    "dataAnnotationProtocol": "preparation.annotation.protocol",
    "dataAnnotationPlatform": "preparation.annotation.platform",
    "annotatorDemographics": "preparation.annotation.annotators",
    "dataReleaseMaintenancePlan": "governance.maintenance", "dataReleaseMaintenance": "governance.maintenance",
    "intendedUse": "intended_use.summary",
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
    "dataAnnotationAnalysis": "labelling",
}  # fmt: skip
_NO_LICENCE = re.compile(r"https?://choosealicense\.com/licenses/(?:unknown|other|undefined)/?")
_PERIOD = re.compile(r"(\d{4}-\d{2}-\d{2}(?:T[^/]{4,30})?)/(?:(\d{4}-\d{2}-\d{2}(?:T[^/]{4,30})?)|\.\.)")


def detect(document: Located) -> str:
    """A JSON-LD dataset that names Croissant's vocabulary, or has a record set."""
    root, _ = _root(document.value)
    if "@context" not in root or not any(
        local(str(t)) == "Dataset" for t, _ in elements(root.get("@type"), ())
    ):
        return ""
    if "recordSet" in by_local(root):
        return "croissant"
    named = f"{root['@context']}{[root[key] for name, key in local_names(root) if name == 'conformsTo']}"
    return "croissant" if "mlcommons.org/croissant" in named else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root, at = _root(document.value)
    draft = Draft("Dataset", document)
    fill(draft, root, at)
    return [draft]


def fill(draft: Draft, root: dict[str, Any], at: Steps) -> None:
    """What the node of a dataset says in the words of schema.org and of Croissant."""
    for name, key in local_names(root):
        value, source = root[key], (*at, key)
        if name in _TEXTS:
            _text(draft, _TEXTS[name], value, source)
        elif name in _LISTS:
            for item, place in elements(value, source):
                draft.put(f"{_LISTS[name]}[+]", *plain(item, place))
        elif name in _STEPS:
            _preparation(draft, _STEPS[name], value, source)
        elif name in _SPECIAL:
            _SPECIAL[name](draft, value, source)
    creators(draft, root, at)
    activities(draft, root, at)
    _collection_types(draft, root, at)


def _text(draft: Draft, path: str, value: Any, source: Steps) -> None:
    """The text of a node; of several nodes their texts side by side."""
    if type(value) is str:
        draft.put(path, value, source)
        return
    found = [plain(item, place) for item, place in elements(value, source)]
    if len(found) > 1 and all(type(text) is str for text, _ in found):
        draft.used.update(place for _, place in found)
        draft.put(path, ", ".join(text for text, _ in found), found[0][1])
    elif found:
        draft.text(path, *(found[0] if len(found) == 1 else (value, source)))


def _preparation(draft: Draft, method: str, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        step, (text, origin) = draft.entry("preparation.steps"), plain(item, place)
        draft.put(f"{step}.description", text, origin)
        if method:
            draft.put(f"{step}.method", method, origin)


def _collection_types(draft: Draft, root: dict[str, Any], at: Steps) -> None:
    """Where the way of collection is not described, its types stand for it."""
    for name, key in local_names(root):
        if name == "dataCollectionType":
            _text(draft, "acquisition.method", root[key], (*at, key))


def _licence(draft: Draft, value: Any, source: Steps) -> None:
    """The Hub's generator makes an address even of its words for no licence."""
    for item, place in elements(value, source):
        text, origin = plain(item, place)
        if type(text) is str and _NO_LICENCE.fullmatch(text):
            draft.gap("acquisition.license", f"`{text}` names no licence", origin)
            return
    _text(draft, "acquisition.license", value, source)


def _biases(draft: Draft, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        draft.put(f"{draft.entry('quality.known_biases')}.description", *plain(item, place))


def _impact(draft: Draft, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        entry, (text, origin) = draft.entry("risk.entries"), plain(item, place)
        draft.put(f"{entry}.description", text, origin)
        draft.put(f"{entry}.dimension", "societal", origin)


def _raw_data(draft: Draft, value: Any, source: Steps) -> None:
    for item, place in elements(value, source):
        draft.put(f"{draft.entry('provenance.sources')}.name", *plain(item, place))


def _page(draft: Draft, value: Any, source: Steps) -> None:
    draft.text(f"{draft.entry('documentation')}.location", *plain(value, source))


def _distribution(draft: Draft, value: Any, source: Steps) -> None:
    """File formats; and the digest, where the data is one file."""
    formats: dict[str, Steps] = {}
    digests: list[tuple[Any, Steps]] = []
    for item, place in elements(value, source):
        for name, key in local_names(mapping(item)):
            if name == "encodingFormat":
                for text, origin in elements(item[key], (*place, key)):
                    draft.used.add((*place, key))
                    if type(text) is str:
                        formats.setdefault(text, origin)
            elif name == "sha256":
                digests.append((item[key], (*place, key)))
    for text, origin in formats.items():
        draft.put("content.formats[+]", text, origin)
    if len(digests) == 1 and len(list(elements(value, source))) == 1:
        draft.digest("provenance.digest", *digests[0])


def _features(draft: Draft, value: Any, source: Steps) -> None:
    names: list[tuple[Any, Steps]] = []
    for record, place in elements(value, source):
        for local_name, key in local_names(mapping(record)):
            if local_name != "field":
                continue
            for field, origin in elements(record[key], (*place, key)):
                found = by_local(mapping(field))
                name = found.get("name", found.get("@id"))
                if name is not None:
                    names.append(plain(field[name], (*origin, name)))
    draft.put_all("content.features", names)


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
    text, origin = plain(value, source)
    match = _PERIOD.fullmatch(text.strip()) if type(text) is str else None
    if match:
        draft.put(start, match.group(1), origin)
        if match.group(2):  # else it goes on
            draft.put(end, match.group(2), origin)
    elif text is not None:
        draft.gap(start, "not an interval of two dates", origin)


_SPECIAL: dict[str, Callable[[Draft, Any, Steps], None]] = {
    "license": _licence,
    "dataBiases": _biases,
    "dataSocialImpact": _impact,
    "dataCollectionRawData": _raw_data,
    "dataCollectionRaw": _raw_data,
    "wasDerivedFrom": sources,
    "isBasedOn": sources,
    "distribution": _distribution,
    "recordSet": _features,
    "url": _page,
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
