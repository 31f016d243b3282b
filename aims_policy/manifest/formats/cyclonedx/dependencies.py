"""What a model depends on, by the BOM's dependency graph: libraries, the models it is made from, and datasets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

Dependencies = dict[str, list[tuple[Any, "Steps"]]]
"""By the reference of a component, those of what it depends on, with their places."""
_TOOLS = frozenset(["library", "framework"])


class Known(NamedTuple):
    """A component that can be depended on, its name in the manifest of its own, and where it stands."""

    component: dict[str, Any]
    name: str
    at: Steps


def dependencies(bom: dict[str, Any]) -> Dependencies:
    """The graph of the whole BOM, gone through once for all of its models."""
    found: Dependencies = {}
    for item, place in elements(bom.get("dependencies"), ("dependencies",)):
        ref = mapping(item).get("ref")
        if type(ref) is str:
            found.setdefault(ref, []).extend(elements(item.get("dependsOn"), (*place, "dependsOn")))
    return found


def fill_dependencies(draft: Draft, graph: Dependencies, ref: Any, known: Mapping[str, Known]) -> None:
    """Those of the model with the reference. What the model's own card or pedigree names is not named again."""
    for other, source in graph.get(ref, ()) if type(ref) is str else ():
        if type(other) is not str or other == ref:
            continue
        target = known.get(other)
        kind = target.component.get("type") if target is not None else None
        if target is None or type(kind) is not str:
            continue
        draft.used.add(source)
        if kind == "data":
            _add(draft, "training_data.datasets", "ref", target)
        elif kind == "machine-learning-model":
            _add(draft, "provenance.base_models", "ref", target)
        elif kind in _TOOLS:
            path = _add(draft, "tooling.components", "name", target)
            if path:
                draft.text(f"{path}.version", target.component.get("version"), (*target.at, "version"))


def _add(draft: Draft, path: str, field: str, target: Known) -> str:
    """The path of the new entry; "" where there is one of that name."""
    section, part = path.split(".")
    entries = draft.tree.get(section, {}).get(part, ())
    if any(mapping(entry).get(field) == target.name for entry in entries):
        return ""
    entry = draft.entry(path)
    draft.put(f"{entry}.{field}", target.name, (*target.at, "name"))
    return entry
