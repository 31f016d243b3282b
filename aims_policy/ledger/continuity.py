"""That a ledger goes on where it was left: the file is the one that was opened, and what was appended is still there.

A chain does not show by itself that its end was cut off. Whoever appended that end does know, as long as it runs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.ledger.chain import entry_id
from aims_policy.ledger.record import Head, LedgerError

if TYPE_CHECKING:
    from sqlalchemy import Connection

REPLACED, REWOUND = "ledger-replaced", "ledger-rewound"


class Files:
    """The file of a SQLite ledger that is open, and its write-ahead log, in which appends stand at first."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._log_path = log_of(path)
        self._file = _identity(path)
        self._log: tuple[int, int] | None = None  # as it was after an append

    def are_others(self) -> bool:
        """Whether the path leads to another ledger by now, or to none."""
        return _identity(self._path) != self._file

    def check(self) -> None:
        """After an append. Raises LedgerError where it went into a file that nobody finds by its name any longer."""
        log = _identity(self._log_path)
        if self.are_others() or self._log not in (None, log):
            message = (
                "the ledger's file was deleted or replaced while it was open, with what was recorded in it"
            )
            hint = "what lies there now is opened with the next decision; compare it with a checkpoint"
            raise LedgerError(Diagnostic(REPLACED, message, self._path, help=hint), transient=True)
        self._log = log

    def forget_log(self) -> None:
        """Connections were closed, and with the last of them the log."""
        self._log = None


def log_of(path: str) -> str:
    """Where SQLite keeps the write-ahead log: beside the file that a link leads to."""
    return f"{os.path.realpath(path)}-wal"


def _identity(path: str) -> tuple[int, int] | None:
    """What a file is, whatever it is called; None where there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - for each append
    except OSError:
        return None
    return found.st_dev, found.st_ino


def check_end(connection: Connection, head: Head, last: Head, mark: str, name: str) -> None:
    """Raises LedgerError where the last entry that was appended here is not in the ledger any longer.

    ``head`` is the end of the chain as it is now. Others may have appended since; then the entry is looked up.
    """
    if head.sequence > last.sequence:
        query = f"SELECT hash FROM aims_entries WHERE sequence = {mark}"  # noqa: S608 - a mark for a value
        found = connection.exec_driver_sql(query, (last.sequence,)).scalar()
    else:
        found = head.hash if head.sequence == last.sequence else None
    if found != last.hash:
        own = entry_id(last.sequence, last.hash)
        message = f"entry {own}, recorded a while ago, is not in the ledger any longer: its end was cut off"
        hint = "the next decision is recorded behind what is there now; compare it with a checkpoint"
        raise LedgerError(Diagnostic(REWOUND, message, name, help=hint), transient=True)
