"""From a URL to an engine with what the ledger promises: durable commits, one writer at a time, no endless waits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, reason_of, safe
from aims_policy.ledger.continuity import log_of
from aims_policy.ledger.record import LedgerError

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

PATIENCE = 5
"""Seconds that an append waits for another writer, or for a database that does not answer, before it gives up."""

APPLICATION_ID = 0x41494D53  # "AIMS": what `file` and other tools see in the header of a SQLite ledger
USER_VERSION = 1

_PREFIX = "postgresql"
_DRIVER = "postgresql+psycopg"


def parse_url(url: str) -> URL:
    """The URL of a ledger: a path, ``sqlite:///file.db`` or ``postgresql://…``. Raises LedgerError.

    >>> parse_url("decisions.db").render_as_string()
    'sqlite:///decisions.db'
    >>> parse_url("postgresql://ada:secret@db/aims").render_as_string()
    'postgresql+psycopg://ada:***@db/aims'
    """
    try:
        from sqlalchemy import URL, make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError:
        raise _extra_missing() from None
    if "://" not in url:
        return URL.create("sqlite", database=url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise _bad_url("this is no URL of a database") from None
    if parsed.drivername in ("postgres", _PREFIX):
        parsed = parsed.set(drivername=_DRIVER)
    if parsed.drivername == _DRIVER:
        return parsed
    if parsed.drivername not in ("sqlite", "sqlite+pysqlite"):
        raise _bad_url(f"`{safe(parsed.drivername[:40])}` is no database of a ledger")
    if parsed.query:
        raise _bad_url("the URL of a SQLite ledger takes no options")
    return parsed


def shown(url: URL) -> str:
    """The ledger as messages name it: the file, or the URL without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.render_as_string(hide_password=True)


def make_engine(url: URL, *, read_only: bool = False) -> Engine:
    """An engine for the ledger's URL. Nothing is connected yet. Raises LedgerError where a driver is missing."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, read_only=read_only)
    return _postgresql(url)


def check_sqlite_file(url: URL, *, create: bool) -> bool:
    """Whether the file can only be read. Raises LedgerError where it is not there, or is no file of SQLite."""
    path = url.database or ""
    if path in ("", ":memory:") or path.startswith("file:"):
        raise _bad_url("a ledger in memory records nothing: name a file")
    file = Path(path)
    start = _start(file, path, create=create)
    if start is None:
        return False
    if start not in (b"", b"SQLite format 3\0"):
        raise _refused("not-a-ledger", "this file is no ledger", path)
    return not os.access(file, os.W_OK) or not os.access(file.parent, os.W_OK)


def _start(file: Path, named: str, *, create: bool) -> bytes | None:
    """The first bytes; None where there is no file yet, and it can be made. Raises LedgerError."""
    try:
        if file.exists() and not (
            file.is_file() or file.is_dir()
        ):  # opening a pipe would wait for its other end
            reason = "it is a device or a pipe"
            raise _refused("ledger-unreadable", f"the ledger cannot be opened: {reason}", named)
        with file.open("rb") as stream:
            return stream.read(16)
    except FileNotFoundError:
        if not create:
            raise _refused("ledger-not-there", "there is no such ledger", named) from None
        if not file.parent.is_dir():
            reason = f"there is no folder `{safe(str(file.parent))}`"
            raise _refused("ledger-unreadable", f"the ledger cannot be made: {reason}", named) from None
        return None
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        raise _refused("ledger-unreadable", f"the ledger cannot be opened: {reason}", named) from None


def lock_chain(connection: Connection) -> None:
    """Keep others from appending until this transaction ends. SQLite has locked when the transaction began."""
    if connection.dialect.name != "sqlite":
        from sqlalchemy import select

        from aims_policy.ledger.tables import about

        connection.execute(select(about.c.one).with_for_update())


def _sqlite(url: URL, *, read_only: bool) -> Engine:
    from sqlalchemy import create_engine, event
    from sqlalchemy.pool import QueuePool

    database = str(Path(url.database or "").absolute())
    if read_only:
        from urllib.parse import quote

        options = {"mode": "ro", "uri": "true"}
        if not _is_in_use(database):
            # Without a right to write there is no shared memory to coordinate by: the file is taken as it stands.
            options["immutable"] = "1"
        url = url.set(database=f"file:{quote(database)}", query=options)
    else:
        url = url.set(database=database)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        connect_args={"timeout": PATIENCE, "check_same_thread": False, "isolation_level": None},
    )

    def prepare(connection: Any, _record: Any) -> None:
        if not read_only:
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA cell_size_check=ON")

    def begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once: two appends can never both have read the same head.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin)
    return engine


def _is_in_use(database: str) -> bool:
    """Whether a part of the ledger is in its write-ahead log: the file alone would be one whose end is missing."""
    log = Path(log_of(database))
    try:
        return log.stat().st_size > 0
    except FileNotFoundError:
        return False
    except OSError:  # it cannot be told, and then must not be left out
        return True


def _postgresql(url: URL) -> Engine:
    from sqlalchemy import create_engine, event

    waits = {
        "connect_timeout": str(PATIENCE),
        "tcp_user_timeout": str(PATIENCE * 1000),
        # The last: a replica that vanished in the middle of an append holds the chain no longer than that.
        "options": f"-c lock_timeout={PATIENCE}s -c statement_timeout={PATIENCE * 6}s"
        f" -c idle_in_transaction_session_timeout={PATIENCE * 2}s",
    }
    url = url.set(query={**waits, **url.query})
    try:
        engine = create_engine(
            url, pool_pre_ping=True, pool_timeout=PATIENCE, isolation_level="READ COMMITTED"
        )
    except ImportError:
        raise _extra_missing() from None

    def durable(connection: Any, _record: Any) -> None:
        # A server may be set up to answer a commit before it is on disk; a ledger may not.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false)"
                " WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()

    event.listen(engine, "connect", durable)
    return engine


def _extra_missing() -> LedgerError:
    return _refused(
        "extra-missing",
        "a ledger needs packages that are not installed",
        hint="pip install 'aims-policy[ledger]'",
    )


def _bad_url(message: str) -> LedgerError:
    hint = "name a file, as `decisions.db`, or a database, as `postgresql://user@host/name`"
    return _refused("bad-ledger", message, hint=hint)


def _refused(code: str, message: str, file: str = "", hint: str = "") -> LedgerError:
    return LedgerError(Diagnostic(code, message, file, help=hint))
