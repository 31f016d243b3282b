"""The XML form of CycloneDX in the shape of its JSON form, so that both have one reader.

The XML schema wraps lists in an element of its own (``<hashes><hash …>``) and keeps some fields as attributes; what
is a field, a list or a text is told by the names below (bom-1.7.xsd). Positions are those of the XML file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import mapping

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Span

_NAMESPACE = re.compile(r"https?://cyclonedx\.org/schema/bom/(\d+\.\d+)")

_WRAPPERS = {
    "components": "component", "ancestors": "component", "descendants": "component", "variants": "component",
    "hashes": "hash", "licenses": "", "externalReferences": "reference", "properties": "property",
    "datasets": "", "inputs": "input", "outputs": "output", "performanceMetrics": "performanceMetric",
    "users": "user", "useCases": "useCase", "technicalLimitations": "technicalLimitation",
    "performanceTradeoffs": "performanceTradeoff", "ethicalConsiderations": "ethicalConsideration",
    "fairnessAssessments": "fairnessAssessment", "energyConsumptions": "energyConsumption",
    "owners": "owner", "stewards": "steward", "custodians": "custodian", "authors": "author",
    "services": "service", "dependencies": "dependency", "collection": "graphic",
}  # fmt: skip
"""Elements that hold a list, with the name of their items; "" where items have several names."""

_REPEATED = frozenset(["data", "sensitiveData", "url", "contact", "tag"])
"""Elements that are repeated without one around them."""

_TEXTS = {"hash": "content", "property": "value"}
"""Elements with attributes and a text, with the field that the text is."""

_RENAMED = {"individual": "contact"}


class XmlBom:
    """Stands where a `Document` does: the value is that of the JSON form, every path leads into the XML file."""

    __slots__ = ("_document", "_places", "digest", "file", "format", "text", "value")

    def __init__(self, document: Located) -> None:
        self._document = document
        self._places: dict[Steps, Steps] = {(): ("bom",)}
        self.file = document.file
        self.digest = document.digest
        self.text = document.text
        self.format = "xml"
        version = schema_version(document.value)
        self.value = {
            "bomFormat": "CycloneDX",
            "specVersion": version,
            **mapping(self._element(document.value["bom"], ("bom",), (), "bom")),
        }

    def span(self, path: Steps, /) -> Span:
        return self._document.span(self._place(path))

    def key_span(self, path: Steps, /) -> Span:
        return self._document.key_span(self._place(path))

    def line(self, number: int, /) -> str:
        return self._document.line(number)

    def _place(self, path: Steps) -> Steps:
        """The place in the XML file; of a path that is not in it, that of its nearest ancestor."""
        while path not in self._places:
            path = path[:-1]
        return self._places[path]

    def _element(self, element: dict[str, Any], source: Steps, path: Steps, tag: str) -> Any:
        """The value of an element: a text where it has nothing else, else a mapping or, for a wrapper, a list."""
        self._places[path] = source
        if tag in _WRAPPERS:
            return self._items(element, source, path, _WRAPPERS[tag])
        members = [name for name in element if name != "#text"]
        if not members and tag not in _TEXTS:
            self._places[path] = (*source, "#text") if "#text" in element else source
            return element.get("#text")
        return self._fields(element, source, path, tag)

    def _fields(self, element: dict[str, Any], source: Steps, path: Steps, tag: str) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, member in element.items():
            field = _TEXTS.get(tag, name) if name == "#text" else _RENAMED.get(name, name.removeprefix("@"))
            where, place = (*path, field), (*source, name)
            self._places[where] = place
            if name == "#text" or name.startswith("@"):
                value[field] = member
            elif name in _REPEATED:
                found = [self._element(e, (*place, i), (*where, i), name) for i, e in enumerate(member)]
                value[field] = found
            else:  # of what cannot be repeated the first counts
                value[field] = self._element(member[0], (*place, 0), where, name)
        return value

    def _items(self, element: dict[str, Any], source: Steps, path: Steps, item: str) -> list[Any]:
        found: list[Any] = []
        for name, members in element.items():
            if type(members) is not list or (item and name != item):
                continue
            for index, member in enumerate(members):
                here, place = (*path, len(found)), (*source, name, index)
                found.append(self._item(member, place, here, name, wrapped=not item))
        return found

    def _item(self, member: dict[str, Any], place: Steps, here: Steps, name: str, *, wrapped: bool) -> Any:
        """In JSON a licence or a reference to a dataset is an object with one field that says which it is."""
        if not wrapped or name == "dataset":
            return self._element(member, place, here, name)
        self._places[here] = place
        if name == "expression-detailed":
            self._places[*here, "expression"] = (*place, "@expression")
            return {"expression": member.get("@expression")}
        return {name: self._element(member, place, (*here, name), name)}


def schema_version(value: Any) -> str:
    """The version that an XML document's namespace names; "" for one that is no CycloneDX BOM."""
    if type(value) is not dict or type(value.get("bom")) is not dict:
        return ""
    match = _NAMESPACE.fullmatch(str(value.get("#ns")))
    return match[1] if match else ""
