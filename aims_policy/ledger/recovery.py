"""The manifests that recorded inputs hold, with the evidence that each had when it was decided. No file is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.asset_ids import asset_id
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aims_policy.ledger.record import Input
    from aims_policy.manifest.evidence.beside import AtHand
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle


def manifests_of(files: Sequence[Input], bundle: Bundle) -> list[Manifest]:
    """The manifests in the files, whose content is at hand.

    Evidence that a manifest lists and evidence that was handed over come from these files alone, and are merged in the
    order in which they were. Raises SourceError or LookupError where that does not come to what it was.
    """
    from aims_policy.manifest.evidence.beside import AtHand

    evidence = [given for given in files if given.evidence_on]
    beside: dict[str, dict[str, AtHand]] = {}
    for given in evidence:  # two assets may call different files the same
        beside.setdefault(given.evidence_on, {})[given.name] = AtHand(given.content or b"", given.digest)
    manifests = [m for given in files if not given.evidence_on for m in _read(given, bundle, beside)]
    found = {asset_id(m.kind, m.name) for m in manifests}
    lost = next((given for given in evidence if given.evidence_on not in found), None)
    if lost is not None:
        raise LookupError(f"there is no {lost.evidence_on} in them, which `{lost.name}` is evidence on")
    return [_with_evidence(m, evidence, bundle, beside.get(asset_id(m.kind, m.name), {})) for m in manifests]


def is_subject(manifest: Manifest, subject: Mapping[str, Any]) -> bool:
    """Whether this is the manifest that a recorded decision is on."""
    own = (manifest.kind, manifest.name, manifest.file, manifest.digest)
    return own == tuple(subject.get(name) for name in ("kind", "name", "file", "digest"))


def unrepeatable(files: Iterable[Input]) -> str:
    """Why no decision on these files can be made again, whatever is at hand; "" where it can."""
    from aims_policy.manifest.evidence.signature import FORMAT

    signed = next((given for given in files if given.format == FORMAT), None)
    if signed is None:
        return ""
    return (
        f"`{signed.name}` was verified against what it signs, which is not recorded; "
        f"what it shows on {signed.evidence_on} cannot be shown again"
    )


def _read(given: Input, bundle: Bundle, beside: Mapping[str, Mapping[str, AtHand]]) -> Iterator[Manifest]:
    from aims_policy.manifest.native.frame import is_authored
    from aims_policy.manifest.read import documents_of, read

    content = given.content or b""
    for document in documents_of(content, given.name, as_format=given.format, digest=given.digest):
        if is_authored(document.value):
            continue
        try:
            yield from read(
                [document],  # type: ignore[list-item] # a card is one, too
                bundle.shapes,
                extensions=bundle.extensions,
                as_format=given.format,
                folder=beside.get(_own(document.value), {}),
                keys=bundle.keys,
            )
        except SourceError as error:
            # Evidence on another asset of the same file, which the decision did not depend on, was not recorded.
            if any(problem.code != "not-at-hand" for problem in error.diagnostics):
                raise


def _own(value: Any) -> str:
    """The id of the asset of a native manifest; only such a one lists files."""
    metadata = value.get("metadata") if isinstance(value, dict) else None
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return asset_id(str(value.get("kind")), name) if isinstance(name, str) else ""


def _with_evidence(
    manifest: Manifest, evidence: Sequence[Input], bundle: Bundle, beside: Mapping[str, AtHand]
) -> Manifest:
    from aims_policy.manifest.evidence.files import attached_again
    from aims_policy.manifest.read import read_data

    def read_again(name: str) -> list[Manifest]:
        data, digest = beside[name]
        return read_data(data, name, bundle.shapes, extensions=bundle.extensions, digest=digest)

    own = asset_id(manifest.kind, manifest.name)
    return attached_again(manifest, [g.name for g in evidence if g.evidence_on == own], read_again)
