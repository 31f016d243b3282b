"""What components of every type say in the same way: licence, digest, supplier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps


def licence(draft: Draft, path: str, component: dict[str, Any], at: Steps) -> None:
    """SPDX id, else expression, else name; several stand side by side as they are."""
    found: list[tuple[str, Steps]] = []
    for item, place in elements(component.get("licenses"), (*at, "licenses")):
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


def sha256(draft: Draft, path: str, holder: dict[str, Any], at: Steps) -> None:
    for item, place in elements(holder.get("hashes"), (*at, "hashes")):
        if str(mapping(item).get("alg")).upper() in ("SHA-256", "SHA256"):
            draft.digest(path, mapping(item).get("content"), (*place, "content"))


def supplier(draft: Draft, path: str, component: dict[str, Any], at: Steps) -> None:
    for role in ("supplier", "manufacturer"):
        if type(component.get(role)) is dict:
            draft.text(path, component[role].get("name"), (*at, role, "name"))
