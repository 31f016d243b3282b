"""A record as the columns of an entry. What entries have in common is stored once, by its digest.

An entry names two contents, that of its decision and that of its inputs. Each is a list of pieces: the digest of a
text that other decisions have, too, or a list of texts with the names of columns between them that say what stands
there. So what is decided again, a second or a day later, has the same contents, and only a short row is new.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING

from aims_policy.decision.plain import Piece, pieces
from aims_policy.ledger.chain import said_text
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.decision.record import Decision
    from aims_policy.ledger.record import Input, Record

VARYING = ("at", "subject_digest", "decision_digest")
"""Columns that contents name and do not repeat: they differ where all else is the same."""


class Packed(NamedTuple):
    """What is stored of a record, whoever asked for it: columns of the entry, and contents by their digests."""

    source: str
    said: tuple[str, ...]
    """The values of `chain.SAID`."""
    said_text: str
    """As they are hashed."""
    contents: dict[str, bytes]
    decision: str
    """The JSON text of the decision."""
    inputs: tuple[Input, ...]


def pack(record: Record) -> Packed:
    """A record as it is stored. Inputs are stored as given: what must not be kept is taken out before."""
    decided = _decided(record.decision, record.inputs)
    return Packed(storable(record.source), *decided[1:])


class _Decided(NamedTuple):
    """What follows from a decision and its inputs alone."""

    of: Decision
    said: tuple[str, ...]
    said_text: str
    contents: dict[str, bytes]
    text: str
    inputs: tuple[Input, ...]


_recent: dict[int, _Decided] = {}
"""By identity: a server records one decision for all that ask the same within a second."""

_RECENT = 64


def _decided(decision: Decision, inputs: tuple[Input, ...]) -> _Decided:
    known = _recent.get(id(decision))
    if known is not None and known.of is decision and known.inputs is inputs:
        return known
    contents: dict[str, bytes] = {}
    found = facts(decision)
    parts = pieces(decision)
    said = (
        *found.values(),
        _stored(parts, found, contents),
        _stored([Piece(_inputs_text(inputs, contents), False)], found, contents),
    )
    text = "".join([text for text, _ in parts])
    if len(_recent) >= _RECENT:
        _recent.clear()
    made = _recent[id(decision)] = _Decided(decision, said, said_text(said), contents, text, inputs)
    return made


def facts(decision: Decision) -> dict[str, str]:
    """The columns by which entries are found, from the decision, in the order of `chain.SAID`."""
    found = {
        "verdict": decision.verdict,
        "environment": decision.environment,
        "at": decision.at,
        "subject_kind": decision.subject.kind,
        "subject_name": decision.subject.name,
        "subject_version": decision.subject.version,
        "subject_digest": decision.subject.digest,
        "bundle_digest": decision.bundle_digest,
        "decision_digest": decision.digest,
    }
    return {name: storable(value) for name, value in found.items()}


def storable(text: str) -> str:
    """A text that every database takes: NUL and lone surrogates are written out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _stored(found: Iterable[Piece], columns: dict[str, str], contents: dict[str, bytes]) -> str:
    """The digest of the content with these pieces."""
    parts: list[str | list[str]] = []
    for text, shared in found:
        if shared:
            digest, content = _content(text)
            contents[digest] = content
            parts.append(digest)
        else:
            parts.append(_cut(text, columns))
    content = json.dumps(parts, separators=(",", ":")).encode()
    digest = hashlib.sha256(content).hexdigest()
    contents[digest] = content
    return digest


def _cut(text: str, columns: dict[str, str]) -> list[str]:
    """Texts, and between each two the name of the column whose value stands there in quotation marks."""
    for name in VARYING:
        before, quoted, after = text.partition(f'"{columns[name]}"')
        if quoted:
            return [*_cut(before, columns), name, *_cut(after, columns)]
    return [text]


def _inputs_text(inputs: Iterable[Input], contents: dict[str, bytes]) -> str:
    rows = []
    for given in inputs:
        kept = None
        if given.content is not None:
            kept = hashlib.sha256(given.content).hexdigest()
            contents[kept] = given.content
        rows.append(
            [
                given.name,
                given.format,
                given.digest,
                given.masked,
                given.withheld,
                given.evidence_on,
                kept,
            ]
        )
    return json.dumps(rows, separators=(",", ":"))


@lru_cache(8192)
def _content(text: str) -> tuple[str, bytes]:
    content = text.encode()
    return hashlib.sha256(content).hexdigest(), content
