"""The hash chain: what an entry's hash covers, and where the chain begins."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OWN = ("sequence", "recorded_at", "previous", "source", "request_id")
"""Columns of an entry that are its own, in the order in which they are hashed."""

SAID = (
    "verdict",
    "environment",
    "at",
    "subject_kind",
    "subject_name",
    "subject_version",
    "subject_digest",
    "bundle_digest",
    "decision_digest",
    "decision",
    "inputs",
)
"""Columns that follow from the decision and its inputs alone, hashed after those.

All columns of an entry are among the two, but for ``hash``, which follows from them.
"""

_PROOF = 32

_encoded = json.JSONEncoder(separators=(",", ":")).encode
_quoted = json.encoder.encode_basestring_ascii  # what that does to texts, without what it does around them


def entry_hash(row: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the JSON list of an entry's columns."""
    return chained([row[name] for name in OWN], said_text(row[name] for name in SAID))


def said_text(values: Iterable[Any]) -> str:
    """The end of that list: the values of `SAID`. It is the same for all entries of one decision."""
    return _encoded(list(values))[1:]


def chained(own: list[Any], said: str) -> str:
    """The hash of the entry with these values of `OWN` and this `said_text`."""
    listed = ",".join([_quoted(v) if type(v) is str else _encoded(v) for v in own])
    return hashlib.sha256(f"[{listed},{said}".encode()).hexdigest()


def entry_id(sequence: int, hash_: str) -> str:
    """The id of an entry: its number, by which it is found, and 128 bits of its hash, which prove what it names.

    >>> entry_id(17, "3f2a" * 16)
    '17-3f2a3f2a3f2a3f2a3f2a3f2a3f2a3f2a'
    """
    return f"{sequence}-{hash_[:_PROOF]}"


def genesis(format_: str, ledger_id: str, created_at: str) -> str:
    """What the first entry names as its previous one: the hash of the ledger itself."""
    return hashlib.sha256(_encoded(["aims-ledger", format_, ledger_id, created_at]).encode()).hexdigest()
