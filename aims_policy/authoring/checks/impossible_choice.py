"""Evidence is compared with a text that its field cannot hold, so that the comparison comes out the same for all.

A misspelt `when` then applies to nothing and a misspelt `require` passes nothing, without a word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aims_policy.authoring.pack import Authored, Pack
    from aims_policy.language.nodes import Node

_Shape = tuple[Any, ...]
_UNKNOWN: _Shape = ("any",)


def check(pack: Pack) -> Iterator[Remark]:
    from aims_policy.manifest.native.shape import shapes

    known = shapes()
    for authored in pack.rules:
        yield from _of_rule(authored, known)


def _of_rule(authored: Authored, known: Mapping[str, _Shape]) -> Iterator[Remark]:
    """A text that one kind of manifest can hold there is none to complain of."""
    for field in ("when", "require"):
        parts = [part for part in authored.parts if part.field == field]
        found = [
            {
                (n.start, n.value): (n, choices)
                for n, choices in _pairs(part.expression.root, known[part.kind], {})
            }
            for part in parts
        ]
        for key, (node, choices) in (found[0] if found else {}).items():
            allowed = {c for one in found for c in (one[key][1] if key in one else (node.value,))}
            if node.value not in allowed:
                yield _remark(authored, field, node, choices)


def _remark(authored: Authored, field: str, node: Node, choices: tuple[str, ...]) -> Remark:
    from aims_policy.diagnostics import nearest

    guess = nearest(node.value, choices)
    hint = f"did you mean `{guess}`?" if guess else f"it is one of: {', '.join(choices)}"
    return Remark(f"the field is never `{node.value}`", hint, authored, field, node)


def _pairs(
    node: Node, kind: _Shape, variables: Mapping[str, _Shape]
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """Every text that is compared with a field of fixed choices, and these choices."""
    if node.kind == "comprehension":
        entry = _shape(node.children[0], kind, variables)
        variables = {**variables, node.value: entry[1] if entry[0] == "list" else _UNKNOWN}
    if node.kind == "compare" and node.value in ("==", "!="):
        for one, other in (node.children, node.children[::-1]):
            yield from _with_choices(one, [other], kind, variables)
    elif node.kind in ("in", "not in") and node.children[1].kind in ("list", "set"):
        yield from _with_choices(node.children[0], node.children[1].children, kind, variables)
    for child in node.children:
        yield from _pairs(child, kind, variables)


def _with_choices(
    evidence: Node, texts: Any, kind: _Shape, variables: Mapping[str, _Shape]
) -> Iterator[tuple[Node, tuple[str, ...]]]:
    shape = _shape(evidence, kind, variables)
    if shape[0] == "choice":
        yield from ((n, shape[1]) for n in texts if n.kind == "literal" and isinstance(n.value, str))


def _shape(node: Node, kind: _Shape, variables: Mapping[str, _Shape]) -> _Shape:
    """The shape of what a node reads; of anything but a field, unknown."""
    if node.kind == "name":
        found: _Shape = kind[2].get(node.value, _UNKNOWN) if node.value != "kind" else _UNKNOWN
        return found
    if node.kind == "variable":
        return variables.get(node.value, _UNKNOWN)
    if node.kind not in ("field", "item", "coalesce"):
        return _UNKNOWN
    of = _shape(node.children[0], kind, variables)
    if node.kind == "field":
        return of[2].get(node.value, _UNKNOWN) if of[0] == "record" else _UNKNOWN
    if node.kind == "item":
        return of[1] if of[0] == "list" else _UNKNOWN
    instead = node.children[1]
    return (
        ("choice", (*of[1], instead.value)) if of[0] == "choice" and instead.kind == "literal" else _UNKNOWN
    )
