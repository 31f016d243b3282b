"""Who can write the ledger can write anything into it, with hashes that fit: it is told, and nothing falls over."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from aims_policy.commands.terminal import ledger_text
from aims_policy.ledger import LedgerError, Record, open_ledger
from aims_policy.ledger.chain import entry_hash
from aims_policy.ledger.replay import replay
from aims_policy.ledger.verify import verify

DEEP = "[" * 100_000
SUBJECT = {"kind": "Model", "name": "x", "version": "", "digest": "d"}
ESCAPES = {
    "verdict": "pass",
    "environment": "production",
    "at": "2026-01-01T00:00:00Z",
    "subject": SUBJECT,
    "bundle_digest": "b",
    "digest": "d",
    "engine": "",
    "reason": "\x1b[2Jnothing to see",
    "notices": [],
    "findings": [{"rule": "r", "outcome": "\x1b[2J", "enforcement": "\u202e", "evidence": []}],
}


def _list(text: str) -> bytes:
    """A content of one piece with one text."""
    return json.dumps([[text]]).encode()


CASES: dict[str, tuple[str, Any]] = {
    "a list that is too deep": ("decision", DEEP.encode()),
    "inputs that are too deep": ("inputs", DEEP.encode()),
    "inputs whose text is too deep": ("inputs", _list(DEEP)),
    "a decision that is too deep": ("decision", _list(DEEP)),
    "inputs of other types": ("inputs", _list('[["a", "b", "c", 5, "", [1], {"x": 1}]]')),
    "inputs that refer to a list": ("inputs", _list('[[1, null, {}, ["x"], 3, [], []]]')),
    "a decision with controls of a terminal": ("decision", _list(json.dumps(ESCAPES))),
    "controls between": ("decision", _list(json.dumps(ESCAPES).replace("\\u001b", "\x1b"))),
    "a decision without findings": ("decision", _list('{"verdict": "pass"}')),
    "a list for a decision": ("decision", _list("[1, 2]")),
    "no JSON": ("decision", _list("hello")),
    "a column that there is not": ("decision", b'[["a", "nope", "b"]]'),
    "controls in columns": ("verdict", "\x1b[2Jpass"),
    "controls in the time": ("recorded_at", "\x1b[2J2026"),
    "an environment that turns the line": ("environment", "\u202enoitcudorp"),
    "a time that is no text": ("recorded_at", b"\xff\xfe"),
}


def _forge(file: Path, column: str, value: Any) -> None:
    with sqlite3.connect(file) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM aims_entries ORDER BY sequence DESC").fetchone())
        if column in ("decision", "inputs"):
            digest = hashlib.sha256(value).hexdigest()
            connection.execute("INSERT INTO aims_contents VALUES (?, ?)", (digest, value))
            value = digest
        row[column] = value
        connection.execute(
            f"UPDATE aims_entries SET {column} = ? WHERE sequence = ?", (value, row["sequence"])
        )
        if not isinstance(value, bytes):
            fitting = entry_hash(row)
            connection.execute("UPDATE aims_entries SET hash = ? WHERE hash = ?", (fitting, row["hash"]))
            connection.execute("UPDATE aims_ledger SET hash = ?", (fitting,))
    connection.close()


@pytest.mark.parametrize("case", CASES)
def test_whatever_is_written_into_it(case: str, tmp_path: Path, records: list[Record], bundle: Any) -> None:
    file = tmp_path / "decisions.db"
    with open_ledger(str(file), keep_inputs=True) as ledger:
        ledger.append(records[:2])
    column, value = CASES[case]
    _forge(file, column, value)
    found = verify(str(file))
    told = [ledger_text.verified_text(found, str(file), 0), ledger_text.verified_json(found)]
    if column in ("decision", "inputs"):
        assert found.faults, "no decision and no list of files, or one that the columns contradict"
        assert any(fault.place == "entry 2" for fault in found.faults)
    with open_ledger(str(file), create=False) as ledger:
        for ask in (_shown, _listed, _exported, lambda own: _replayed(own, bundle)):
            try:
                told += ask(ledger)
            except LedgerError as error:
                assert error.diagnostic.code == "ledger-damaged"
                told.append(str(error))
    for text in told:
        assert all(c.isprintable() or c == "\n" for c in text), text


def _shown(ledger: Any) -> list[str]:
    entry = ledger.get("2")
    return [ledger_text.entry_text(entry), ledger_text.entry_json(entry)]


def _listed(ledger: Any) -> list[str]:
    entries = list(ledger.entries())
    return [ledger_text.list_text(entries), ledger_text.list_json(entries)]


def _exported(ledger: Any) -> list[str]:
    return [ledger_text.entry_line(entry, with_inputs=True) for entry in ledger.entries(with_inputs=True)]


def _replayed(ledger: Any, bundle: Any) -> list[str]:
    results = [replay(entry, bundle) for entry in ledger.entries(with_inputs=True)]
    return [ledger_text.replayed_text(results), ledger_text.replayed_json(results)]


def test_a_link_to_a_ledger_hides_no_damage_of_its_log(tmp_path: Path, records: list[Record]) -> None:
    """SQLite keeps the log beside the file itself, and so it is read there."""
    file, link = tmp_path / "decisions.db", tmp_path / "elsewhere" / "link.db"
    link.parent.mkdir()
    link.symlink_to(file)
    with open_ledger(str(link)) as ledger:
        ledger.append(records[:1])
        ledger.append(records[:1])
        copies = {p.name: p.read_bytes() for p in tmp_path.glob("decisions.db*")}
    for name, data in copies.items():
        (tmp_path / name).write_bytes(data)
    log = tmp_path / "decisions.db-wal"
    damaged = bytearray(log.read_bytes())
    damaged[40] ^= 1
    log.write_bytes(damaged)
    assert [fault.place for fault in verify(str(link)).faults] == ["log"]


def test_who_restores_an_old_copy_is_found_by_a_checkpoint_alone(
    tmp_path: Path, records: list[Record]
) -> None:
    from datetime import datetime, timezone

    from aims_policy.ledger import checkpoint

    file, old = tmp_path / "decisions.db", tmp_path / "old.db"
    with open_ledger(str(file)) as ledger:
        ledger.append(records[:1])
    shutil.copy(file, old)
    with open_ledger(str(file)) as ledger:
        ledger.append(records[:2])
    keys = checkpoint.generate()
    at = datetime(2026, 6, 1, tzinfo=timezone.utc)
    kept = checkpoint.make(verify(str(file)), keys.private.encode(), at=at)
    known = checkpoint.read(kept.encode(), keys.public.encode(), file="c", key_file="k")
    shutil.copy(old, file)
    alone = verify(str(file))
    assert alone.faults == ()
    assert "only against a --checkpoint" in ledger_text.verified_text(alone, str(file), 0)
    assert [f.code for f in verify(str(file), (known,)).faults] == ["cut-off"]
    with open_ledger(str(file)) as ledger:
        ledger.append(records[:3])
    assert [f.code for f in verify(str(file), (known,)).faults] == ["rewritten"]
    assert "only against" not in ledger_text.verified_text(alone, str(file), 1)
