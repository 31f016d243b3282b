"""What is to be written: YAML with `TODO` for each value and, beside it, what belongs there.

`TODO` is a placeholder wherever it stands, so a blank that nobody filled in is missing evidence and never a pass.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.paths import steps_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BLANK = "TODO"
_ITEM = "[]"
Tree = dict[str, "Tree"]


class Notes(NamedTuple):
    """What is said beside a blank, by its path, after what the field is."""

    demands: Mapping[str, str]  # what is asked of its value
    rules: Mapping[str, str]  # who asks

    def of(self, path: str, said: str) -> str:
        """All that stands behind the ``#``; a list has the notes of its entries as well."""
        each = self.demands.get(f"{path}{_ITEM}")
        parts = (said, self.demands.get(path, ""), f"each {each}" if each else "")
        rules = self.rules.get(path) or self.rules.get(f"{path}{_ITEM}")
        told = ("; ".join(filter(None, parts)), f"({rules})" if rules else "")
        return " ".join(filter(None, told))


_NO_NOTES = Notes({}, {})


def blanks(kind: str, paths: Iterable[str], notes: Notes = _NO_NOTES, below: str = "") -> list[str]:
    """Lines of YAML below ``spec:`` for these paths (``approvals[].date``); notes stand behind what they are about.

    With ``below`` the lines go there, and paths and notes start from there.

    >>> notes = Notes({"risk.method": "at least 2 different words"}, {"risk.method": "A.6.2.5/x"})
    >>> for line in blanks("Model", ["risk.method", "risk.entries[].likelihood"], notes):
    ...     print(line)
    risk:
      method: TODO  # Method used; at least 2 different words (A.6.2.5/x)
      entries:
        - likelihood: TODO  # Before treatment, 1 rare to 5 almost certain; whole number, 1 to 5
    >>> blanks("Model", ["method"], below="risk")
    ['method: TODO  # Method used']
    """
    tree: Tree = {}
    for path in paths:
        _grow(tree, path)
    return _fields(tree, _at(kind, below), _schema(kind)["$defs"], 0, "", notes)


def hint(kind: str, path: str) -> str:
    """What belongs at one path, in a few words; empty where the kind has no such field.

    >>> hint("Model", "training_data.datasets[0].digest")
    'Digest of the data, sha256:<hex>'
    """
    return _said(_at(kind, path), _schema(kind)["$defs"])


def _at(kind: str, path: str) -> Any:
    """The schema of what stands at a path."""
    schema = _schema(kind)
    node = schema["spec"]
    for step in _steps(path):
        node = _below(node, step, schema["$defs"])
    return node


@lru_cache
def _schema(kind: str) -> dict[str, Any]:
    """The definitions of a kind's JSON Schema, and under ``spec`` what a path starts from."""
    from aims_policy.manifest.native.schema import schema_of

    whole = schema_of(kind)
    defs = whole["$defs"]
    sections = _resolved(whole["properties"]["spec"], defs).get("properties", {})
    metadata = {"metadata": whole["properties"]["metadata"]}
    return {"spec": {"type": "object", "properties": {**metadata, **sections}}, "$defs": defs}


def _grow(tree: Tree, path: str) -> None:
    for step in _steps(path):
        tree = tree.setdefault(step, {})


def _steps(path: str) -> list[str]:
    """Indices and ``[]`` are the same: any entry of the list."""
    found: list[str] = []
    for number, part in enumerate(path.split(_ITEM)):
        found += [_ITEM] if number else []
        found += [_ITEM if isinstance(step, int) else step for step in steps_of(part)]
    return found


def _fields(tree: Tree, node: Any, defs: Any, indent: int, path: str, notes: Notes) -> list[str]:
    lines: list[str] = []
    for name, below in tree.items():
        field = _below(node, name, defs)
        lines += _entry(name, below, field, defs, indent, f"{path}.{name}" if path else name, notes)
    return lines


def _entry(name: str, below: Tree, field: Any, defs: Any, indent: int, path: str, notes: Notes) -> list[str]:
    pad = " " * indent
    if set(below) == {_ITEM} and below[_ITEM]:
        item = _below(field, _ITEM, defs)
        items = _fields(_identified(below[_ITEM], item, defs), item, defs, indent + 4, f"{path}[]", notes)
        head = f"{pad}{name}:  # {notes.demands[path]}" if path in notes.demands else f"{pad}{name}:"
        return [head, f"{pad}  - {items[0].lstrip()}", *items[1:]]
    if below and _ITEM not in below:
        return [f"{pad}{name}:", *_fields(below, field, defs, indent + 2, path, notes)]
    said = notes.of(path, _said(field, defs))
    blank = f"{BLANK}  # {said}" if said else BLANK
    if _is_list(field, defs):  # an entry on its own line may have commas in it, which brackets would divide
        return [f"{pad}{name}:", f"{pad}  - {blank}"]
    return [f"{pad}{name}: {blank}"]


def _identified(below: Tree, item: Mapping[str, Any], defs: Any) -> Tree:
    """A measurement is none without metric and value, whichever of its fields a rule reads by name."""
    known = _resolved(item, defs).get("properties", {})
    return {**{name: {} for name in ("metric", "value") if name in known}, **below}


def _below(node: Any, step: str, defs: Any) -> Any:
    """The schema of a field or of an entry; an empty one where there is none."""
    resolved = _resolved(node, defs)
    if step == _ITEM:
        return resolved.get("items", {})
    return resolved.get("properties", {}).get(step, {})


def _resolved(node: Any, defs: Any) -> dict[str, Any]:
    """Without references and without the choice of null; a field's own words stay."""
    for option in node.get("anyOf", ()):
        if option != {"type": "null"}:
            return {**_resolved(option, defs), **{k: v for k, v in node.items() if k != "anyOf"}}
    name = node.get("$ref", "").rpartition("/")[2]
    if not name:
        return dict(node)
    return {**defs[name], **{k: v for k, v in node.items() if k != "$ref"}}


def _said(field: Any, defs: Any) -> str:
    """The field's description and what may stand there."""
    resolved = _resolved(field, defs)
    if _is_list(field, defs):
        item = _resolved(resolved.get("items", {}), defs)
        allowed = f"entries have {', '.join(item['properties'])}" if "properties" in item else _allowed(item)
    elif "properties" in resolved:
        allowed = f"has {', '.join(resolved['properties'])}"
    else:
        allowed = _allowed(resolved)
    return "; ".join(part for part in (resolved.get("description", ""), allowed) if part)


def _is_list(field: Any, defs: Any) -> bool:
    return "array" in _types(_resolved(field, defs))


def _allowed(field: Mapping[str, Any]) -> str:
    """What may stand in a plain field; nothing where any text may."""
    types = _types(field)
    if "enum" in field:
        return f"one of {', '.join(str(choice) for choice in field['enum'] if choice is not None)}"
    if "boolean" in types:
        return "true or false"
    if {"integer", "number"} & types:
        return f"{'whole number' if 'integer' in types else 'number'}{_range(field)}"
    if "pattern" in field:
        return "date, as 2026-06-01"
    return "names with texts" if "object" in types else ""


def _range(field: Mapping[str, Any]) -> str:
    least, most = field.get("minimum"), field.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    return f", at least {least}" if least is not None else ""


def _types(field: Mapping[str, Any]) -> set[str]:
    given = field.get("type", ())
    return {given} if isinstance(given, str) else set(given)
