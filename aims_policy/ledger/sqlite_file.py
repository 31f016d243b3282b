"""The file of a SQLite ledger: its header, its structure, its tables."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aims_policy.ledger.database import APPLICATION_ID, USER_VERSION
from aims_policy.ledger.verify import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

_HEADER, _WRITTEN_FIRST = 100, 24
_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
# What stands in the header of every ledger: offset, bytes, what it is.
# https://www.sqlite.org/fileformat2.html, section 1.3
_FIXED = (
    (0, b"SQLite format 3\0", "the mark of SQLite"),
    (18, b"\x02\x02\x00\x40\x20\x20", "how the file is written"),
    (44, (4).to_bytes(4, "big"), "the format of the schema"),
    (52, bytes(4), "the vacuum mode"),
    (56, (1).to_bytes(4, "big"), "the encoding of text"),
    (60, USER_VERSION.to_bytes(4, "big"), "the user version"),
    (64, bytes(4), "the vacuum mode"),
    (68, APPLICATION_ID.to_bytes(4, "big"), "the application id"),
    (72, bytes(20), "the reserved bytes"),
)


def file_faults(connection: Connection, path: str) -> Iterator[Fault]:
    """What is wrong with the file apart from what the entries say."""
    yield from _header(path)
    for name, wanted in (("application_id", APPLICATION_ID), ("user_version", USER_VERSION)):
        if connection.exec_driver_sql(f"PRAGMA {name}").scalar() != wanted:
            yield Fault("ledger-damaged", "file", f"its {name} is not that of a ledger")
    for line in connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars():
        if line != "ok":
            yield Fault("ledger-damaged", "file", f"its structure is damaged: {str(line).splitlines()[0]}")
    yield from _schema(connection)


def _header(path: str) -> Iterator[Fault]:
    with Path(path).open("rb") as stream:
        header = stream.read(_HEADER)
    log = Path(f"{path}-wal")
    # As long as there is a write-ahead log, most of the header may still stand in it only.
    until = _WRITTEN_FIRST if log.is_file() and log.stat().st_size else _HEADER
    for offset, fixed, what in _FIXED:
        if offset < until and header[offset : offset + len(fixed)] != fixed:
            yield Fault("ledger-damaged", "file", f"its header is damaged at byte {offset}: {what}")
    if until == _HEADER and header[24:28] != header[92:96]:
        yield Fault("ledger-damaged", "file", "its header is damaged at byte 24: the count of changes")


def _schema(connection: Connection) -> Iterator[Fault]:
    """The tables are those of a ledger: no trigger, view or index that makes them say something else."""
    there = {tuple(row) for row in connection.exec_driver_sql(_SCHEMA)}
    for kind, name, *_ in sorted(there ^ _wanted(), key=repr):
        yield Fault("schema-altered", f"{kind} {name}", "it is not as this version of aims_policy makes it")


@cache
def _wanted() -> frozenset[tuple[Any, ...]]:
    """The tables as they are made in a new ledger."""
    from sqlalchemy import create_engine

    from aims_policy.ledger.tables import metadata

    model = create_engine("sqlite://")
    try:
        with model.begin() as connection:
            metadata.create_all(connection)
            return frozenset(tuple(row) for row in connection.exec_driver_sql(_SCHEMA))
    finally:
        model.dispose()
