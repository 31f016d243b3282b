"""Nothing can be altered, removed, reordered, added or cut off unseen, and the place is named."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.ledger import LedgerError, Record, checkpoint, open_ledger
from aims_policy.ledger.chain import entry_hash, genesis
from aims_policy.ledger.tables import FORMAT, entries
from aims_policy.ledger.verify import verify
from tests.ledger.conftest import AT

COLUMNS = [c.name for c in entries.columns]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Path:
    """A ledger of six entries, closed: one file."""
    file = tmp_path_factory.mktemp("written") / "l.db"
    with open_ledger(str(file), keep_inputs=True) as ledger:
        ledger.append(records)
        ledger.append(records)
    assert [f.name for f in file.parent.iterdir()] == ["l.db"]
    return file


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(written, tmp_path / "l.db"))


def faults(file: Path, **known: Any) -> list[tuple[str, str]]:
    return [(f.code, f.place) for f in verify(str(file), **known).faults]


def tamper(file: Path, *statements: str) -> None:
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_ledger_as_it_was_written_verifies(copy: Path) -> None:
    found = verify(str(copy))
    assert found.faults == ()
    assert (found.entries, found.head.sequence, found.inputs) == (6, 6, 8)
    before = copy.read_bytes()
    assert verify(str(copy)) == found
    assert copy.read_bytes() == before


SWAP = "UPDATE aims_entries SET sequence = {} WHERE sequence = {}"


@pytest.mark.parametrize(
    ("statements", "first"),
    [
        (["DELETE FROM aims_entries WHERE sequence = 6"], ("entry-missing", "head")),
        (["DELETE FROM aims_entries WHERE sequence = 1"], ("entry-missing", "entry 1")),
        (["DELETE FROM aims_entries WHERE sequence IN (3, 4)"], ("entry-missing", "entry 3")),
        (["DELETE FROM aims_entries"], ("entry-missing", "head")),
        ([SWAP.format(99, 2), SWAP.format(2, 3), SWAP.format(3, 99)], ("entry-altered", "entry 2")),
        (["UPDATE aims_entries SET previous = 'x' WHERE sequence = 4"], ("entry-altered", "entry 4")),
        (["UPDATE aims_ledger SET sequence = 5"], ("head-altered", "head")),
        (["UPDATE aims_ledger SET hash = 'x'"], ("head-altered", "head")),
        (["UPDATE aims_ledger SET one = 2"], ("head-altered", "head")),
        (["UPDATE aims_ledger SET ledger_id = 'x'"], ("chain-broken", "entry 1")),
        (["UPDATE aims_ledger SET created_at = 'x'"], ("chain-broken", "entry 1")),
        (["UPDATE aims_ledger SET format = '2'"], ("ledger-format", "file")),
        (["DELETE FROM aims_ledger"], ("ledger-format", "file")),
        (["DELETE FROM aims_contents WHERE rowid = 1"], ("content-missing", None)),
        (["UPDATE aims_contents SET content = x'00' WHERE rowid = 1"], ("content-altered", None)),
        (["UPDATE aims_contents SET content = 'text' WHERE rowid = 1"], ("content-altered", None)),
        (["INSERT INTO aims_contents VALUES ('x', x'00')"], ("content-altered", None)),
        (
            [f"INSERT INTO aims_contents VALUES ('{hashlib.sha256(b'').hexdigest()}', x'')"],
            ("content-stray", None),
        ),
        (
            ["CREATE TRIGGER t AFTER INSERT ON aims_entries BEGIN DELETE FROM aims_entries; END"],
            ("schema-altered", "trigger t"),
        ),
        (["ALTER TABLE aims_entries ADD COLUMN note TEXT"], ("schema-altered", "table aims_entries")),
        (
            ["DROP INDEX ix_aims_entries_subject_name"],
            ("schema-altered", "index ix_aims_entries_subject_name"),
        ),
        (["PRAGMA user_version = 2"], ("ledger-damaged", "file")),
        (["DROP TABLE aims_contents"], ("schema-altered", "index sqlite_autoindex_aims_contents_1")),
    ],
    ids=lambda v: v[0][:60] if isinstance(v, list) else None,
)
def test_tampering_is_found_and_its_place_named(
    copy: Path, statements: list[str], first: tuple[str, str | None]
) -> None:
    tamper(copy, *statements)
    found = faults(copy)
    assert found[0][0] == first[0], found
    assert first[1] is None or found[0][1] == first[1]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c != "sequence"])
@pytest.mark.parametrize("value", ["x", 7, None, b"\xff", "\ud800"], ids=repr)
def test_no_column_of_an_entry_can_be_changed(copy: Path, column: str, value: Any) -> None:
    connection = sqlite3.connect(copy)
    sql = f"UPDATE aims_entries SET {column} = ? WHERE sequence = 3"
    if value is None:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(sql, (value,))
        connection.close()
        return
    if value == "\ud800":
        sql = sql.replace("?", "CAST(x'ff41' AS TEXT)")
        connection.execute(sql)
    else:
        connection.execute(sql, (value,))
    connection.commit()
    connection.close()
    places = [place for _, place in faults(copy)]
    assert "entry 3" in places, places


@pytest.mark.parametrize(("altered", "listed", "more"), [(19, 19, False), (20, 20, False), (21, 20, True)])
def test_so_many_faults_are_listed_and_of_the_others_it_is_told_that_they_are(
    records: list[Record], tmp_path: Path, altered: int, listed: int, more: bool
) -> None:
    file = tmp_path / "l.db"
    with open_ledger(str(file)) as ledger:
        ledger.append([records[0]] * 22)
    tamper(file, f"UPDATE aims_entries SET source = 'other' WHERE sequence <= {altered}")
    found = verify(str(file))
    assert [f.place for f in found.faults] == [f"entry {n}" for n in range(1, listed + 1)]
    assert found.more is more


def test_more_entries_than_are_read_at_once(records: list[Record], tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    with open_ledger(str(file)) as ledger:
        ledger.append([records[0]] * 401)
    assert (verify(str(file)).entries, faults(file)) == (401, [])
    tamper(file, "UPDATE aims_entries SET source = 'other' WHERE sequence IN (200, 201, 401)")
    assert faults(file) == [("entry-altered", f"entry {n}") for n in (200, 201, 401)]


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("DROP TABLE aims_contents", "head"),
        ("UPDATE aims_ledger SET sequence = 'x'", "head"),
    ],
)
def test_the_last_fault_says_how_far_it_could_be_read(copy: Path, statement: str, place: str) -> None:
    tamper(copy, statement)
    assert place in [where for _, where in faults(copy)]


def test_what_is_missing_is_an_input_or_a_part_of_a_decision(copy: Path) -> None:
    with open_ledger(str(copy)) as ledger:
        entry = ledger.get("1")
    assert entry is not None
    kept = entry.inputs[0].digest.removeprefix("sha256:")
    connection = sqlite3.connect(copy)
    [decision] = connection.execute("SELECT decision FROM aims_entries WHERE sequence = 6").fetchone()
    connection.close()
    tamper(copy, f"DELETE FROM aims_contents WHERE digest = '{kept}'")
    assert [f.message for f in verify(str(copy)).faults] == ["an input is not there"]
    tamper(copy, f"DELETE FROM aims_contents WHERE digest = '{decision}'")
    assert "a part of a decision is not there" in [f.message for f in verify(str(copy)).faults]


def test_a_gap_is_told_with_its_length(copy: Path) -> None:
    tamper(copy, "DELETE FROM aims_entries WHERE sequence IN (2, 4, 5)")
    gaps = [(f.place, f.message) for f in verify(str(copy)).faults if f.code == "entry-missing"]
    assert gaps == [
        ("entry 2", "it is not there"),
        ("entry 4", "it and 1 more after it are not there"),
    ]


def test_a_forger_who_recomputes_the_whole_chain_is_found_by_a_checkpoint(copy: Path) -> None:
    """All that is stored can be rewritten consistently by who owns the file; a signed head cannot."""
    keys = checkpoint.generate()
    signed = checkpoint.make(verify(str(copy)), keys.private.encode(), at=AT)
    known = checkpoint.read(signed.encode(), keys.public.encode(), file="c.json", key_file="k.pem")
    assert faults(copy, expected=(known,)) == []
    rewrite(copy, lambda row: row.update(source="server") if row["sequence"] == 2 else None)
    assert faults(copy) == []
    assert faults(copy, expected=(known,)) == [("rewritten", "entry 6")]


def test_a_cut_off_end_is_found_by_a_checkpoint(copy: Path) -> None:
    keys = checkpoint.generate()
    signed = checkpoint.make(verify(str(copy)), keys.private.encode(), at=AT)
    known = checkpoint.read(signed.encode(), keys.public.encode(), file="c.json", key_file="k.pem")
    connection = sqlite3.connect(copy)
    [hash_] = connection.execute("SELECT hash FROM aims_entries WHERE sequence = 5").fetchone()
    connection.close()
    tamper(
        copy,
        "DELETE FROM aims_entries WHERE sequence = 6",
        f"UPDATE aims_ledger SET sequence = 5, hash = '{hash_}'",
    )
    assert faults(copy) == []
    assert faults(copy, expected=(known,)) == [("cut-off", "entry 6")]


def test_columns_that_contradict_the_decision_are_found_even_with_a_right_hash(copy: Path) -> None:
    rewrite(copy, lambda row: row.update(verdict="pass") if row["sequence"] == 2 else None)
    assert faults(copy) == [("entry-contradicts", "entry 2")]


def test_a_checkpoint_of_another_ledger_does_not_fit(copy: Path, tmp_path: Path) -> None:
    keys = checkpoint.generate()
    open_ledger(str(tmp_path / "other.db")).close()
    other = verify(str(tmp_path / "other.db"))
    signed = checkpoint.make(other, keys.private.encode(), at=AT)
    known = checkpoint.read(signed.encode(), keys.public.encode(), file="c.json", key_file="k.pem")
    assert faults(tmp_path / "other.db", expected=(known,)) == []
    assert faults(copy, expected=(known,)) == [("other-ledger", "head")]


def test_a_checkpoint_of_an_empty_ledger_knows_how_its_chain_begins(tmp_path: Path) -> None:
    file = tmp_path / "l.db"
    open_ledger(str(file)).close()
    keys = checkpoint.generate()
    found = verify(str(file))
    signed = checkpoint.make(found, keys.private.encode(), at=AT)
    known = checkpoint.read(signed.encode(), keys.public.encode(), file="c.json", key_file="k.pem")
    start = genesis(FORMAT, found.ledger_id, "2020-01-01")
    tamper(file, f"UPDATE aims_ledger SET created_at = '2020-01-01', hash = '{start}'")
    assert faults(file) == []
    assert faults(file, expected=(known,)) == [("rewritten", "entry 0")]


@given(data=st.data())
def test_no_byte_of_a_checkpoint_can_be_changed(data: st.DataObject) -> None:
    from aims_policy.ledger.record import Head
    from aims_policy.ledger.verify import Verified

    keys = checkpoint.generate()
    verified = Verified(Head(17, "a" * 64), "f" * 32, 17, 0, ())
    signed = checkpoint.make(verified, keys.private.encode(), at=AT).encode()
    position = data.draw(st.integers(0, len(signed) - 1))
    flipped = bytearray(signed)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        same = json.loads(flipped) == json.loads(signed)
    except ValueError:
        same = False
    if same:  # white space between the fields
        return
    with pytest.raises(LedgerError) as refused:
        checkpoint.read(bytes(flipped), keys.public.encode(), file="c.json", key_file="k.pem")
    assert refused.value.diagnostic.code == "bad-checkpoint"


def test_keys_that_are_none_are_refused() -> None:
    keys = checkpoint.generate()
    verified_at = datetime(2026, 1, 1, tzinfo=timezone.utc)
    from aims_policy.ledger.record import Head
    from aims_policy.ledger.verify import Verified

    verified = Verified(Head(1, "a"), "b", 1, 0, ())
    for pem in (b"", b"nonsense", keys.public.encode()):
        with pytest.raises(LedgerError) as refused:
            checkpoint.make(verified, pem, at=verified_at, file="k.pem")
        assert refused.value.diagnostic.code == "bad-key"
    other = checkpoint.generate()
    signed = checkpoint.make(verified, keys.private.encode(), at=verified_at).encode()
    for text, pem, code in (
        (signed, keys.private.encode(), "bad-key"),
        (signed, other.public.encode(), "bad-checkpoint"),
        (b"[]", keys.public.encode(), "bad-checkpoint"),
        (b"{}", keys.public.encode(), "bad-checkpoint"),
        (b"[" * 100_000, keys.public.encode(), "bad-checkpoint"),
    ):
        with pytest.raises(LedgerError) as refused:
            checkpoint.read(text, pem, file="c.json", key_file="k.pem")
        assert refused.value.diagnostic.code == code


def rewrite(file: Path, change: Any) -> None:
    """What a forger would do: change a row and make the whole chain consistent again."""
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    previous = ""
    for stored in connection.execute("SELECT * FROM aims_entries ORDER BY sequence").fetchall():
        row = dict(stored)
        change(row)
        row["previous"] = previous or row["previous"]
        row["hash"] = previous = entry_hash(row)
        assignments = ", ".join(f'"{c}" = :{c}' for c in row)
        connection.execute(f"UPDATE aims_entries SET {assignments} WHERE sequence = :sequence", row)
    connection.execute("UPDATE aims_ledger SET hash = ?", (previous,))
    connection.commit()
    connection.close()
