"""Data Packages (Frictionless Data; datapackage.org, versions 1 and 2, and what there was before) to a Dataset.

A package has resources, each a file or data in place. What is said of one resource is evidence of the whole only
where there is no other. Before version 1 there were a ``license``, authors, maintainers and publishers by ``name``, and
sources in the ``web``; most published packages are still such. Fields of one's own are allowed in all versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.licences import put_licences

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("data-package",)
TITLE = "Data Package"
VERSIONS = "1, 2 and those before, JSON and YAML"
STRENGTH = "declared"
KEYS = told_by("resources")
YIELDS = {"data-package": ("Dataset",)}
IGNORED = frozenset(
    """$schema profile id image resources.name resources.path resources.profile resources.$schema resources.type
    resources.scheme resources.encoding resources.dialect resources.schema.primaryKey resources.schema.fields.type
    resources.schema.fields.format resources.schema.fields.constraints""".split()  # noqa: SIM905 - a list of words
)

_KNOWN = frozenset(
    """$schema profile id name title description homepage version created image keywords licenses sources
    contributors resources organization license author authors maintainers publishers contributor last_updated
    last_modified datapackage_version base readme views""".split()  # noqa: SIM905 - a list of words reads better
)
_TEXTS = {
    "name": "metadata.name",
    "title": "metadata.title",
    "version": "metadata.version",
    "homepage": "documentation[0].location",
}
_OF_DATA = frozenset(["licenses", "license", "sources", "title"])
_LICENCE_BY = ("id", "type", "name", "path", "url", "title")
_OLD_PARTIES = {
    "maintainers": "governance.steward",
    "publishers": "acquisition.supplier",
}
_ROLES = {"publisher": "acquisition.supplier", "maintainer": "governance.steward"}


def detect(document: Located) -> str:
    """Resources that each have a path or data, in a descriptor that says its profile, or that describes tables."""
    value = document.value
    if type(value) is not dict or type(value.get("resources")) is not list or not value["resources"]:
        return ""
    resources = [mapping(resource) for resource in value["resources"]]
    if set(value) <= _KNOWN and all({"path", "data", "url"} & r.keys() for r in resources):
        return "data-package"
    if not all({"path", "data"} & r.keys() for r in resources):
        return ""
    said = f"{value.get('$schema')} {value.get('profile')}"
    has_tables = any(type(mapping(r.get("schema")).get("fields")) is list for r in resources)
    is_package = "data-package" in said or "datapackage" in said or (has_tables and value.keys() & _OF_DATA)
    return "data-package" if is_package else ""


def convert(document: Located, _format: str) -> list[Draft]:
    package = mapping(document.value)
    if "resources" not in package:
        return []
    draft = Draft("Dataset", document)
    for name, path in _TEXTS.items():
        draft.text(path, package.get(name), (name,))
    for path in ("metadata.description", "content.summary"):
        draft.text(path, package.get("description"), ("description",))
    for name in ("licenses", "license"):
        put_licences(draft, package.get(name), (name,), _LICENCE_BY)
    for item, place in elements(package.get("sources"), ("sources",)):
        _source(draft, mapping(item), place)
    created = package.get("created")
    if created is not None:
        draft.put("provenance.events[0].type", "creation", ("created",))
        draft.text("provenance.events[0].time", created, ("created",))
    for item, place in elements(package.get("contributors"), ("contributors",)):
        _contributor(draft, mapping(item), place)
    _parties(draft, package)
    resources = list(elements(package.get("resources"), ("resources",)))
    for item, place in resources:
        _resource(draft, mapping(item), place, alone=len(resources) == 1)
    return [draft]


def _source(draft: Draft, source: dict[str, Any], at: Steps) -> None:
    path = draft.entry("provenance.sources")
    name = "title" if "title" in source else "name"  # before version 1 it was `name`
    draft.put(f"{path}.name", source.get(name), (*at, name))
    for address in ("path", "web"):
        draft.text(f"{path}.location", source.get(address) or None, (*at, address))


def _parties(draft: Draft, package: dict[str, Any]) -> None:
    """Who before version 1 stood under a name of their own."""
    for name in ("author", "authors"):
        for item, place in elements(package.get(name), (name,)):
            _created_by(draft, *_called(item, place), place)
    for name, path in _OLD_PARTIES.items():
        for item, place in elements(package.get(name), (name,)):
            draft.text(path, *_called(item, place))


def _called(party: Any, at: Steps) -> tuple[Any, Steps]:
    """The name of a person or an organization: a text, or under ``title``, or under ``name`` before version 1."""
    if type(party) is not dict:
        return party, at
    field = "title" if "title" in party else "name"
    return party.get(field), (*at, field)


def _created_by(draft: Draft, name: Any, told: Steps, at: Steps) -> None:
    path = draft.entry("provenance.events")
    draft.put(f"{path}.type", "creation", at)
    draft.text(f"{path}.actor", name, told)


def _contributor(draft: Draft, contributor: dict[str, Any], at: Steps) -> None:
    """One role each in version 1, a list of them in 2; who has none named is an author."""
    roles = contributor.get("roles", contributor.get("role", "author"))
    for role, _ in elements(roles, at):
        for word in role.split() if type(role) is str else ():  # people write "author and maintainer", too
            if word == "author":
                _created_by(draft, *_called(contributor, at), at)
            elif word in _ROLES:
                draft.text(_ROLES[word], *_called(contributor, at))
    draft.used.update((*at, field) for field in ("role", "roles") if field in contributor)


def _resource(draft: Draft, resource: dict[str, Any], at: Steps, *, alone: bool) -> None:
    for name in ("mediatype", "format"):
        form, known = resource.get(name), draft.tree.get("content", {}).get("formats", ())
        if form is not None:
            if form not in known:
                draft.put("content.formats[+]", form, (*at, name))
            break
    fields = mapping(resource.get("schema")).get("fields")
    for item, place in elements(fields, (*at, "schema", "fields")):
        name = "name" if "name" in mapping(item) else "id"
        if mapping(item).get(name) is not None:
            draft.put("content.features[+]", item[name], (*place, name))
    if alone:
        draft.digest("provenance.digest", resource.get("hash"), (*at, "hash"))
        if type(resource.get("bytes")) is int:
            draft.put("acquisition.quantity", f"{resource['bytes']} bytes", (*at, "bytes"))
        put_licences(draft, resource.get("licenses"), (*at, "licenses"), _LICENCE_BY)
