"""Datasets of the Registry of Open Data on AWS (github.com/awslabs/open-data-registry, YAML) to a Dataset.

Names and licences are written as links in Markdown as often as not: of a text that is a link and nothing else its words
are read, and of the documentation the address of its only link. Who manages the data answers for taking it in, and so
is its steward. Where the resources lie says where the data is, not where it is from.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("aws-open-data",)
TITLE = "AWS Open Data Registry dataset"
VERSIONS = "the registry's YAML"
STRENGTH = "declared"
_OWN = ("ManagedBy", "UpdateFrequency")
KEYS = told_by(*_OWN)
YIELDS = {"aws-open-data": ("Dataset",)}
IGNORED = frozenset(
    """Tags Collabs ADXCategories DataAtWork Resources.Description Resources.Region Resources.Type Resources.Explore
    Resources.RequesterPays""".split()  # noqa: SIM905 - a list of words reads better
)

_TEXTS = {
    "Name": "metadata.name",
    "ManagedBy": "governance.steward",
    "UpdateFrequency": "governance.maintenance",
    "License": "acquisition.license",
    "DeprecatedNotice": "limitations.known[+]",
}
_OF_REGISTRY = frozenset([*_OWN, "License", "Contact", "Documentation"])
_LEAST = 3
_LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s]+)\)")
_A_LINK = re.compile(rf"""["'\s]*{_LINK.pattern}["'\s.]*""")


def detect(document: Located) -> str:
    """Resources that each have a name at AWS, and what the registry asks of all its datasets."""
    value = document.value
    if type(value) is not dict or type(value.get("Name")) is not str:
        return ""
    if value.keys().isdisjoint(_OWN) or len(value.keys() & _OF_REGISTRY) < _LEAST:
        return ""
    resources = value.get("Resources")
    is_dataset = type(resources) is list and any("ARN" in mapping(resource) for resource in resources)
    return "aws-open-data" if is_dataset else ""


def convert(document: Located, _format: str) -> list[Draft]:
    entry = mapping(document.value)
    if "Name" not in entry:
        return []
    draft = Draft("Dataset", document)
    for name, path in _TEXTS.items():
        draft.text(path, _words(entry.get(name)), (name,))
    for path in ("metadata.description", "content.summary"):
        draft.text(path, entry.get("Description"), ("Description",))
    if not (
        type(entry.get("Contact")) is str and "\n" in entry["Contact"].strip()
    ):  # advice, and nobody's name
        draft.text("metadata.owner", _words(entry.get("Contact")), ("Contact",))
    draft.text("documentation[0].location", _address(entry.get("Documentation")), ("Documentation",))
    for resource, place in elements(entry.get("Resources"), ("Resources",)):
        _access(draft, mapping(resource), place)
    return [draft]


def _words(text: Any) -> Any:
    """Those of a text that is a link; any other as it is."""
    match = _A_LINK.fullmatch(text) if type(text) is str else None
    return match[1] if match else text


def _address(text: Any) -> Any:
    """That of the only link in a text; any other text as it is."""
    links = _LINK.findall(text) if type(text) is str else []
    return links[0][1] if len(links) == 1 else text


def _access(draft: Draft, resource: dict[str, Any], at: Steps) -> None:
    """Under which terms controlled data is given out."""
    draft.text("governance.access", resource.get("ControlledAccess"), (*at, "ControlledAccess"))
