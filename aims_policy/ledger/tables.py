"""The tables of a ledger. What is said once and needed often stands in ``contents``, by its digest."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

FORMAT = "1"
"""Version of the tables and of what the hashes cover."""

metadata = MetaData()

about = Table(
    "aims_ledger",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),  # always 1: there is one row
    Column("format", Text, nullable=False),
    Column("ledger_id", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)
"""The ledger itself and the head of its chain. Appends lock this row, so that entries are one chain."""

entries = Table(
    "aims_entries",
    metadata,
    # INTEGER in SQLite makes it the key of the table itself, which is written in order and never rearranged.
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("recorded_at", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject_name", Text, nullable=False, index=True),
    Column("subject_version", Text, nullable=False),
    Column("subject_digest", Text, nullable=False),
    Column("bundle_digest", Text, nullable=False),
    Column("decision_digest", Text, nullable=False),
    Column("decision", Text, nullable=False),
    Column("inputs", Text, nullable=False),
)

contents = Table(
    "aims_contents",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""Texts of rules that decisions repeat, and kept inputs: each once, by the SHA-256 of its bytes."""
