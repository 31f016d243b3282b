"""What is appended comes back, to the byte, whatever was decided."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from aims_policy.decision.plain import dumps, render, to_plain
from aims_policy.ledger import LedgerError, Record, open_ledger
from aims_policy.ledger.verify import verify


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
    with pytest.raises(LedgerError) as refused:
        open_ledger(url)
    assert refused.value.diagnostic.code == code, refused.value
    assert not refused.value.transient or code == "ledger-unreadable"


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


def test_render_is_the_plain_tree(records: list[Record]) -> None:
    for record in records:
        assert render(record.decision) == dumps(to_plain(record.decision)) + "\n"
        bare = record.decision._replace(findings=())
        assert render(bare) == dumps(to_plain(bare)) + "\n"
