"""The process that writes the ledger: it may be killed, or not start, at any time; so may the server beside it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from aims_policy.ledger import LedgerError, Record
from aims_policy.ledger.verify import verify
from aims_policy.server.recording import recorder, writer_process
from aims_policy.server.recording.frames import Frames, Opening, framed
from aims_policy.server.recording.recorder import Recorder
from tests.ledger.conftest import DATASET, make_bundle, make_records
from tests.server.conftest import serving, until
from tests.server.test_ledger_trouble import Load, recorded

KILLS = 12


def test_a_killed_writer_denies_with_a_reason_and_comes_back(workspace: Path, tmp_path: Path) -> None:
    """Many times over, at any instant, under load. What was allowed is recorded, and nothing else is needed."""
    file = tmp_path / "decisions.db"
    chance = random.Random(11)  # noqa: S311 - instants, not secrets
    with serving(workspace, "--ledger", str(file)) as served:
        load = Load(served)
        for _ in range(KILLS):
            before = sum(a["allowed"] for a in load.answers)
            until(lambda before=before: sum(a["allowed"] for a in load.answers) > before + 10)
            time.sleep(chance.uniform(0, 0.06))
            writer = served.writer()
            os.kill(writer, signal.SIGKILL)
            until(lambda writer=writer: served.writer() != writer)
        before = len(load.answers)
        until(lambda: any(a["allowed"] for a in load.answers[before:]))
        load.stop()
        with served.client() as client:
            assert client.get("/readyz").json()["ledger"] == {"failing": False, "problem": None}
    denied = [a for a in load.answers if not a["allowed"]]
    assert {a["status"]["code"] for a in denied} <= {503}
    assert all("ledger-writer-lost" in a["status"]["message"] for a in denied)
    lost = [e for e in served.events("ledger") if e["level"] == "error"]
    assert lost
    assert all("SIGKILL" in e["problem"] for e in lost)
    allowed = {a["uid"] for a in load.answers if a["allowed"]}
    assert len(allowed) > 10 * KILLS
    assert allowed <= recorded(file)
    assert verify(str(file)).faults == ()


@pytest.mark.parametrize("both", [False, True], ids=["the server", "both"])
def test_a_killed_server_leaves_what_it_answered_and_no_writer(
    workspace: Path, tmp_path: Path, both: bool
) -> None:
    file = tmp_path / "decisions.db"
    allowed: set[str] = set()
    for instant in (0.0, 0.03, 0.07):
        with serving(workspace, "--ledger", str(file)) as served:
            writer = served.writer()
            load = Load(served)
            until(lambda load=load: len(load.answers) > 20)
            time.sleep(instant)
            for pid in (served.process.pid, *([writer] if both else [])):
                os.kill(pid, signal.SIGKILL)
            served.process.wait()
            load.stop()
            until(lambda writer=writer: not Path(f"/proc/{writer}").exists())
        allowed |= {f"{instant}:{a['uid']}" for a in load.answers if a["allowed"]}
        assert {a["uid"] for a in load.answers if a["allowed"]} <= recorded(file)
        assert verify(str(file)).faults == ()
    assert len(allowed) > 30


_FIRST = """
import ctypes, runpy, sys
assert ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER: orphans are ours, as those of process 1
sys.argv = ["aims", *sys.argv[1:]]
runpy.run_module("aims_policy", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted as in a container on Linux only")
def test_a_supervisor_that_inherits_a_writer_collects_it(workspace: Path, tmp_path: Path) -> None:
    """As the first process of a container does, whose worker was killed."""
    options = ["--workers", "2", "--ledger", str(tmp_path / "decisions.db")]
    with serving(workspace, *options, program=("-c", _FIRST)) as served:
        worker, writer = until(lambda: [(e["pid"], e["writer"]) for e in served.events("ledger")])[0]
        os.kill(worker, signal.SIGKILL)
        until(lambda: not Path(f"/proc/{writer}").exists())
        until(lambda: len(served.events("ledger")) == 3)  # and another worker has come
        assert served.process.poll() is None


def records(folder: Path) -> list[Record]:
    return make_records(make_bundle(folder), DATASET)


def test_a_writer_that_does_not_start_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks meanwhile is told so at once, and does not wait for a deadline."""
    monkeypatch.setattr(recorder, "_PAUSES", (0.0, 0.2))
    usual = writer_process._process
    started = []

    def ends_at_once(_socket: int) -> subprocess.Popen[bytes]:
        started.append(time.monotonic())
        return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])

    def no_more(_socket: int) -> subprocess.Popen[bytes]:
        started.append(time.monotonic())
        raise OSError(12, "Cannot allocate memory")

    async def run(own: Sequence[Record]) -> tuple[str, ...]:
        heard: list[LedgerError | None] = []
        monkeypatch.setattr(writer_process, "_process", ends_at_once)
        opening = Opening(str(tmp_path / "l.db"), keep_inputs=False, mask=())
        recorder = Recorder(opening, lambda _, error: heard.append(error))
        with pytest.raises(LedgerError, match="exit code 3") as refused:
            await recorder.record(tuple(own), "")
        assert (refused.value.diagnostic.code, refused.value.transient) == ("ledger-writer-lost", True)
        began = time.monotonic()
        with pytest.raises(LedgerError):
            await recorder.record(tuple(own), "")
        assert time.monotonic() - began < 0.4  # and not after the pause
        monkeypatch.setattr(writer_process, "_process", no_more)
        await asyncio.sleep(0.5)
        with pytest.raises(LedgerError, match="cannot allocate memory"):
            await recorder.record(tuple(own), "")
        assert recorder.settled.is_set()
        assert min(b - a for a, b in pairwise(started[1:])) > 0.15
        monkeypatch.setattr(writer_process, "_process", usual)
        for _ in range(200):
            await asyncio.sleep(0.05)
            try:
                found = await recorder.record(tuple(own), "")
                break
            except LedgerError as error:
                assert error.diagnostic.code == "ledger-writer-lost"
        assert recorder.trouble is None
        assert heard[-1] is None
        await recorder.close()
        return found

    [own] = asyncio.run(run(records(tmp_path)))
    assert own.startswith("1-")
    assert verify(str(tmp_path / "l.db")).faults == ()


def test_no_answer_comes_from_a_writer_that_was_not_asked(tmp_path: Path) -> None:
    """Killed between batches and in them: whoever has an answer has the id of an entry for each of their records."""
    [one] = records(tmp_path)
    chance = random.Random(13)  # noqa: S311 - instants, not secrets
    answered: list[tuple[str, str]] = []
    refused: list[str] = []

    async def ask(recorder: Recorder, name: str, stop: asyncio.Event) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                [own] = await recorder.record((one,), f"{name}-{number}")
            except LedgerError as error:
                refused.append(error.diagnostic.code)
            else:
                answered.append((f"{name}-{number}", own))
            await asyncio.sleep(chance.choice((0, 0, 0.001, 0.01)))

    async def run() -> None:
        recorder = Recorder(Opening(str(tmp_path / "l.db"), False, ()), lambda *_: None)
        stop = asyncio.Event()
        asking = [asyncio.create_task(ask(recorder, str(n), stop)) for n in range(4)]
        for _ in range(KILLS):
            before = len(answered)
            while len(answered) < before + 10:
                await asyncio.sleep(0.001)
            await asyncio.sleep(chance.uniform(0, 0.02))
            assert recorder._writer is not None
            os.kill(recorder._writer.pid, signal.SIGKILL)
            await asyncio.sleep(chance.uniform(0, 0.02))
        stop.set()
        await asyncio.gather(*asking)
        await recorder.close()

    asyncio.run(run())
    assert set(refused) == {"ledger-writer-lost"}
    from aims_policy.ledger import open_ledger

    with open_ledger(str(tmp_path / "l.db")) as ledger:
        there = {(e.request_id, e.id) for e in ledger.entries()}
    assert set(answered) <= there
    assert verify(str(tmp_path / "l.db")).faults == ()


def test_what_was_sent_once_is_named_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And sent again once it was forgotten, or differs in inputs; the entries are the same."""
    monkeypatch.setattr(writer_process, "_REMEMBERED", 2)
    [one] = records(tmp_path)
    others = (one._replace(inputs=()),), (one._replace(source="server"), one)
    several = [(own := (one,), "a"), (own, "b"), (others[0], ""), (others[1], "c")]
    sent: list[int] = []
    usual = writer_process.framed
    monkeypatch.setattr(
        writer_process, "framed", lambda v: (sent.append(len(getattr(v, "records", ()))), usual(v))[1]
    )

    async def run() -> None:
        recorder = Recorder(Opening(str(tmp_path / "l.db"), False, ()), lambda *_: None)
        for _ in range(2):
            for records_, request_id in several:
                await recorder.record(records_, request_id)
        await asyncio.gather(*(recorder.record(*job) for job in several))
        await recorder.close()

    asyncio.run(run())
    assert sent[1:3] == [1, 0]
    from aims_policy.ledger import open_ledger

    with open_ledger(str(tmp_path / "l.db")) as ledger:
        found = list(ledger.entries())
    assert [(e.request_id, e.source, len(e.inputs)) for e in found] == [
        (request_id, r.source, len(r.inputs)) for own, request_id in several * 3 for r in own
    ]
    assert verify(str(tmp_path / "l.db")).faults == ()


def test_frames_arrive_whole_however_they_are_cut() -> None:
    values = [("a",) * n for n in range(5)]
    stream = b"".join(map(framed, values))
    for size in (1, 3, 7, 1000):
        frames = Frames()
        parts = (stream[i : i + size] for i in range(0, len(stream), size))
        assert [value for part in parts for value in frames.fed(part)] == values
