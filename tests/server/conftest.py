"""A workspace to serve, and the server itself as a process of its own, reached over real sockets."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

WORKSPACE = Path(__file__).parent / "workspace"


class Served:
    """A running server: its process, its address, its log as parsed lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.log: list[dict[str, Any]] = []
        self.text = ""
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._listening.wait(30):
            self.process.kill()
            raise AssertionError(f"the server did not start: {self.text}")
        self.url: str = next(line["url"] for line in self.log if line["event"] == "listening")

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.text += line
            try:
                self.log.append(json.loads(line))
            except ValueError:
                continue
            if self.log[-1]["event"] == "listening":
                self._listening.set()
        self._listening.set()

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in list(self.log) if line["event"] == name]

    def writer(self) -> int:
        """The process that writes its ledger."""
        return int(until(lambda: [e["writer"] for e in self.events("ledger") if "writer" in e])[-1])

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False, **options)

    def stop(self, number: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(40)
        self._reader.join(10)
        if self.process.stderr is not None:
            self.process.stderr.close()
        return code


def until(holds: Callable[[], Any], seconds: float = 20) -> Any:
    """What a condition gives once it holds; fails where it does not come to hold."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come to pass")


@contextmanager
def serving(
    workspace: Path,
    *options: str,
    ready: bool = True,
    program: tuple[str, ...] = ("-m", "aims_policy"),
    **client: Any,
) -> Iterator[Served]:
    """``aims serve`` on a free port, stopped at the end whatever happens."""
    command = [
        sys.executable,
        *program,
        "serve",
        "--workspace",
        str(workspace),
        "--port",
        "0",
        *options,
    ]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "NO_COLOR": "1"}
    )
    served: Served | None = None
    try:
        served = Served(process)
        if ready:
            with served.client(**client) as asking:
                until(lambda: asking.get("/readyz").status_code == 200)
        yield served
    finally:
        if served is not None:
            served.stop()
        elif process.poll() is None:
            process.kill()
            process.wait()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of a test's own, to be changed at will."""
    folder = tmp_path / "workspace"
    shutil.copytree(WORKSPACE, folder)
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One server for all tests that only ask; it keeps a ledger."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(WORKSPACE, folder / "workspace")
    with serving(folder / "workspace", "--ledger", str(folder / "decisions.db")) as served:
        yield served


@pytest.fixture
def client(server: Served) -> Iterator[httpx.Client]:
    with server.client() as found:
        yield found


def review(value: Any, *, operation: str = "CREATE", namespace: str = "loans", **more: Any) -> dict[str, Any]:
    """An AdmissionReview of an object, as the API server would send it."""
    group, _, version = str((value or {}).get("apiVersion", "v1")).rpartition("/")
    kind = {"group": group, "version": version, "kind": (value or {}).get("kind", "Pod")}
    request = {
        "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
        "kind": kind,
        "requestKind": kind,
        "name": "x",
        "namespace": namespace,
        "operation": operation,
        "userInfo": {"username": "ada", "groups": ["system:authenticated"]},
        "object": value,
        "oldObject": None,
        "dryRun": False,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
    }
    return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {**request, **more}}


def inference_service(uri: str = "s3://models/scorer/3", **annotations: str) -> dict[str, Any]:
    return {
        "apiVersion": "serving.kserve.io/v1beta1",
        "kind": "InferenceService",
        "metadata": {"name": "scorer", "annotations": {f"aims/{k}": v for k, v in annotations.items()}},
        "spec": {"predictor": {"model": {"modelFormat": {"name": "sklearn"}, "storageUri": uri}}},
    }
