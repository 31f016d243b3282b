"""What is appended comes back, to the byte, whatever was decided."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from aims_policy.decision import decide
from aims_policy.decision.plain import dumps, render, to_plain
from aims_policy.ledger import LedgerError, Record, open_ledger
from aims_policy.ledger.inputs import inputs_of
from aims_policy.ledger.tables import contents, entries
from aims_policy.ledger.verify import verify
from aims_policy.policy.bundle import Bundle
from tests.ledger.conftest import AT, MODEL, read_text


def test_a_decision_is_recorded_as_the_report_shows_it(url: str, records: list[Record]) -> None:
    with open_ledger(url) as ledger:
        appended = ledger.append(records)
        assert [e.sequence for e in appended] == [1, 2, 3]
        assert [e.decision for e in appended] == [dumps(to_plain(r.decision)) + "\n" for r in records]
        read = list(ledger.entries())
        assert [e._replace(inputs=()) for e in read] == [e._replace(inputs=()) for e in appended]
        assert ledger.head() == (3, appended[-1].hash)
        assert [e.previous for e in read[1:]] == [e.hash for e in read[:-1]]
    with open_ledger(url, create=False) as ledger:
        assert ledger.get(appended[1].id) == ledger.get("2") == ledger.get(appended[1].id[:8])
        assert appended[1].id == f"2-{appended[1].hash[:32]}"
        assert [ledger.get(i) for i in ("9", "0", "3" + appended[1].id[1:], "2-x", "two", "²")] == [None] * 6
        assert ledger.get("") is None
        found = json.loads(appended[0].decision)
        assert (found["verdict"], found["subject"]["name"]) == ("fail", "loans")


def test_what_is_decided_again_another_day_is_a_short_row(url: str, tmp_path: Path, bundle: Bundle) -> None:
    """Of a model with other bytes, at another time: what rules said and found is there already."""
    with open_ledger(url) as ledger:
        sizes = []
        for day in range(3):
            text = MODEL.replace("owner: Grace Hopper", f"owner: Grace Hopper, labels: {{build: b{day}}}")
            [manifest] = read_text(text, "file.yaml")
            [(_, decision)] = decide(
                [manifest], bundle, environment="production", at=AT + timedelta(days=day)
            )
            [entry] = ledger.append([Record(decision, "server", "", inputs_of(manifest))])
            assert entry.decision == render(decision)
            with ledger.engine.connect() as connection:
                sizes.append(connection.execute(select(func.count()).select_from(contents)).scalar_one())
                row = connection.execute(select(entries).where(entries.c.sequence == entry.sequence)).one()
            assert sum(len(str(value)) for value in row) < 1_000
        assert sizes[0] == sizes[1] == sizes[2]
        assert len({e.subject_digest for e in ledger.entries()}) == 3
    assert verify(url).faults == ()


def test_any_number_of_decisions_is_one_append(url: str, records: list[Record]) -> None:
    with open_ledger(url) as ledger:
        total = 0
        for count in (1, 2, 3, 63, 64, 65, 130):
            appended = ledger.append([records[n % 3] for n in range(count)])
            assert [e.sequence for e in appended] == list(range(total + 1, total + count + 1))
            total += count
        assert ledger.head() == (total, appended[-1].hash)
        assert [e.decision for e in ledger.entries(after=total - 130)] == [e.decision for e in appended]
    found = verify(url)
    assert (found.faults, found.entries) == ((), total)


def test_entries_are_found_by_what_is_known_of_them(url: str, records: list[Record]) -> None:
    with open_ledger(url) as ledger:
        for _ in range(70):  # more than one page
            ledger.append(records)

        def found(**filters: object) -> list[int]:
            return [e.sequence for e in ledger.entries(**filters)]  # type: ignore[arg-type] # by name

        assert found(verdict="pass") == list(range(3, 211, 3))
        assert found(kind="Model", limit=2) == [2, 5]
        assert found(name="loans", newest_first=True, limit=2) == [208, 205]
        assert found(after=207) == [208, 209, 210]
        assert found(request_id="r1", after=205) == [206, 209]
        assert found(newest_first=True) == list(range(210, 0, -1))
        assert found(source="server") == found(environment="staging") == []
        assert found(subject=records[0].decision.subject.digest, limit=1) == [1]
        first, last = ledger.get("1"), ledger.get("210")
        assert first is not None
        assert last is not None
        assert found(since=last.recorded_at) == [208, 209, 210]
        assert found(until=first.recorded_at) == []


def test_without_keeping_only_digests_are_kept(tmp_path: Path, records: list[Record]) -> None:
    with open_ledger(str(tmp_path / "l.db")) as ledger:
        [_, entry, _] = ledger.append(records)
        assert [(i.name, i.content) for i in entry.inputs] == [("file1.yaml", None), ("file0.yaml", None)]
        assert entry.inputs[1].digest == records[0].decision.subject.digest
    with open_ledger(str(tmp_path / "k.db"), keep_inputs=True) as ledger:
        ledger.append(records)
        kept = ledger.get("2")
        assert kept is not None
        assert [i.content for i in kept.inputs] == [i.content for i in records[1].inputs]
        assert all(i.content for i in kept.inputs)


@pytest.mark.parametrize("request_id", ["", "a\0b", "Zoë → 日本", "\ud800", "x" * 5000, "'; DROP TABLE"])
def test_any_text_can_be_recorded(url: str, records: list[Record], request_id: str) -> None:
    with open_ledger(url) as ledger:
        [entry] = ledger.append([records[0]._replace(request_id=request_id)])
        assert ledger.get("1") == entry
        assert "\0" not in entry.request_id


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("missing/folder/l.db", "ledger-unreadable"),
        (":memory:", "bad-ledger"),
        ("sqlite://", "bad-ledger"),
        ("sqlite:///l.db?mode=ro", "bad-ledger"),
        ("mysql://host/db", "bad-ledger"),
        ("http://[", "bad-ledger"),
        ("policy.yaml", "not-a-ledger"),
        ("other.db", "not-a-ledger"),
        (".", "ledger-unreadable"),
        (os.devnull, "ledger-unreadable"),
        ("pipe", "ledger-unreadable"),
    ],
)
def test_what_is_no_ledger_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, code: str
) -> None:
    import sqlite3

    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yaml").write_text("kind: Policy\nmetadata: {name: p}\n")
    other = sqlite3.connect("other.db")
    other.execute("CREATE TABLE t (a)")
    other.close()
    os.mkfifo("pipe")
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)
    assert refused.value.diagnostic.code == code, refused.value
    assert refused.value.misnamed


def test_a_ledger_that_is_not_there_is_made_only_where_this_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as refused:
        open_ledger(str(tmp_path / "l.db"), create=False)
    assert refused.value.diagnostic.code == "ledger-not-there"
    assert not list(tmp_path.iterdir())
    (tmp_path / "empty.db").touch()
    open_ledger(str(tmp_path / "empty.db")).close()


def test_a_ledger_that_can_only_be_read_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: list[Record]
) -> None:
    """As on a medium, or a folder of somebody else; asked of the system by `access`, which root would pass."""
    folder = tmp_path / "a folder of 100%"
    folder.mkdir()
    file = folder / "l?.db"
    with open_ledger(str(file)) as ledger:
        ledger.append(records)
    before = file.read_bytes()
    monkeypatch.setattr(os, "access", lambda *_: False)
    with open_ledger(str(file)) as ledger:
        assert len(list(ledger.entries())) == 3
        with pytest.raises(LedgerError) as refused:
            ledger.append(records)
    assert refused.value.diagnostic.code == "ledger-read-only"
    assert verify(str(file)).faults == ()
    assert (file.read_bytes(), [f.name for f in folder.iterdir()]) == (before, ["l?.db"])


def test_who_can_only_read_sees_what_is_still_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, records: list[Record]
) -> None:
    """An auditor beside a server that runs: of the file alone the end would be missing, and nobody would say so."""
    file = tmp_path / "l.db"
    with open_ledger(str(file)) as ledger:
        ledger.append(records)
        monkeypatch.setattr(os, "access", lambda *_: False)
        with open_ledger(str(file), create=False) as reading:
            assert len(list(reading.entries())) == 3
        ledger.append(records)
        assert verify(str(file)).entries == 6


def test_render_is_the_plain_tree(records: list[Record]) -> None:
    for record in records:
        assert render(record.decision) == dumps(to_plain(record.decision)) + "\n"
        bare = record.decision._replace(findings=())
        assert render(bare) == dumps(to_plain(bare)) + "\n"
