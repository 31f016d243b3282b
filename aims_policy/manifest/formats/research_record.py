"""Records of datasets in research repositories: DataCite's metadata (schema 4, JSON) and Zenodo's, to a Dataset.

Of DataCite also the answer of its API, of Zenodo the record and the ``.zenodo.json`` that an upload is described by.
Records of anything but datasets are none. A licence is known by its identifier, else by its name or address. What a
dataset is derived from is its source; publications that it goes with are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.licences import put_licences

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("datacite", "zenodo-record")
TITLE = "Research repository record"
VERSIONS = "DataCite 4, Zenodo's API and .zenodo.json"
STRENGTH = "declared"
KEYS = told_by("attributes", "types", "metadata", "upload_type", "resource_type")
YIELDS = {"datacite": ("Dataset",), "zenodo-record": ("Dataset",)}
_PASSED_OVER = frozenset(
    """types resourceType upload_type resource_type id identifier doi identifiers alternateIdentifiers subjects
    keywords publicationYear publication_date schemaVersion state prefix suffix container prereserve_doi communities
    creators.nameType creators.givenName creators.familyName creators.affiliation creators.affiliations
    creators.nameIdentifiers creators.orcid contributors.affiliation contributors.orcid contributors.nameType
    contributors.contributorType contributors.type titles.titleType titles.lang descriptions.descriptionType
    descriptions.lang dates.dateType dates.type relatedIdentifiers.relationType
    related_identifiers.relation""".split()  # noqa: SIM905 - a list of words reads better
)
IGNORED = (
    _PASSED_OVER
    | {f"{frame}.{name}" for frame in ("attributes", "metadata") for name in _PASSED_OVER}
    | {"type", "links", "stats", "owners", "conceptdoi", "conceptrecid", "recid", "revision"}
)

_LICENCE_BY = ("rightsIdentifier", "id", "rights", "title", "rightsUri", "url")
_ROLES = {
    "contactperson": "metadata.owner",
    "datacurator": "governance.steward",
    "datamanager": "governance.steward",
}
_SAYS = {"abstract": "content.summary", "methods": "acquisition.method"}


def detect(document: Located) -> str:
    value = mapping(document.value)
    given, _ = _datacite(value)
    kinds = (mapping(given.get(name)).get("resourceTypeGeneral") for name in ("types", "resourceType"))
    if "titles" in given and any(map(_is_dataset, kinds)):
        return "datacite"
    given, _ = _zenodo(value)
    kind = mapping(given.get("resource_type")).get("type", given.get("upload_type"))
    is_record = _is_dataset(kind) and type(given.get("title")) is str and "creators" in given
    return "zenodo-record" if is_record else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    given, at = (_datacite if format == "datacite" else _zenodo)(mapping(document.value))
    draft = Draft("Dataset", document)
    if format == "datacite":
        _of_datacite(draft, given, at)
    else:
        _of_zenodo(draft, given, at)
    draft.text("metadata.version", given.get("version"), (*at, "version"))
    draft.texts("content.languages", given.get("language"), (*at, "language"))
    for item, place in elements(given.get("creators"), (*at, "creators")):
        event = draft.entry("provenance.events")
        draft.put(f"{event}.type", "creation", place)
        draft.text(f"{event}.actor", *_named(item, place))
    for item, place in elements(given.get("contributors"), (*at, "contributors")):
        kind = mapping(item).get("contributorType", mapping(item).get("type"))
        path = _ROLES.get(kind.casefold()) if type(kind) is str else None
        if path is not None:
            draft.text(path, *_named(item, place))
    return [draft] if draft.tree else []


def _datacite(value: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    attributes = value.get("attributes")
    return (attributes, ("attributes",)) if type(attributes) is dict else (value, ())


def _zenodo(value: dict[str, Any]) -> tuple[dict[str, Any], Steps]:
    metadata = value.get("metadata")
    return (metadata, ("metadata",)) if type(metadata) is dict else (value, ())


def _is_dataset(kind: Any) -> bool:
    return type(kind) is str and kind.casefold() == "dataset"


def _named(item: Any, at: Steps) -> tuple[Any, Steps]:
    return (item.get("name"), (*at, "name")) if type(item) is dict else (item, at)


def _of_datacite(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    for item, place in elements(given.get("titles"), (*at, "titles")):
        field = "metadata.name" if not draft.has(("metadata", "name")) else "metadata.title"
        draft.text(field, mapping(item).get("title"), (*place, "title"))
    draft.text("acquisition.supplier", *_named(given.get("publisher"), (*at, "publisher")))
    put_licences(draft, given.get("rightsList"), (*at, "rightsList"), _LICENCE_BY)
    for item, place in elements(given.get("descriptions"), (*at, "descriptions")):
        path = _SAYS.get(str(mapping(item).get("descriptionType")).casefold())
        if path is not None:
            draft.text(path, mapping(item).get("description"), (*place, "description"))
    draft.texts("content.formats", given.get("formats"), (*at, "formats"))
    draft.text("acquisition.quantity", given.get("sizes") or None, (*at, "sizes"))
    if given.get("url") is not None:
        draft.put("documentation[0].location", given["url"], (*at, "url"))
    for item, place in elements(given.get("dates"), (*at, "dates")):
        _date(draft, mapping(item), place)
    for item, place in elements(given.get("relatedIdentifiers"), (*at, "relatedIdentifiers")):
        if str(mapping(item).get("relationType")).casefold() == "isderivedfrom":
            path = draft.entry("provenance.sources")
            draft.put(f"{path}.name", item.get("relatedIdentifier"), (*place, "relatedIdentifier"))


def _date(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    kind, date, place = str(given.get("dateType")).casefold(), given.get("date"), (*at, "date")
    if kind == "created" and date is not None:
        event = draft.entry("provenance.events")
        draft.put(f"{event}.type", "creation", place)
        draft.text(f"{event}.time", date, place)
    elif kind == "updated":
        draft.text("content.last_updated", date, place)
    elif kind == "collected" and type(date) is str:
        start, _, end = date.partition("/")
        draft.text("acquisition.started", start, place)
        draft.text("acquisition.ended", end or None, place)


def _of_zenodo(draft: Draft, given: dict[str, Any], at: Steps) -> None:
    draft.text("metadata.name", given.get("title"), (*at, "title"))
    draft.text("content.summary", given.get("description"), (*at, "description"))
    draft.text("acquisition.method", given.get("method"), (*at, "method"))
    draft.text("governance.access", given.get("access_conditions"), (*at, "access_conditions"))
    draft.text("governance.access", given.get("access_right"), (*at, "access_right"))
    put_licences(draft, given.get("license"), (*at, "license"), _LICENCE_BY)
    for item, place in elements(given.get("dates"), (*at, "dates")):
        if str(mapping(item).get("type")).casefold() == "collected":
            draft.text("acquisition.started", item.get("start"), (*place, "start"))
            draft.text("acquisition.ended", item.get("end"), (*place, "end"))
    for item, place in elements(given.get("related_identifiers"), (*at, "related_identifiers")):
        if str(mapping(item).get("relation")).casefold() == "isderivedfrom":
            path = draft.entry("provenance.sources")
            draft.put(f"{path}.name", item.get("identifier"), (*place, "identifier"))
