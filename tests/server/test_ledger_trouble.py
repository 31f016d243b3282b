"""The ledger under load: nothing answered is lost; where it cannot be written, the answer is no."""

from __future__ import annotations

import hashlib
import signal
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from aims_policy.ledger import open_ledger
from tests.server.conftest import Served, inference_service, review, serving, until
from tests.server.test_decisions_api import GOOD


class Load:
    """Clients that ask without pause until they are told to stop; what they were answered."""

    def __init__(self, served: Served, clients: int = 4) -> None:
        self.answers: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self._served = served
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(i,)) for i in range(clients)]
        for thread in self._threads:
            thread.start()

    def _ask(self, own: int) -> None:
        number = 0
        with self._served.client() as client:
            while not self._done.is_set():
                number += 1
                asked = review(inference_service(), uid=f"{own}-{number}")
                try:
                    answer = client.post("/k8s/validate", json=asked)
                except httpx.TransportError:
                    time.sleep(0.05)
                    continue
                self.statuses.append(answer.status_code)
                if answer.status_code == 200:
                    self.answers.append(answer.json()["response"])

    def stop(self) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()


def recorded(file: Path) -> set[str]:
    with open_ledger(str(file), create=False) as ledger:
        return {entry.request_id for entry in ledger.entries()}


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.8])
def test_killed_under_load_no_answered_decision_is_lost(
    workspace: Path, tmp_path: Path, delay: float
) -> None:
    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file)) as served:
        load = Load(served)
        until(lambda: len(load.answers) > 30)
        time.sleep(delay)
        served.process.send_signal(signal.SIGKILL)
        served.process.wait()
        load.stop()
    allowed = {a["uid"] for a in load.answers if a["allowed"]}
    assert len(allowed) > 20
    assert allowed <= recorded(file)


def test_stopped_under_load_it_finishes_what_is_under_way(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file)) as served:
        load = Load(served)
        until(lambda: len(load.answers) > 50)
        assert served.stop() == 0
        load.stop()
    assert set(load.statuses) == {200}
    assert {a["uid"] for a in load.answers} <= recorded(file)


def test_a_locked_ledger_denies_and_recovers(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file), "--deadline", "2") as served, served.client() as client:

        def ask(namespace: str = "loans") -> dict[str, Any]:
            answer = client.post("/k8s/validate", json=review(inference_service(), namespace=namespace))
            assert answer.status_code == 200
            found: dict[str, Any] = answer.json()["response"]
            return found

        assert ask()["allowed"]
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        denied = ask()
        assert not denied["allowed"]
        assert denied["status"]["code"] in (503, 504)
        assert time.monotonic() - began < 4
        assert client.get("/healthz").status_code == 200
        holder.execute("ROLLBACK")
        holder.close()
        until(lambda: ask()["allowed"])
        assert client.get("/readyz").json()["ledger"] == {"failing": False, "problem": None}


def test_a_ledger_that_is_deleted_under_it_is_told_and_nothing_is_let_in_unrecorded(
    workspace: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file)) as served, served.client() as client:
        first = client.post("/v1/decisions", json=GOOD).headers["x-decision-ids"]
        for one in tmp_path.glob("decisions.db*"):
            one.unlink()
        denied = client.post("/k8s/validate", json=review(inference_service())).json()["response"]
        assert (denied["allowed"], "ledger-replaced" in denied["status"]["message"]) == (False, True)
        told = until(lambda: [e for e in served.events("ledger") if e["result"] == "failure"])
        assert {(e["level"], e["code"], e["ledger"]) for e in told} == {
            ("error", "ledger-replaced", str(file))
        }
        second = until(lambda: client.post("/v1/decisions", json=GOOD).headers.get("x-decision-ids"))
        assert second.startswith("1-")
        assert client.get(f"/v1/decisions/{second}").status_code == 200
        assert client.get(f"/v1/decisions/{first}").status_code == 404
    with open_ledger(str(file), create=False) as ledger:
        assert second in {entry.id for entry in ledger.entries()}


def test_what_is_wrong_with_the_ledger_is_told_in_the_log_and_with_the_request(
    workspace: Path, tmp_path: Path
) -> None:
    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file)) as served, served.client() as client:
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("ALTER TABLE aims_entries RENAME TO aims_entries_away")
        assert client.post("/v1/decisions", json=GOOD).status_code == 503
        [line] = until(lambda: [e for e in served.events("request") if e["route"] == "/v1/decisions"])
        assert (line["level"], line["problem"]) == ("warning", "not-recorded")
        failures = [e for e in served.events("ledger") if e["result"] == "failure"]
        assert {(e["level"], e["code"], e["ledger"]) for e in failures} == {
            ("error", "ledger-damaged", str(file))
        }
        holder.execute("ALTER TABLE aims_entries_away RENAME TO aims_entries")
        holder.close()
        until(lambda: client.post("/v1/decisions", json=GOOD).status_code == 200)
        until(lambda: any(e["result"] == "recovered" for e in served.events("ledger")))


