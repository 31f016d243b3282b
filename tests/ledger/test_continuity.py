"""Somebody does away with what was recorded while it is being recorded: who appends next notices, and says so once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from aims_policy.ledger import LedgerError, Record, open_ledger
from aims_policy.ledger.verify import verify


def _cut(file: Path) -> None:
    """The end, with the head set back: a consistent ledger, in which nothing can be seen afterwards."""
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM aims_entries WHERE sequence > 1")
        connection.execute(
            "UPDATE aims_ledger SET sequence = 1, hash = (SELECT hash FROM aims_entries WHERE sequence = 1)"
        )
    connection.close()


def _delete(file: Path) -> None:
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()


def _exchange(file: Path) -> None:
    """By a fresh one."""
    _delete(file)
    open_ledger(str(file)).close()


def _move(file: Path) -> None:
    file.rename(file.with_suffix(".old"))


def _delete_log(file: Path) -> None:
    Path(f"{file}-wal").unlink()


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (_cut, "ledger-rewound"),
        (_delete, "ledger-replaced"),
        (_exchange, "ledger-replaced"),
        (_move, "ledger-replaced"),
        (_delete_log, "ledger-replaced"),
    ],
)
def test_what_was_recorded_does_not_vanish_in_silence(
    tmp_path: Path, records: list[Record], deed: Callable[[Path], None], code: str
) -> None:
    file = tmp_path / "decisions.db"
    with open_ledger(str(file)) as ledger:
        ledger.append(records[:2])
        deed(file)
        with pytest.raises(LedgerError) as told:
            ledger.append(records[:1])
        assert (told.value.diagnostic.code, told.value.transient) == (code, True)
        assert told.value.diagnostic.file == str(file)
        assert ledger.is_elsewhere() == (deed in (_delete, _exchange, _move))


def test_behind_a_cut_it_goes_on_with_all_that_entries_need(tmp_path: Path, records: list[Record]) -> None:
    file = tmp_path / "decisions.db"
    with open_ledger(str(file)) as ledger:
        ledger.append([records[0]])
        shutil.copy(file, tmp_path / "old.db")
        log = Path(f"{file}-wal").read_bytes()
        ledger.append([records[1]])
    shutil.copy(tmp_path / "old.db", file)
    Path(f"{file}-wal").write_bytes(log)
    with open_ledger(str(file)) as ledger:
        ledger.append([records[0]])
        ledger.append([records[1]])
        _cut(file)
        with sqlite3.connect(file) as connection:
            connection.execute("DELETE FROM aims_contents WHERE digest NOT IN "
                               "(SELECT decision FROM aims_entries UNION SELECT inputs FROM aims_entries)")  # fmt: skip
        connection.close()
        with pytest.raises(LedgerError):
            ledger.append([records[1]])
        [entry] = ledger.append([records[1]])
        assert entry.sequence == 2
        assert ledger.get(entry.id) == entry


def test_what_others_append_between_is_no_cut(url: str, records: list[Record]) -> None:
    with open_ledger(url) as one, open_ledger(url) as other:
        for _ in range(3):
            one.append(records[:1])
            other.append(records[:2])
    assert verify(url).faults == ()


def test_an_end_that_others_went_on_from_is_missed(url: str, records: list[Record]) -> None:
    """The head is further on than what was appended here, and that is another entry now."""
    from sqlalchemy import text

    with open_ledger(url) as ledger, open_ledger(url) as other:
        [first] = ledger.append(records[:1])
        [lost] = ledger.append(records[:1])
        with other.engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text("DELETE FROM aims_entries WHERE sequence = 2"))
            connection.execute(
                text("UPDATE aims_ledger SET sequence = 1, hash = :hash"), {"hash": first.hash}
            )
        other.append(records[:3])
        with pytest.raises(LedgerError) as told:
            ledger.append(records[:1])
        assert told.value.diagnostic.code == "ledger-rewound"
        assert lost.id in told.value.diagnostic.message
        assert ledger.append(records[:1])[0].sequence == 5
