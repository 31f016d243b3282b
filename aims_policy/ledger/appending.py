"""Writing entries at the end of the chain. The statements are few and plain: a busy server appends all the time."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from aims_policy.ledger.chain import OWN, SAID, chained, entry_id
from aims_policy.ledger.continuity import check_end
from aims_policy.ledger.record import Entry, Head
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from sqlalchemy import Connection

    from aims_policy.ledger.packing import Packed

_COLUMNS = (*OWN, *SAID, "hash")
_INSERT = f"INSERT INTO aims_entries ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"  # noqa: S608 - our own names
_STORE = "INSERT INTO aims_contents (digest, content) VALUES (?, ?) ON CONFLICT DO NOTHING"
_ADVANCE = "UPDATE aims_ledger SET sequence = ?, hash = ?"


Asked = tuple["Packed", str]
"""A packed record, and the id of the request that it is recorded for."""


class Link(NamedTuple):
    """A packed record at its place in the chain."""

    sequence: int
    recorded_at: str
    previous: str
    hash: str
    request_id: str
    packed: Packed

    def row(self) -> tuple[object, ...]:
        """The values of all columns of the entry."""
        p = self.packed
        own = (self.sequence, self.recorded_at, self.previous, p.source, self.request_id)
        return (*own, *p.said, self.hash)

    def entry(self) -> Entry:
        """The entry as it is read again."""
        p = self.packed
        own = (self.sequence, entry_id(self.sequence, self.hash), self.recorded_at, self.previous, self.hash)
        facts = p.said[:-2]  # in place of the last two, digests, stand the decision and the inputs themselves
        return Entry._make((*own, p.source, self.request_id, *facts, p.decision, p.inputs))


class Appended(NamedTuple):
    """What was appended before: the last entry (None: none yet), and digests of contents that are surely stored."""

    last: Head | None
    stored: Container[str]


def append(connection: Connection, asked: Sequence[Asked], before: Appended, name: str) -> list[Link]:
    """Chain records to the head and insert them, and their contents; the chain is locked.

    Raises LedgerError where what was appended before is there no longer.
    """
    mark, stored = _mark(connection), before.stored
    sequence, previous = connection.exec_driver_sql("SELECT sequence, hash FROM aims_ledger").one()
    if before.last is not None:
        check_end(connection, Head(sequence, previous), before.last, mark, name)
    links = list(_linked(asked, sequence, previous))
    together = {id(p.contents): p.contents for p, _ in asked}.values()  # many may be of one decision
    contents = {d: c for found in together for d, c in found.items() if d not in stored}
    if contents:
        connection.exec_driver_sql(_said(_STORE, mark), list(contents.items()))
    connection.exec_driver_sql(_said(_INSERT, mark), [link.row() for link in links])
    head = (links[-1].sequence, links[-1].hash)
    connection.exec_driver_sql(_said(_ADVANCE, mark), head)
    return links


def _linked(asked: Sequence[Asked], sequence: int, previous: str) -> Iterator[Link]:
    now = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
    for p, request_id in asked:
        sequence += 1
        hash_ = chained([sequence, now, previous, p.source, request_id], p.said_text)
        yield Link(sequence, now, previous, hash_, request_id, p)
        previous = hash_


def _mark(connection: Connection) -> str:
    """How the driver's statements say that a value follows."""
    return "?" if connection.dialect.paramstyle == "qmark" else "%s"


def _said(statement: str, mark: str) -> str:
    return statement.replace("?", mark)
