"""One flipped byte, anywhere in the file: verify finds it, or it is proven to alter no record and to harm nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from aims_policy.ledger import Record, open_ledger, write_ahead_log
from aims_policy.ledger.verify import verify
from aims_policy.ledger.write_ahead_log import log_faults
from tests.ledger.conftest import OWNER, make_bundle, make_records

SHARDS = 4
PAGE = 512
"""The smallest that SQLite knows: a small ledger is then a small file, and each of its bytes can be flipped."""
HEADER, FRAME = 32, 24 + 4096
TINY = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: a}\n"


def small_ledger(folder: Path) -> Path:
    """An entry and its input, in as few bytes as can be."""
    bundle = make_bundle(folder, OWNER)
    records = make_records(bundle, TINY)
    file = folder / "l.db"
    with open_ledger(str(file), keep_inputs=True) as ledger:
        ledger.append(records)
    connection = sqlite3.connect(file)
    for statement in ("journal_mode=DELETE", f"page_size={PAGE}"):
        connection.execute(f"PRAGMA {statement}")
    connection.execute("VACUUM")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return file


def records_in(file: Path) -> object:
    with open_ledger(str(file), create=False) as ledger:
        return [*ledger.entries(with_inputs=True)], ledger.head()


@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_byte_of_a_ledger(tmp_path: Path, shard: int) -> None:
    file = small_ledger(tmp_path)
    whole = file.read_bytes()
    said = records_in(file)
    assert verify(str(file)).faults == ()
    unseen = []
    target = tmp_path / "flipped.db"
    for position in range(shard, len(whole), SHARDS):
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position // SHARDS % 8)
        target.write_bytes(flipped)
        if not verify(str(target)).faults:
            unseen.append(position)
            assert records_in(target) == said, f"byte {position} alters a record unseen"
    assert len(unseen) < len(whole) // SHARDS // 2  # the rest of pages that nothing is written in
    for position in unseen[:: max(1, len(unseen) // 10)]:
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position // SHARDS % 8)
        target.write_bytes(flipped)
        with open_ledger(str(target)) as ledger:
            [entry] = ledger.append([_again(tmp_path)])
            assert entry.sequence == 2
        assert verify(str(target)).faults == (), f"a flip of byte {position} breaks the next append"


def test_every_byte_of_a_write_ahead_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it lies there after a crash: damage is told before SQLite tidies it up, but for that of the last frame.

    A last frame that does not fit its checksum is what a crash in the middle of an append leaves behind, and nobody
    got an answer to that. Where somebody did, a checkpoint shows it, or the id of the answer.
    """
    monkeypatch.setattr(write_ahead_log, "_LOOKS", 1)
    records = make_records(make_bundle(tmp_path, OWNER), TINY)
    log = tmp_path / "l.db-wal"
    with open_ledger(str(tmp_path / "l.db")) as ledger:
        for _ in range(3):
            ledger.append(records)
        whole = log.read_bytes()
    last_frame = len(whole) - FRAME
    log.write_bytes(whole)
    assert list(log_faults(str(log))) == []
    for position in [*range(HEADER + 24), *range(HEADER + 24, last_frame, 37)]:
        flipped = bytearray(whole)
        flipped[position] ^= 1 << (position % 8)
        log.write_bytes(flipped)
        assert [f.place for f in log_faults(str(log))] == ["log"], position


def _again(folder: Path) -> Record:
    return make_records(make_bundle(folder, OWNER), TINY)[0]
