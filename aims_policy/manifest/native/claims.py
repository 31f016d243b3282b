"""Claims that a manifest contradicts itself: that nothing happened, that nothing comes from others.

Such a claim takes rules away, so it is believed only where the same manifest does not show otherwise. One that it
contradicts is no evidence: rules that ask for it find it missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.paths import path_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from aims_policy.manifest.paths import Steps

Data = dict[str, Any]


def contradicted(kind: str, data: Data) -> dict[tuple[str, str], str]:
    """By path, why a claim is no evidence: what else the manifest says.

    >>> response = {"incident_count": 0, "incidents": ({"id": "I-1"},)}
    >>> contradicted("AISystem", {"incident_response": response})
    {('incident_response', 'incident_count'): 'contradicted by `incident_response.incidents[0]`'}
    """
    found: dict[tuple[str, str], str] = {}
    for (section, field), claimed, shown in _CLAIMS.get(kind, ()):
        if claimed(data.get(section, _NOTHING).get(field)):
            against = next(shown(data), None)
            if against is not None:
                found[section, field] = f"contradicted by `{path_text(against)}`"
    return found


def believed(kind: str, data: Data, gaps: dict[Steps, str]) -> Data:
    """The evidence without claims that it contradicts, which become gaps."""
    for (section, field), reason in contradicted(kind, data).items():
        rest = {name: value for name, value in data[section].items() if name != field}
        data = {**data, section: rest}
        if not rest:
            del data[section]
        gaps[section, field] = reason
    return data


def _no(value: Any) -> bool:
    return value is False


def _none(value: Any) -> bool:
    return value is not None and value == 0


def _incidents(data: Data) -> Iterator[Steps]:
    if data["incident_response"].get("incidents"):
        yield "incident_response", "incidents", 0


def _open_findings(data: Data) -> Iterator[Steps]:
    for index, finding in enumerate(data["assessment"].get("findings", ())):
        if "closed_on" not in finding:
            yield "assessment", "findings", index


def _supplied(data: Data) -> Iterator[Steps]:
    """A supplier that provides this very asset: by its name or title, and not something for it."""
    names = [data["metadata"][field] for field in ("name", "title") if field in data["metadata"]]
    begins = re.compile(rf"\W*(?:the )?(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE)
    for index, supplier in enumerate(data.get("suppliers", ())):
        if begins.match(supplier.get("provides", "")):
            yield "suppliers", index, "provides"


def _same_weights(data: Data) -> Iterator[Steps]:
    """A model of a supplier, with the digest of this one."""
    own = data["provenance"].get("artifact_digest", "").casefold()
    for index, base in enumerate(data["provenance"].get("base_models", ())):
        if own and base.get("digest", "").casefold() == own and "supplier" in base:
            yield "provenance", "base_models", index, "digest"


def _from_outside(data: Data) -> Iterator[Steps]:
    yield from _supplied(data)
    yield from _same_weights(data)


_NOTHING: Mapping[str, Any] = {}
_Claim = tuple[tuple[str, str], "Callable[[Any], bool]", "Callable[[Data], Iterator[Steps]]"]
_NO_INCIDENT: _Claim = (("incident_response", "incident_count"), _none, _incidents)
_CLAIMS: dict[str, tuple[_Claim, ...]] = {
    "Model": ((("provenance", "third_party"), _no, _from_outside),),
    "AISystem": (_NO_INCIDENT, (("use_approval", "required"), _no, _supplied)),
    "Organization": (_NO_INCIDENT,),
    "Supplier": ((("assessment", "open_findings"), _none, _open_findings),),
}
"""By kind: a claim, what value of it takes rules away, and what shows otherwise."""
