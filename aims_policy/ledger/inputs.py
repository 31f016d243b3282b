"""The files that a decision was made from: enough to decide again, to the byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.evaluate import asset_id
from aims_policy.graph.order import BUILT_FROM
from aims_policy.ledger.record import Input
from aims_policy.source import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.manifest.read import Manifest

_ENCODINGS = (
    ("utf-8", b""),
    ("utf-8", b"\xef\xbb\xbf"),
    ("utf-16-le", b"\xff\xfe"),
    ("utf-16-be", b"\xfe\xff"),
)
"""Every way in which files are decoded, and its byte order mark."""


def inputs_of(
    manifest: Manifest, submitted: Sequence[Manifest] = (), inventory: Sequence[Manifest] = ()
) -> tuple[Input, ...]:
    """The manifest's own file, those of all that it is built from, and the organization's profile.

    ``submitted`` and ``inventory`` are what `decision.decide` was given beside it.
    """
    known = {asset_id(m.kind, m.name): m for m in (*inventory, *submitted)}
    files: dict[tuple[str, str], Input] = {}
    for one in (manifest, *_upstream(manifest, known), *_organization(known.values())):
        key = (one.file, one.digest)
        if key not in files:
            files[key] = Input(one.file, one.format, one.digest, content_of(one))
    return tuple(files.values())


def content_of(manifest: Manifest) -> bytes | None:
    """The submitted bytes; None where they are not what the manifest was read from."""
    for encoding, mark in _ENCODINGS:
        try:
            content = mark + manifest.text.encode(encoding)
        except UnicodeEncodeError:
            continue
        if digest_of(content) == manifest.digest:
            return content
    return None


def _upstream(manifest: Manifest, known: dict[str, Manifest]) -> list[Manifest]:
    """All that the manifest is built from, near and far."""
    found: dict[str, Manifest] = {}
    pending = [manifest]
    while pending:
        for reference in pending.pop().references():
            source = known.get(reference.ref_id)
            if source is not None and reference.relation in BUILT_FROM and reference.ref_id not in found:
                found[reference.ref_id] = source
                pending.append(source)
    return list(found.values())


def _organization(known: Iterable[Manifest]) -> list[Manifest]:
    """The profile that counts: where there are several, the first by name (decision/decide.py)."""
    profiles = sorted((m for m in known if m.kind == "Organization"), key=lambda m: asset_id(m.kind, m.name))
    return profiles[:1]
