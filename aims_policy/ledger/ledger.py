"""Opening a ledger, appending to it, reading from it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, NoReturn, Self

from aims_policy.diagnostics import Diagnostic, render
from aims_policy.ledger.appending import Appended, append
from aims_policy.ledger.chain import entry_id
from aims_policy.ledger.continuity import Files
from aims_policy.ledger.creating import prepare
from aims_policy.ledger.database import check_sqlite_file, lock_chain, make_engine, parse_url, shown
from aims_policy.ledger.masking import alarms, check_pointers, masked
from aims_policy.ledger.packing import pack, storable
from aims_policy.ledger.record import Entry, Head, LedgerError
from aims_policy.ledger.unpacking import decision_of, entry_of, input_digests, list_digests, shared_digests

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Engine, RowMapping

    from aims_policy.ledger.appending import Asked, Link
    from aims_policy.ledger.packing import Packed
    from aims_policy.ledger.record import Record

_LOG = logging.getLogger("aims_policy.ledger")
_LOG.addHandler(logging.NullHandler())
_PAGE = 200
"""Entries read at a time: nobody who reads slowly keeps the database from tidying up behind appends."""

_KNOWN = 8_192
"""So many digests of contents that are surely stored are remembered."""

_ASKED = 500
"""Parameters of one statement."""


def open_ledger(
    url: str, *, create: bool = True, keep_inputs: bool = False, mask: tuple[str, ...] = ()
) -> Ledger:
    """The ledger at a path, ``sqlite:///file.db`` or ``postgresql://…``; with ``create`` made where there is none.

    With ``keep_inputs`` the content of inputs is kept beside their digests. ``mask`` names, as JSON pointers
    (RFC 6901; ``*`` stands for any one step), values that must never be written: they are taken out of kept
    inputs and out of the evidence in decisions. Raises LedgerError.
    """
    pointers = check_pointers(mask)
    parsed = parse_url(url)
    from sqlalchemy.exc import SQLAlchemyError

    sqlite = parsed.get_backend_name() == "sqlite"
    read_only = check_sqlite_file(parsed, create=create) if sqlite else False
    engine = make_engine(parsed, read_only=read_only)
    try:
        prepare(engine, create=create and not read_only, name=shown(parsed))
    except (SQLAlchemyError, UnicodeError) as error:
        engine.dispose()
        from aims_policy.ledger.failing import translate

        raise translate(error, shown(parsed)) from None
    except LedgerError:
        engine.dispose()
        raise
    return Ledger(engine, shown(parsed), keep_inputs=keep_inputs, mask=pointers)


class Ledger:
    """An open ledger. Safe to use from several threads; other processes may append to the same ledger."""

    def __init__(
        self, engine: Engine, name: str, *, keep_inputs: bool, mask: tuple[tuple[str, ...], ...]
    ) -> None:
        self.engine = engine
        self.name = name
        self._keep_inputs = keep_inputs
        self._mask = mask
        self._lock = threading.Lock()
        self._stored: dict[str, None] = {}
        self._last: Head | None = None  # that was appended here
        self._files = Files(name) if engine.dialect.name == "sqlite" else None

    def append(self, records: Sequence[Record]) -> tuple[Entry, ...]:
        """Record decisions: all in one transaction, which is on disk when this returns.

        Raises LedgerError where it could not be written; then the decisions do not count as recorded.
        """
        asked = [(self.packed(record), storable(record.request_id)) for record in records]
        return tuple([link.entry() for link in self.append_packed(asked)])

    def packed(self, record: Record) -> Packed:
        """A record as it is stored: inputs only where they are kept, masked values nowhere."""
        return pack(self._permitted(record))

    def append_packed(self, asked: Sequence[Asked]) -> list[Link]:
        """`append` for who records the same for many: what is `packed` once, each time with a request's id."""
        if not asked:
            return []
        with self._lock:
            links = self._written(asked)
        for alarm in alarms({id(p.inputs): p for p, _ in asked}.values()):
            _LOG.error("%s", render(alarm))
        return links

    def get(self, id: str) -> Entry | None:  # noqa: A002 - what people call it
        """The entry with an id, or with a beginning of it: the sequence number is enough. With kept inputs."""
        from sqlalchemy import select

        from aims_policy.ledger.tables import entries

        number = id.partition("-")[0]
        if not (number.isascii() and number.isdecimal() and len(number) < 16):
            return None
        rows = self._read(select(entries).where(entries.c.sequence == int(number)))
        found = [r for r in rows if entry_id(r["sequence"], r["hash"]).startswith(id.lower())]
        if not found:
            return None
        [entry] = self._entries(found, with_inputs=True)
        try:
            decision_of(entry)
        except ValueError as error:
            self._fail_to_read(error)
        return entry

    def entries(
        self,
        *,
        verdict: str = "",
        environment: str = "",
        kind: str = "",
        name: str = "",
        version: str = "",
        subject: str = "",
        bundle: str = "",
        decision: str = "",
        source: str = "",
        request_id: str = "",
        since: str = "",
        until: str = "",
        after: int = 0,
        newest_first: bool = False,
        limit: int | None = None,
        with_inputs: bool = False,
    ) -> Iterator[Entry]:
        """Entries in the order of the chain. All filters given must hold.

        ``subject``, ``bundle`` and ``decision`` are digests; ``since`` (inclusive) and ``until`` (exclusive) times
        of recording in ISO 8601, UTC; ``after`` a sequence number. ``with_inputs`` reads kept inputs, too.
        """
        wanted = {
            "verdict": verdict,
            "environment": environment,
            "subject_kind": kind,
            "subject_name": name,
            "subject_version": version,
            "subject_digest": subject,
            "bundle_digest": bundle,
            "decision_digest": decision,
            "source": source,
            "request_id": request_id,
        }
        for page in self._pages(wanted, since, until, after, newest_first, limit):
            yield from self._entries(page, with_inputs=with_inputs)

    def is_elsewhere(self) -> bool:
        """Whether its file was deleted or replaced since it was opened."""
        return self._files is not None and self._files.are_others()

    def head(self) -> Head:
        """The end of the chain."""
        from sqlalchemy import select

        from aims_policy.ledger.tables import about

        [row] = self._read(select(about.c.sequence, about.c.hash))
        return Head(row["sequence"], row["hash"])

    def close(self) -> None:
        """Let go of the database's connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _permitted(self, record: Record) -> Record:
        """The record with what may be written: inputs only where they are kept, masked values nowhere."""
        record = masked(record, self._mask)
        if self._keep_inputs or all(i.content is None for i in record.inputs):
            return record
        bare = tuple(i._replace(content=None) for i in record.inputs)
        return record._replace(inputs=bare)

    def _written(self, asked: Sequence[Asked]) -> list[Link]:
        from sqlalchemy.exc import SQLAlchemyError

        links: list[Link] = []
        try:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                lock_chain(connection)
                links = append(connection, asked, Appended(self._last, self._stored), self.name)
            if self._files is not None:
                self._files.check()
        except (SQLAlchemyError, UnicodeError) as error:
            self._stored.clear()  # after a failover what was stored may be gone
            if self._files is not None:
                self._files.forget_log()
            if links and getattr(error, "connection_invalidated", False) and self._holds(links[-1]):
                return links  # the connection broke after the commit
            self._fail(error)
        except LedgerError:  # what was appended is gone: told once, and then it goes on behind what is there
            self._stored.clear()
            self._last = None
            raise
        self._last = Head(links[-1].sequence, links[-1].hash)
        for contents in {id(p.contents): p.contents for p, _ in asked}.values():
            self._stored.update(dict.fromkeys(contents))
        if len(self._stored) > _KNOWN:
            self._stored.clear()
        return links

    def _holds(self, last: Link) -> bool:
        """Whether an append whose answer was lost is there. The lock is had once that append is done for, or done."""
        from sqlalchemy import select
        from sqlalchemy.exc import SQLAlchemyError

        from aims_policy.ledger.tables import entries

        query = select(entries.c.sequence).where(
            entries.c.sequence == last.sequence, entries.c.hash == last.hash
        )
        try:
            with self.engine.connect() as connection, connection.begin():
                lock_chain(connection)
                return connection.execute(query).first() is not None
        except SQLAlchemyError:
            return False

    def _pages(
        self,
        wanted: Mapping[str, str],
        since: str,
        until: str,
        after: int,
        newest_first: bool,
        limit: int | None,
    ) -> Iterator[Sequence[RowMapping]]:
        from sqlalchemy import select

        from aims_policy.ledger.tables import entries

        query = select(entries).where(*(entries.c[k] == v for k, v in wanted.items() if v))
        query = query.where(entries.c.sequence > after) if after else query
        query = query.where(entries.c.recorded_at >= since) if since else query
        query = query.where(entries.c.recorded_at < until) if until else query
        order = entries.c.sequence.desc() if newest_first else entries.c.sequence
        left, last = limit, None
        while left is None or left > 0:
            page = query if last is None else query.where(_beyond(entries.c.sequence, last, newest_first))
            rows = self._read(page.order_by(order).limit(_PAGE if left is None else min(_PAGE, left)))
            if not rows:
                return
            yield rows
            last = rows[-1]["sequence"]
            left = None if left is None else left - len(rows)

    def _entries(self, read: Sequence[RowMapping], *, with_inputs: bool) -> list[Entry]:
        rows = [dict(row) for row in read]
        try:
            contents = self.contents(list_digests(rows))
            shared: set[str] = set().union(*(shared_digests(row, contents) for row in rows))
            contents |= self.contents(shared)
            if with_inputs:
                contents |= self.contents(set().union(*(input_digests(row, contents) for row in rows)))
            return [entry_of(row, contents) for row in rows]
        except ValueError as error:
            self._fail_to_read(error)

    def contents(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Stored contents by their digests. Raises LedgerError."""
        from sqlalchemy import select

        from aims_policy.ledger.tables import contents

        wanted = list(digests)
        found: dict[str, bytes] = {}
        for start in range(0, len(wanted), _ASKED):
            part = wanted[start : start + _ASKED]
            for row in self._read(select(contents).where(contents.c.digest.in_(part))):
                found[row["digest"]] = row["content"]
        return found

    def _read(self, query: Any) -> Sequence[RowMapping]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self.engine.connect() as connection:
                return connection.execute(query).mappings().all()
        except (SQLAlchemyError, UnicodeError) as error:
            self._fail(error)

    def _fail_to_read(self, error: ValueError) -> NoReturn:
        message = f"an entry cannot be read: {error}"
        hint = "`aims ledger verify` says where the ledger is damaged"
        raise LedgerError(Diagnostic("ledger-damaged", message, self.name, help=hint)) from None

    def _fail(self, error: Any) -> NoReturn:
        from aims_policy.ledger.failing import translate

        raise translate(error, self.name) from None


def _beyond(column: Any, last: int, newest_first: bool) -> Any:
    return column < last if newest_first else column > last
