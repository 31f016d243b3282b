"""A record as the columns of an entry, and back. Texts that decisions share are stored once, by their digest."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.decision.plain import pieces
from aims_policy.ledger.record import Entry, Input

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aims_policy.decision.plain import Piece
    from aims_policy.decision.record import Decision
    from aims_policy.ledger.record import Record

_INLINE, _SHARED = "=", "#"


class Packed(NamedTuple):
    """The columns of an entry but those of the chain, the contents they refer to, by digest, and what they say."""

    columns: dict[str, Any]
    contents: dict[str, bytes]
    decision: str
    inputs: tuple[Input, ...]


def pack(record: Record) -> Packed:
    """A record as it is stored. Inputs are stored as given: what must not be kept is taken out before."""
    decided = _decided(record.decision, record.inputs)
    columns = {
        "source": storable(record.source),
        "request_id": storable(record.request_id),
        **decided.columns,
    }
    return Packed(columns, decided.contents, decided.text, record.inputs)


class _Decided(NamedTuple):
    """What follows from a decision and its inputs alone."""

    decision: Decision
    inputs: tuple[Input, ...]
    columns: dict[str, str]
    contents: dict[str, bytes]
    text: str


_recent: dict[int, _Decided] = {}
"""By identity: a server records one decision for all that ask the same within a second."""

_RECENT = 64


def _decided(decision: Decision, inputs: tuple[Input, ...]) -> _Decided:
    known = _recent.get(id(decision))
    if known is not None and known.decision is decision and known.inputs is inputs:
        return known
    contents: dict[str, bytes] = {}
    parts = pieces(decision)
    columns = {
        **facts(decision),
        "decision": _packed_decision(parts, contents),
        "inputs": _packed_inputs(inputs, contents),
    }
    if len(_recent) >= _RECENT:
        _recent.clear()
    made = _Decided(decision, inputs, columns, contents, "".join([text for text, _ in parts]))
    _recent[id(decision)] = made
    return made


def facts(decision: Decision) -> dict[str, str]:
    """The columns by which entries are found, from the decision."""
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


def facts_of_text(column: str) -> dict[str, str]:
    """The same columns, from a stored decision's own text. Raises ValueError where it is not a decision."""
    parts = _parts(column)
    try:
        plain = json.loads(parts[0][1:] + parts[-1][1:], parse_float=str)
        subject = plain["subject"]
        found = {
            "verdict": plain["verdict"],
            "environment": plain["environment"],
            "at": plain["at"],
            "subject_kind": subject["kind"],
            "subject_name": subject["name"],
            "subject_version": subject["version"],
            "subject_digest": subject["digest"],
            "bundle_digest": plain["bundle_digest"],
            "decision_digest": plain["digest"],
        }
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not a decision: {error}") from None
    return {name: storable(value) for name, value in found.items()}


def decision_text(column: str, contents: Mapping[str, bytes]) -> str:
    """The JSON text of a stored decision. Raises ValueError where a part of it is not there."""
    return "".join([_part_text(part, contents) for part in _parts(column)])


def content_digests(decision: str, inputs: str) -> set[str]:
    """The digests of the contents that an entry refers to. Raises ValueError where its columns cannot be read."""
    shared = {part[1:] for part in _parts(decision) if part.startswith(_SHARED)}
    return shared | {kept for *_, kept in _input_rows(inputs) if kept is not None}


def input_digests(inputs: str) -> set[str]:
    """Of these, the digests of kept inputs."""
    return {kept for *_, kept in _input_rows(inputs) if kept is not None}


def entry_of(row: Mapping[str, Any], contents: Mapping[str, bytes]) -> Entry:
    """The entry of a row. Inputs whose content is not among the contents have none. Raises ValueError."""
    values = {name: row[name] for name in Entry._fields}
    values["decision"] = decision_text(row["decision"], contents)
    values["inputs"] = tuple(
        Input(name, format_, digest, contents.get(kept) if kept else None, tuple(masked), withheld, *on)
        for name, format_, digest, masked, withheld, *on, kept in _input_rows(row["inputs"])
    )
    return Entry(**values)


def storable(text: str) -> str:
    """A text that every database takes: NUL and lone surrogates are written out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def _packed_decision(found: Iterable[Piece], contents: dict[str, bytes]) -> str:
    parts = []
    for text, shared in found:
        if shared:
            digest, content = _content(text)
            contents[digest] = content
            parts.append(_SHARED + digest)
        else:
            parts.append(_INLINE + text)
    return json.dumps(parts, separators=(",", ":"))


def _packed_inputs(inputs: Iterable[Input], contents: dict[str, bytes]) -> str:
    rows = []
    for given in inputs:
        kept = None
        if given.content is not None:
            kept = hashlib.sha256(given.content).hexdigest()
            contents[kept] = given.content
        # What is no evidence is stored as it was before there was evidence from files.
        on = [given.evidence_on] if given.evidence_on else []
        rows.append([given.name, given.format, given.digest, given.masked, given.withheld, *on, kept])
    return json.dumps(rows, separators=(",", ":"))


@lru_cache(8192)
def _content(text: str) -> tuple[str, bytes]:
    content = text.encode()
    return hashlib.sha256(content).hexdigest(), content


def _parts(column: str) -> Sequence[str]:
    parts = json.loads(column)
    if not isinstance(parts, list) or not parts or not all(isinstance(p, str) for p in parts):
        raise ValueError("the decision is not a list of texts")
    return parts


def _part_text(part: str, contents: Mapping[str, bytes]) -> str:
    if part.startswith(_INLINE):
        return part[1:]
    content = contents.get(part[1:])
    if content is None:
        raise ValueError(f"the text {part[1:13]}… of the decision is not there")
    return content.decode()


def _input_rows(column: str) -> list[list[Any]]:
    rows = json.loads(column)
    if not isinstance(rows, list) or not all(isinstance(r, list) and len(r) in (6, 7) for r in rows):
        raise ValueError("the inputs are not a list of files")
    return rows
