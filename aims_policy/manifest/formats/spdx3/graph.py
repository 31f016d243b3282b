"""The elements of an SPDX 3 document by their ids, and what its relationships say of one of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import elements, mapping
from aims_policy.manifest.foreign.json_ld import local
from aims_policy.manifest.foreign.names import Called, of_names, told_apart
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

KINDS = {"AIPackage": "Model", "DatasetPackage": "Dataset"}
_SHORT = 200
"""Letters of a name up to which it is remembered without its namespace: nobody can fill memory with them."""
_NOT_SAID = ("oAssertion", "NoneLicense", "NoAssertionLicense", "NoAssertionElement")

_LISTED = ("https://spdx.org/licenses/", "http://spdx.org/licenses/")


class Node(NamedTuple):
    """An element: its type without prefix, itself, of each property's name without prefix its key, and its place."""

    kind: str
    item: dict[str, Any]
    keys: dict[str, str]
    at: Steps

    def value(self, name: str) -> tuple[Any, Steps]:
        """The value of a property with its path; None where it is not said (`noAssertion` says nothing)."""
        key = self.keys.get(name)
        if key is None:  # as most are that are asked for
            return None, self.at
        given, source = literal(self.item[key], (*self.at, key))
        if type(given) is list and len(given) == 1:
            return literal(given[0], (*source, 0))
        return given, source

    def items(self, name: str) -> list[tuple[Any, Steps]]:
        """The values of a property that may have several."""
        key = self.keys.get(name)
        if key is None:
            return []
        return [literal(*one) for one in elements(*literal(self.item[key], (*self.at, key)))]

    def ids(self) -> list[Any]:
        """What it is called by, which should be texts."""
        given = [self.value(name)[0] for name in ("spdxId", "@id") if name in self.keys]
        return [one for one in given if one is not None]


Ends = dict[tuple[str, str, str], list[tuple[Any, "Steps"]]]
"""By (id, type, which end of the relationship the id stands at): what stands at the other."""


class Graph(NamedTuple):
    nodes: list[Node]
    by_id: dict[str, Node]
    ends: Ends
    names: dict[Steps, str]
    """By place, the names of the assets, told apart where several are called the same."""
    ids: dict[Steps, tuple[str, ...]]
    """By place, what each of the assets is called by."""

    def resolve(self, given: Any, source: Steps) -> Node | None:
        """The element that a property holds, or names by its id."""
        if type(given) is dict:
            node = as_node(given, source)
            named = node.value("spdxId")[0] or node.value("@id")[0]
            return self.by_id.get(str(named), node) if node.keys.keys() <= {"spdxId", "@id"} else node
        return self.by_id.get(given) if type(given) is str else None

    def related(self, node: Node, *types: str, backwards: bool = False) -> Iterator[tuple[Any, Steps]]:
        """What the asset has such a relationship to (or, backwards, what has it to the asset), type by type."""
        for kind in types if self.ends else ():
            for given in self.ids[node.at]:
                yield from self.ends.get((given, kind, "to" if backwards else "from"), ())


def read_graph(value: Any) -> Graph:
    """The elements of a document: those under ``@graph``, or the one that the document is."""
    root = mapping(value)
    if "@graph" in root:
        places = elements(root["@graph"], ("@graph",))
        nodes = [as_node(item, at) for item, at in places if type(item) is dict]
    else:
        nodes = [as_node(root, ())]
    by_id: dict[str, Node] = {}
    for node in nodes:
        for given in node.ids():
            if type(given) is str:
                by_id.setdefault(given, node)
    assets = {node.at: _called(node) for node in nodes if node.kind in KINDS}
    ids = {node.at: tuple(dict.fromkeys(map(str, node.ids()))) for node in nodes if node.kind in KINDS}
    return Graph(nodes, by_id, _ends(nodes), told_apart(assets), ids)


def _called(node: Node) -> Called:
    given = node.value("spdxId")[0] or node.value("@id")[0]
    return Called(KINDS[node.kind], node.value("name")[0], node.value("packageVersion")[0], given)


