"""What was answered is on record, whatever happens to process, disk and database; then all goes on by itself."""

from __future__ import annotations

import multiprocessing
import os
import random
import resource
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from aims_policy.decision.plain import render
from aims_policy.ledger import LedgerError, Record, database, open_ledger
from aims_policy.ledger.verify import verify
from tests.ledger.postgres import Server

_FORK = multiprocessing.get_context("fork")
KILLS = 30


def append_for_ever(url: str, records: list[Record], answers: Connection, threads: int) -> None:
    """Appends, and tells the id of each entry once its append has returned."""
    ledger = open_ledger(url, keep_inputs=True)
    lock = threading.Lock()

    def work(number: int) -> None:
        batch = records[: 1 + number % len(records)]
        while True:
            entries = ledger.append(batch)
            with lock:
                answers.send([(e.id, e.sequence) for e in entries])

    others = [threading.Thread(target=work, args=(n,)) for n in range(threads)]
    for other in others:
        other.start()
    for other in others:
        other.join()


def received(answers: Connection) -> list[tuple[str, int]]:
    """All that was told before the end."""
    found: list[tuple[str, int]] = []
    try:
        while answers.poll():
            found += answers.recv()
    except (EOFError, OSError):
        pass  # killed in the middle of telling: nobody got this answer
    return found


def test_kill_at_any_instant(tmp_path: Path, records: list[Record]) -> None:
    """SIGKILL under load, many times over: the ledger verifies, no answered decision is lost, none is half there."""
    url = str(tmp_path / "l.db")
    texts = {render(r.decision) for r in records}
    answered: list[tuple[str, int]] = []
    chance = random.Random(7)  # noqa: S311 - instants, not secrets
    for _ in range(KILLS):
        ours, theirs = _FORK.Pipe(duplex=False)
        process = _FORK.Process(target=append_for_ever, args=(url, records, theirs, 3))
        process.start()
        theirs.close()
        assert ours.poll(30)
        time.sleep(chance.uniform(0, 0.06))
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        answered += received(ours)
        ours.close()
        found = verify(url)
        assert found.faults == ()
    with open_ledger(url) as ledger:
        there = {(e.id, e.sequence): e for e in ledger.entries(with_inputs=True)}
    assert set(answered) <= set(there)
    assert len(answered) > KILLS
    assert {e.decision for e in there.values()} <= texts
    assert all(i.content for e in there.values() for i in e.inputs)


def append_some(url: str, records: list[Record], times: int) -> None:
    with open_ledger(url) as ledger:
        for _ in range(times):
            ledger.append(records)


