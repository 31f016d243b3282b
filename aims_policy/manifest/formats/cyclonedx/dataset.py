"""A ``data`` component to a Dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping
from aims_policy.manifest.formats.cyclonedx.component import licence, sha256, supplier

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

_ROLES = {"owners": "governance.owner", "stewards": "governance.steward", "custodians": "governance.steward"}


def fill_dataset(draft: Draft, component: dict[str, Any], at: Steps) -> None:
    for part, place in elements(component.get("data"), (*at, "data")):
        if type(part) is dict:
            _part(draft, part, place)
    draft.text("content.summary", component.get("description"), (*at, "description"))
    licence(draft, "acquisition.license", component, at)
    sha256(draft, "provenance.digest", component, at)
    supplier(draft, "acquisition.supplier", component, at)
    ancestors = mapping(component.get("pedigree")).get("ancestors")
    for index, (ancestor, place) in enumerate(elements(ancestors, (*at, "pedigree", "ancestors"))):
        for field in ("name", "dataset"):
            source = (*place, "name")
            draft.put(f"provenance.sources[{index}].{field}", mapping(ancestor).get("name"), source)
        licence(draft, f"provenance.sources[{index}].license", mapping(ancestor), place)
        sha256(draft, f"provenance.sources[{index}].digest", mapping(ancestor), place)


def _part(draft: Draft, part: dict[str, Any], at: Steps) -> None:
    draft.text("content.summary", part.get("description"), (*at, "description"))
    draft.text("governance.confidentiality", part.get("classification"), (*at, "classification"))
    draft.texts("acquisition.sensitive_categories", part.get("sensitiveData"), (*at, "sensitiveData"))
    governance = mapping(part.get("governance"))
    for role, path in _ROLES.items():
        for party, place in elements(governance.get(role), (*at, "governance", role)):
            for sort in ("organization", "contact"):
                if type(mapping(party).get(sort)) is dict:
                    draft.text(path, party[sort].get("name"), (*place, sort, "name"))
