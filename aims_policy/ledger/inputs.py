"""The files that a decision was made from: enough to decide again, to the byte."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from aims_policy.graph.order import BUILT_FROM
from aims_policy.ledger.record import Input
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.manifest.evidence.merge import Merged
from aims_policy.manifest.read import documents_of
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aims_policy.manifest.manifest import Manifest

_ENCODINGS = (
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
)
"""Every way in which files are decoded, and its byte order mark."""


class Files(NamedTuple):
    """The files of one manifest: its own, and those of evidence that it was merged from, in that order."""

    own: Input
    evidence: tuple[Input, ...]


def files_of(manifest: Manifest) -> Files:
    """The files that a manifest was read from."""
    return Files(_input(manifest), tuple(_evidence(manifest)))


def inputs_of(
    manifest: Manifest,
    submitted: Sequence[Manifest] = (),
    inventory: Sequence[Manifest] = (),
    files: Callable[[Manifest], Files] = files_of,
) -> tuple[Input, ...]:
    """The manifest's own file, those of all that it is built from, the organization's profile, and evidence on them.

    ``submitted`` and ``inventory`` are what `decision.decide` was given; ``files`` is `files_of`, or remembers it.
    """
    return Known(submitted, inventory, files).inputs_of(manifest)


class Known:
    """All assets of a run, to ask for the inputs of many: each is asked for only when it is needed."""

    def __init__(
        self,
        submitted: Sequence[Manifest],
        inventory: Sequence[Manifest],
        files: Callable[[Manifest], Files] = files_of,
    ) -> None:
        self._files = files
        self._place: dict[str, tuple[Sequence[Manifest], int]] = {}
        for given in (inventory, submitted):
            for position, one in enumerate(given):
                self._place[asset_id(one.kind, one.name)] = (given, position)
        # Of several profiles the first by name counts, as it does in decision/decide.py.
        profiles = sorted(own for own in self._place if own.startswith("organization/"))
        self._organization = [self._manifest(own) for own in profiles[:1]]

    def inputs_of(self, manifest: Manifest) -> tuple[Input, ...]:
        """The files that the manifest's decision was made from, its own first."""
        files: dict[tuple[str, str], Input] = {}
        evidence: dict[str, tuple[Input, ...]] = {}
        for one in (manifest, *self._upstream(manifest), *self._organization):
            own, besides = self._files(one)
            files.setdefault((own.name, own.digest), own)
            evidence.setdefault(asset_id(one.kind, one.name), besides)
        return (*files.values(), *(part for parts in evidence.values() for part in parts))

    def _upstream(self, manifest: Manifest) -> Iterator[Manifest]:
        """All that the manifest is built from, near and far."""
        seen: set[str] = set()
        pending = [manifest]
        while pending:
            for reference in pending.pop().references():
                own = reference.ref_id
                if reference.relation in BUILT_FROM and own in self._place and own not in seen:
                    seen.add(own)
                    pending.append(self._manifest(own))
                    yield pending[-1]

    def _manifest(self, own: str) -> Manifest:
        given, position = self._place[own]
        return given[position]


def _input(manifest: Manifest) -> Input:
    content = content_of(manifest)
    digest = manifest.digest if content is None else digest_of(content)
    return Input(manifest.file, manifest.format, digest, content)


def _evidence(manifest: Manifest) -> Iterator[Input]:
    """Those besides its own."""
    if isinstance(manifest, Merged):
        own = asset_id(manifest.kind, manifest.name)
        for part in manifest.parts[1:]:
            yield _input(part)._replace(evidence_on=own)


def content_of(manifest: Manifest) -> bytes | None:
    """The bytes of the submitted file; None where they are not what the manifest was read from."""
    return next((c for c in _encoded(manifest.text) if _is_of(manifest, c)), None)


def _encoded(text: str) -> Iterator[bytes]:
    for encoding, mark in _ENCODINGS:
        with suppress(UnicodeEncodeError):
            yield mark + text.encode(encoding)


def _is_of(manifest: Manifest, content: bytes) -> bool:
    """Whether these are the bytes: by their digest, or for a later document of a file by that document's own."""
    if digest_of(content) == manifest.digest:
        return True
    try:
        documents = documents_of(content, manifest.file)
    except SourceError:
        return False
    return any(d.digest == manifest.digest for d in documents[1:])
