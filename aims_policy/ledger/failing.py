"""From a database's error to a diagnostic: what happened, and whether it may pass by itself."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger.record import LedgerError

if TYPE_CHECKING:
    from sqlalchemy.exc import SQLAlchemyError

_FOLDER = "its folder must be there, and this user must be able to write into it"
# By primary result code of SQLite: code, message, whether it may pass, what to do.
_SQLITE = {
    sqlite3.SQLITE_BUSY: ("ledger-locked", "another process holds the ledger", True, ""),
    sqlite3.SQLITE_LOCKED: ("ledger-locked", "another process holds the ledger", True, ""),
    sqlite3.SQLITE_FULL: (
        "ledger-full",
        "there is no room left for the ledger",
        True,
        "make room on its disk",
    ),
    sqlite3.SQLITE_IOERR: ("ledger-unwritable", "the disk of the ledger does not answer", True, ""),
    sqlite3.SQLITE_READONLY: ("ledger-read-only", "the ledger can only be read", True, ""),
    sqlite3.SQLITE_CANTOPEN: ("ledger-unreadable", "the ledger cannot be opened", True, _FOLDER),
    sqlite3.SQLITE_PERM: ("ledger-unreadable", "the ledger cannot be opened", True, _FOLDER),
    sqlite3.SQLITE_CORRUPT: ("ledger-damaged", "the ledger's file is damaged", False, ""),
    sqlite3.SQLITE_NOTADB: ("ledger-damaged", "the ledger's file is damaged", False, ""),
}
# By class of PostgreSQL's SQLSTATE.
_POSTGRESQL = {
    "08": ("ledger-unreachable", "the ledger's database does not answer", True, ""),
    "57": ("ledger-unreachable", "the ledger's database is stopping or starting", True, ""),
    "53": ("ledger-full", "the ledger's database has no room or no connection left", True, ""),
    "58": ("ledger-unwritable", "the disk of the ledger's database does not answer", True, ""),
    "55": ("ledger-locked", "another process holds the ledger", True, ""),
    "40": ("ledger-locked", "another process was faster", True, ""),
    "25": ("ledger-read-only", "the ledger's database can only be read at present", True, ""),
    "28": ("ledger-refused", "the ledger's database refuses this user", False, "check the URL of the ledger"),
    "3D": ("ledger-not-there", "there is no such database", False, "check the URL of the ledger"),
    "42": ("ledger-refused", "the ledger's database does not permit this, or is no ledger", False, ""),
    "XX": ("ledger-damaged", "the ledger's database is damaged", False, ""),
}
_LEAST_ROOM = 64 * 1024
_PATIENT = "the ledger is tried again with the next decision"


def translate(error: SQLAlchemyError | UnicodeError, ledger: str) -> LedgerError:
    """The ledger's error for one of the database."""
    original = getattr(error, "orig", None)
    code, message, transient, hint = _known(original, error, ledger)
    detail = _detail(original if original is not None else error)
    if detail:
        message = f"{message} ({detail})"
    return LedgerError(
        Diagnostic(code, message, ledger, help=hint or (_PATIENT if transient else "")), transient=transient
    )


def _known(original: object, error: Exception, ledger: str) -> tuple[str, str, bool, str]:
    if isinstance(error, UnicodeError):  # from Python's sqlite3, where the file's own text is none
        return _SQLITE[sqlite3.SQLITE_CORRUPT]
    if isinstance(original, sqlite3.Error):
        result = getattr(original, "sqlite_errorcode", 0) & 0xFF
        if result == sqlite3.SQLITE_IOERR and _is_full(ledger):
            result = sqlite3.SQLITE_FULL
        return _SQLITE.get(result, ("ledger-damaged", "this cannot be read as a ledger", False, ""))
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return _POSTGRESQL.get(state[:2], ("ledger-refused", "the ledger's database refuses", False, ""))
    if type(error).__name__ in ("OperationalError", "InterfaceError", "TimeoutError"):
        return _POSTGRESQL["08"]
    return "ledger-refused", "the ledger's database refuses", False, ""


def _is_full(ledger: str) -> bool:
    """Whether there is no room beside the ledger's file: of its shared memory SQLite then says only that it failed."""
    try:
        return shutil.disk_usage(Path(ledger).parent).free < _LEAST_ROOM
    except OSError:
        return False


def _detail(error: object) -> str:
    """The database's own words in one line; never the statement, which holds the decision."""
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else ""
