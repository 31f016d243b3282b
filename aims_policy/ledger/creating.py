"""Making the tables of a new ledger; refusing what is none."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger.chain import genesis
from aims_policy.ledger.database import APPLICATION_ID, USER_VERSION
from aims_policy.ledger.record import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Engine


def prepare(engine: Engine, *, create: bool, name: str) -> None:
    """Make the tables where there are none and this is wanted; refuse what is no ledger, or one of another version."""
    from sqlalchemy import inspect, select

    from aims_policy.ledger.tables import FORMAT, about

    if not inspect(engine).has_table(about.name):
        if not create:
            raise LedgerError(Diagnostic("not-a-ledger", "this database holds no ledger", name))
        _create(engine, name)
    with engine.connect() as connection:
        versions = connection.execute(select(about.c.format)).scalars().all()
    if list(versions) != [FORMAT]:
        found = ", ".join(versions)[:40] or "none"
        message = f"the ledger is of format {found}, and this version of aims_policy keeps format {FORMAT}"
        raise LedgerError(Diagnostic("ledger-format", message, name))


def _create(engine: Engine, name: str) -> None:
    """The tables, all at once. Of several processes that do this, one does, and the others find them made."""
    from sqlalchemy import insert, inspect, text

    from aims_policy.ledger.tables import FORMAT, about, metadata

    if engine.dialect.name == "sqlite":
        _use_wal(engine, name)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"))
        if inspect(connection).has_table(about.name):
            return
        if engine.dialect.name == "sqlite" and inspect(connection).get_table_names():
            raise LedgerError(Diagnostic("not-a-ledger", "this database holds something else", name))
        metadata.create_all(connection)
        created = datetime.now(timezone.utc).isoformat(timespec="microseconds").replace("+00:00", "Z")
        ledger_id = uuid.uuid4().hex
        start = genesis(FORMAT, ledger_id, created)
        connection.execute(
            insert(about).values(
                one=1, format=FORMAT, ledger_id=ledger_id, created_at=created, sequence=0, hash=start
            )
        )
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={USER_VERSION}")


def _use_wal(engine: Engine, name: str) -> None:
    """Set once, kept in the file: readers never wait for a writer, and a commit is one write that is flushed."""
    raw = engine.raw_connection()
    try:
        [mode] = raw.cursor().execute("PRAGMA journal_mode=WAL").fetchone()
    finally:
        raw.close()
    if mode != "wal":
        message = "the file system of the ledger cannot keep a write-ahead log"
        raise LedgerError(Diagnostic("ledger-unwritable", message, name, help="use a local disk"))
