"""What manifests say of a control: who answers for it, where it is written down, which risks it treats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.graph.roles import answering, given
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aims_policy.manifest.manifest import Manifest

_DOCUMENTS = ("document", "location", "address")
"""Fields of a section of the profile that say where it is to be read, in the order in which they are looked for."""


class Said(NamedTuple):
    """A text and where it stands."""

    text: str
    file: str
    line: int


class Risk(NamedTuple):
    """An entry of an asset's risks."""

    id: str
    asset: str
    treatment: str


class Profile(NamedTuple):
    """What was said, by control. ``file`` is the organization's manifest ("": there is none), ``data`` its evidence.

    ``register`` are all risks of all assets, by id.
    """

    id: str
    file: str
    data: Mapping[str, Any]
    responsible: Mapping[str, tuple[Said, ...]]
    documents: Mapping[str, tuple[Said, ...]]
    risks: Mapping[str, tuple[Risk, ...]]
    register: Mapping[str, tuple[Risk, ...]]


def profile_of(manifests: Iterable[Manifest]) -> Profile:
    """The profile of the organization that counts (the only one, or the first by name), and the risks of all assets."""
    organization: Manifest | None = None
    risks: dict[str, set[Risk]] = {}
    register: dict[str, set[Risk]] = {}
    for manifest in manifests:
        if manifest.kind == "Organization" and (organization is None or manifest.name < organization.name):
            organization = manifest
        for risk, controls in _risks(manifest):
            register.setdefault(risk.id, set()).add(risk)
            for control in controls:
                risks.setdefault(control, set()).add(risk)
    found = (_ordered(risks), _ordered(register))
    if organization is None:
        return Profile("", "", {}, {}, {}, *found)
    own = asset_id(organization.kind, organization.name)
    return Profile(own, organization.file, organization.data, *_by_control(organization), *found)


def _ordered(risks: Mapping[str, set[Risk]]) -> dict[str, tuple[Risk, ...]]:
    return {key: tuple(sorted(found)) for key, found in sorted(risks.items())}


def _by_control(manifest: Manifest) -> tuple[dict[str, tuple[Said, ...]], dict[str, tuple[Said, ...]]]:
    responsible: dict[str, tuple[Said, ...]] = {}
    documents: dict[str, tuple[Said, ...]] = {}
    for path, name, controls in answering(manifest.data):
        section = path.rpartition(".")[0]
        fields = (f"{section}.{field}" for field in _DOCUMENTS)
        told = next((field for field in fields if isinstance(given(manifest.data, field), str)), None)
        for control in controls:
            responsible[control] = (*responsible.get(control, ()), _said(manifest, path, name))
            if told is not None:
                document = _said(manifest, told, given(manifest.data, told))
                documents[control] = (*documents.get(control, ()), document)
    return responsible, documents


def _said(manifest: Manifest, path: str, text: str) -> Said:
    place = manifest.locate(path)
    return Said(" ".join(text.split()), place.file, place.line)


def _risks(manifest: Manifest) -> Iterator[tuple[Risk, tuple[str, ...]]]:
    asset = asset_id(manifest.kind, manifest.name)
    for entry in given(manifest.data, "risk.entries") or ():
        yield Risk(entry.get("id", ""), asset, entry.get("treatment", "")), entry.get("controls", ())
