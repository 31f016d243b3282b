"""The hash chain: what an entry's hash covers, and where the chain begins."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HASHED = (
    "sequence",
    "recorded_at",
    "previous",
    "source",
    "request_id",
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
"""Every column of an entry but ``hash`` and ``id``, which follow from it, in the order in which they are hashed."""

ID_LENGTH = 32


def entry_hash(row: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the JSON list of an entry's columns."""
    return _sha256([row[name] for name in HASHED])


def entry_id(hash_: str) -> str:
    """The id of the entry with a hash: 128 bits of it, so that an id proves what it names."""
    return hash_[:ID_LENGTH]


def genesis(format_: str, ledger_id: str, created_at: str) -> str:
    """What the first entry names as its previous one: the hash of the ledger itself."""
    return _sha256(["aims-ledger", format_, ledger_id, created_at])


def _sha256(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()