def test_several_processes_and_threads_make_one_chain(url: str, records: list[Record]) -> None:
    """Also at the first moment, when each of them finds no ledger and makes one."""
    processes = [_FORK.Process(target=append_some, args=(url, records, 8)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    with open_ledger(url) as ledger:
        threads = [threading.Thread(target=ledger.append, args=(records,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    found = verify(url)
    assert (found.faults, found.entries) == ((), 4 * 8 * 3 + 8 * 3)


def test_a_locked_ledger_is_waited_for_and_then_given_up(
    tmp_path: Path, records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.3)
    file = tmp_path / "l.db"
    with open_ledger(str(file)) as ledger:
        ledger.append(records)
        other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerError) as refused:
            ledger.append(records)
        assert (refused.value.diagnostic.code, refused.value.transient) == ("ledger-locked", True)
        release = threading.Timer(0.1, other.execute, ["ROLLBACK"])
        release.start()
        assert [e.sequence for e in ledger.append(records)] == [4, 5, 6]
        release.join()
        other.close()
    assert verify(str(file)).faults == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system with room for very little."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a file system is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_then_recovers(small_disk: Path, records: list[Record]) -> None:
    ballast = small_disk / "ballast"
    file = small_disk / "l.db"
    with open_ledger(str(file)) as ledger:
        answered = [*ledger.append(records)]
        ballast.write_bytes(b"\0" * 200_000)
        with pytest.raises(LedgerError) as refused:
            for _ in range(1000):
                answered += ledger.append(records)
        assert (refused.value.diagnostic.code, refused.value.transient) == ("ledger-full", True)
        with pytest.raises(LedgerError):
            ledger.append(records)
        ballast.unlink()
        answered += ledger.append(records)
        assert [e.id for e in ledger.entries()] == [e.id for e in answered]
    assert verify(str(file)).faults == ()


def test_a_ledger_that_is_opened_on_a_full_disk_says_that_it_is_full(
    small_disk: Path, records: list[Record]
) -> None:
    """SQLite has no room for its shared memory there, and says only that the disk failed."""
    file, ballast = small_disk / "l.db", small_disk / "ballast"
    with open_ledger(str(file)) as ledger:
        ledger.append(records)
    with pytest.raises(OSError, match="No space"), ballast.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"\0" * 4096)
    with pytest.raises(LedgerError) as refused, open_ledger(str(file)) as ledger:
        ledger.append(records)
    assert (refused.value.diagnostic.code, refused.value.diagnostic.help) == (
        "ledger-full",
        "make room on its disk",
    )
    ballast.unlink()
    with open_ledger(str(file)) as ledger:
        ledger.append(records)


def append_within(url: str, records: list[Record], answers: Connection) -> None:
    """As `append_some`, with a limit on the size of files; tells how far it came, and why no further."""
    ledger = open_ledger(url)
    ledger.append(records)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, resource.RLIM_INFINITY))
    done = 1
    try:
        while True:
            ledger.append(records)
            done += 1
    except LedgerError as error:
        refused = error
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ledger.append(records)
    ledger.close()
    answers.send((done + 1, refused.diagnostic.code, refused.transient))


def test_a_limit_on_the_size_of_files_refuses_and_then_recovers(
    tmp_path: Path, records: list[Record]
) -> None:
    ours, theirs = _FORK.Pipe(duplex=False)
    url = str(tmp_path / "l.db")
    process = _FORK.Process(target=append_within, args=(url, records, theirs))
    process.start()
    assert ours.poll(60)
    done, code, transient = ours.recv()
    process.join()
    assert code in ("ledger-full", "ledger-unwritable")
    assert transient
    found = verify(url)
    assert (found.faults, found.entries) == ((), done * len(records))


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["in order", "as after a crash"])
def test_postgresql_restarted_under_load(
    postgres: Server, records: list[Record], how: signal.Signals
) -> None:
    """Denials with a reason while it is away; then recovery by itself; nothing that was answered is lost."""
    url = postgres.create(f"restarted{how.value}")
    answered: list[str] = []
    refused: list[LedgerError] = []
    crashed: list[BaseException] = []
    stop = threading.Event()
    with open_ledger(url) as ledger:

        def load() -> None:
            try:
                while not stop.is_set():
                    try:
                        answered.extend(e.id for e in ledger.append(records))
                    except LedgerError as error:
                        refused.append(error)
                        time.sleep(0.01)
            except BaseException as error:
                crashed.append(error)

        threads = [threading.Thread(target=load) for _ in range(3)]
        for thread in threads:
            thread.start()
        _until(lambda: len(answered) > 30)
        postgres.stop(how)
        _until(lambda: bool(refused))
        postgres.start()
        before = len(answered)
        _until(lambda: len(answered) > before + 30)
        stop.set()
        for thread in threads:
            thread.join()
        there = [e.id for e in ledger.entries()]
    assert crashed == []
    assert set(answered) <= set(there)
    assert {e.diagnostic.code for e in refused} <= {"ledger-unreachable"}, refused[-1]
    assert all(e.transient for e in refused)
    assert "secret" not in str(refused[0])
    assert verify(url).faults == ()


def test_a_database_that_is_not_there(postgres: Server) -> None:
    for url, said in (
        (postgres.url("nowhere"), "does not exist"),
        ("postgresql://aims:secret@127.0.0.1:9/x", "refused"),
    ):
        with pytest.raises(LedgerError) as refused:
            open_ledger(url)
        assert refused.value.diagnostic.code == "ledger-unreachable"
        assert said in str(refused.value)
        assert "secret" not in str(refused.value)


def test_two_ledgers_of_a_process_do_not_hinder_each_other(tmp_path: Path, records: list[Record]) -> None:
    with open_ledger(str(tmp_path / "a.db")) as one, open_ledger(str(tmp_path / "b.db")) as other:
        one.append(records)
        other.append(records[:1])
        one.append(records)
    assert (verify(str(tmp_path / "a.db")).entries, verify(str(tmp_path / "b.db")).entries) == (6, 1)


def _until(holds: object) -> None:
    assert callable(holds)
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