def _ends(nodes: list[Node]) -> Ends:
    found: Ends = {}
    for node in nodes:
        if node.kind.endswith("Relationship"):
            kind = simple(node.value("relationshipType")[0])
            targets = node.items("to")
            for given, source in node.items("from")[:1]:  # a relationship is from one element
                found.setdefault((_id(given), kind, "from"), []).extend(targets)
                for target, _ in targets:
                    found.setdefault((_id(target), kind, "to"), []).append((given, source))
    return found


def as_node(item: dict[str, Any], at: Steps) -> Node:
    keys = _keys(item)
    kind = keys.get("type", keys.get("@type"))
    return Node("" if kind is None else simple(literal(item[kind], at)[0]), item, keys, at)


@of_names
def _keys(names: tuple[str, ...]) -> dict[str, str]:
    """Of each name without namespace and profile how it is written; of two the first."""
    return {simple(name): name for name in reversed(names)}


def simple(name: Any) -> str:
    """A name without namespace and profile: of ``ai_metric`` and of its IRI ``…/AI/metric`` it is ``metric``."""
    if type(name) is list and len(name) == 1:
        name = name[0]
    if type(name) is not str:
        return ""
    return (_simple if len(name) <= _SHORT else _simple.__wrapped__)(name)


@lru_cache(maxsize=512)
def _simple(name: str) -> str:
    text = local(name)
    return text.rpartition("_")[2] if "_" in text and text[0].islower() else text


def literal(value: Any, source: Steps) -> tuple[Any, Steps]:
    """A JSON-LD literal's value with its path."""
    if type(value) is dict and "@value" in value:
        return value["@value"], (*source, "@value")
    if type(value) is str and value.endswith(_NOT_SAID):
        return "NOASSERTION", source
    return value, source


def named(draft: Draft, graph: Graph, path: str, given: Any, source: Steps) -> None:
    """The name of an element that is held or referred to; where it is not in the document, its id."""
    node = graph.resolve(given, source)
    if node is None:
        draft.text(path, given, source)
        return
    draft.used.add(source)
    name, origin = node.value("name")
    if name is None:
        draft.gap(path, "the element that is meant has no name", source)
    else:
        draft.text(path, graph.names.get(node.at, name), origin)


def text(draft: Draft, path: str, node: Node, name: str) -> None:
    """A property as text; of several values all of them, side by side."""
    found = node.items(name)
    if len(found) > 1 and all(type(value) is str for value, _ in found):
        draft.used.update(place for _, place in found)
        draft.put(path, ", ".join(value for value, _ in found), found[0][1])
    elif found:
        draft.text(path, *found[0])


def sha256(draft: Draft, path: str, node: Node) -> None:
    """The SHA-256 among the hashes that an element can be verified by."""
    for item, place in node.items("verifiedUsing"):
        found = as_node(mapping(item), place)
        if str(simple(found.value("algorithm")[0])).lower() in ("sha256", "sha-256"):
            draft.digest(path, *found.value("hashValue"))


def licence(draft: Draft, graph: Graph, path: str, node: Node) -> None:
    """The concluded licence, else the declared one, as an expression or by the id of SPDX's list."""
    for kind in ("ConcludedLicense", "DeclaredLicense"):
        names = (f"has{kind}", kind[0].lower() + kind[1:])  # the second is that of drafts of 3.0
        for given, source in [*graph.related(node, *names), *node.items(names[1])]:
            _licence(draft, graph, path, given, source)


def _licence(draft: Draft, graph: Graph, path: str, given: Any, source: Steps) -> None:
    target = graph.resolve(given, source)
    draft.used.add(source)
    if target is None:
        said, origin = literal(given, source)
    else:
        names = ("licenseExpression", "name", "spdxId", "@id")
        said, origin = next((v for n in names if (v := target.value(n))[0] is not None), (None, source))
    is_id = type(said) is str and ":" in said and not said.startswith(_LISTED)
    if said is None or is_id:
        draft.gap(path, "the licence that is meant is not in the document", source)
    else:
        draft.text(path, said, origin)


def _id(value: Any) -> str:
    return str(value.get("spdxId") or value.get("@id")) if type(value) is dict else str(value)