def test_a_ledger_that_cannot_be_written_denies_where_anything_is_denied(
    workspace: Path, tmp_path: Path
) -> None:
    lenient = (
        (workspace / "aims.yaml").read_text().replace("admission:", "appetite: appetite.yaml\nadmission:")
    )
    (workspace / "aims.yaml").write_text(lenient)
    from aims_policy.policy.shipped import appetite_file

    text = appetite_file("default").read_text()
    audit = "critical: {sandbox: audit, development: deny"
    text = text.replace("critical: {development: deny", audit)
    for severity, first in (("low", "audit"), ("medium", "audit"), ("high", "warn")):
        text = text.replace(
            f"{severity}: {{development: {first}", f"{severity}: {{sandbox: audit, development: {first}"
        )
    (workspace / "appetite.yaml").write_text(text)
    file = tmp_path / "folder" / "decisions.db"
    file.parent.mkdir()
    with serving(workspace, "--ledger", str(file)) as served, served.client() as client:
        assert client.post("/v1/decisions", json=GOOD).status_code == 200
        replaced = sqlite3.connect(file, isolation_level=None)
        replaced.execute("ALTER TABLE aims_entries RENAME TO aims_entries_away")
        denied = client.post("/k8s/validate", json=review(inference_service())).json()["response"]
        assert (denied["allowed"], denied["status"]["code"]) == (False, 503)
        assert "cannot be recorded" in denied["status"]["message"]
        refused = client.post("/v1/decisions", json=GOOD)
        assert (refused.status_code, refused.json()["title"]) == (503, "not-recorded")
        assert client.get("/readyz").json()["ledger"]["failing"]
        let_in = client.post("/k8s/validate/sandbox", json=review(inference_service())).json()["response"]
        assert (let_in["allowed"], "cannot be recorded" in let_in["warnings"][0]) == (True, True)
        lenient_answer = client.post("/v1/decisions?environment=sandbox", json=GOOD)
        assert (lenient_answer.status_code, "x-not-recorded" in lenient_answer.headers) == (200, True)
        assert 'aims_ledger_decisions_total{result="failed"}' in client.get("/metrics").text
        replaced.execute("ALTER TABLE aims_entries_away RENAME TO aims_entries")
        replaced.close()
        until(lambda: client.post("/v1/decisions", json=GOOD).status_code == 200)
        assert not client.get("/readyz").json()["ledger"]["failing"]


def test_a_full_disk_denies_and_recovers(workspace: Path, tmp_path: Path) -> None:
    """The size of files that the writer may write is bounded while it runs: SQLite is told that the disk is full."""
    import resource

    file = tmp_path / "decisions.db"
    with serving(workspace, "--ledger", str(file)) as served, served.client() as client:

        def ask() -> dict[str, Any]:
            found: dict[str, Any] = client.post("/k8s/validate", json=review(inference_service())).json()[
                "response"
            ]
            return found

        assert ask()["allowed"]
        size = max(p.stat().st_size for p in tmp_path.glob("decisions.db*"))
        writer = served.writer()
        unlimited = resource.prlimit(writer, resource.RLIMIT_FSIZE)
        resource.prlimit(writer, resource.RLIMIT_FSIZE, (size, unlimited[1]))
        denied = until(lambda: next((a for a in (ask() for _ in range(50)) if not a["allowed"]), None))
        assert denied["status"]["code"] == 503
        assert client.get("/healthz").status_code == 200
        resource.prlimit(writer, resource.RLIMIT_FSIZE, unlimited)
        until(lambda: ask()["allowed"])
    with open_ledger(str(file), create=False) as ledger:
        assert len(list(ledger.entries())) == ledger.head().sequence


def test_beyond_the_queue_the_answer_is_503_at_once(workspace: Path, tmp_path: Path) -> None:
    file = tmp_path / "decisions.db"
    options = ("--ledger", str(file), "--max-pending", "4", "--deadline", "3")
    with serving(workspace, *options) as served:
        with served.client() as client:
            assert client.post("/v1/decisions", json=GOOD).status_code == 200
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        load = Load(served, clients=12)
        until(lambda: 503 in load.statuses)
        with served.client() as client:
            began = time.monotonic()
            answer = client.post("/k8s/validate", json=review(inference_service()))
            assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
            assert time.monotonic() - began < 2  # and not the deadline
            assert client.get("/healthz").status_code == 200
        holder.execute("ROLLBACK")
        holder.close()
        until(lambda: any(a["allowed"] for a in load.answers))
        load.stop()


def test_inputs_are_recorded_by_their_digests(client: httpx.Client) -> None:
    answer = client.post("/v1/decisions", json=GOOD)
    submitted = f"sha256:{hashlib.sha256(answer.request.content).hexdigest()}"
    entry = client.get(answer.headers["location"]).json()
    own = {"name": "manifest.json", "format": "aims", "digest": submitted, "evidence_on": ""}
    assert entry["inputs"] == [own]
    assert entry["decision"]["subject"]["digest"] == submitted
    found = client.post("/k8s/validate", json=review(inference_service())).json()["response"]
    entry = client.get(f"/v1/decisions/{found['auditAnnotations']['entries']}").json()
    assert [Path(i["name"]).name for i in entry["inputs"]] == ["assets.yaml"]
