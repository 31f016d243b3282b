"""The licences of an asset where a format lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps


def put_licences(draft: Draft, given: Any, at: Steps, named_by: Sequence[str]) -> None:
    """Of each the first of the fields in ``named_by`` that it has, or its own text; several stand side by side."""
    found: list[tuple[str, Steps]] = []
    for item, place in elements(given, at):
        field = next((f for f in named_by if type(mapping(item).get(f)) is str), None)
        if field is not None:
            found.append((item[field], (*place, field)))
        elif type(item) is str:
            found.append((item, place))
    draft.used.update(place for _, place in found)
    if found:
        draft.put("acquisition.license", ", ".join(text for text, _ in found), found[0][1])
