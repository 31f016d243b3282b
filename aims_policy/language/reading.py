"""Which evidence an expression can read, from its tree alone: `provenance.sources[].digest`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aims_policy.language.nodes import Node


def reads(root: Node) -> tuple[str, ...]:
    """The longest paths the expression can read, each once, in the order of the text."""
    found: dict[str, None] = {}
    _collect(root, {}, found)
    return tuple(found)


def _collect(node: Node, variables: dict[str, str | None], found: dict[str, None]) -> None:
    path = _path(node, variables)
    if path is not None:
        found.setdefault(path)
        _collect_indices(node, variables, found)
        return
    if node.kind == "comprehension":
        iterable, *inner = node.children
        within = _path(iterable, variables)
        if within is None or iterable.type.item.kind != "record":
            _collect(iterable, variables, found)
        else:
            _collect_indices(iterable, variables, found)
        for child in inner:
            _collect(child, {**variables, node.value: within and f"{within}[]"}, found)
        return
    for child in node.children:
        _collect(child, variables, found)


def _collect_indices(node: Node, variables: dict[str, str | None], found: dict[str, None]) -> None:
    """A path may be picked with a value that was itself read: `a[b.c]`."""
    if node.kind == "item":
        _collect(node.children[1], variables, found)
    for child in node.children[:1]:
        _collect_indices(child, variables, found)


def _path(node: Node, variables: dict[str, str | None]) -> str | None:
    if node.kind == "name":
        return str(node.value)
    if node.kind == "variable":
        return variables.get(node.value)
    if node.kind in ("field", "item"):
        owner = _path(node.children[0], variables)
        if owner is not None:
            return f"{owner}.{node.value}" if node.kind == "field" else f"{owner}[]"
    return None
