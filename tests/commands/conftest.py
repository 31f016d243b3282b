"""A workspace on disk and the real process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: own}
rules:
  - id: t/owner
    controls: [A.3.2]
    title: Somebody owns it
    applies_to: [Model, Dataset]
    require: metadata.owner != ""
    severity: high
    rationale: Nobody can be asked.
    remediation: Fill in metadata.owner.
  - id: t/records
    controls: [A.7.4]
    title: There is enough data
    applies_to: [Dataset]
    require: content.records >= appetite.evaluation.sample_size.min
    severity: medium
    rationale: Too few records show nothing.
    remediation: Collect more.
"""
WORKSPACE = """\
apiVersion: aims/v1
kind: Workspace
metadata: {name: acme}
policies: [policies]
inventory: [inventory]
"""
GOOD = """\
apiVersion: aims/v1
kind: Dataset
metadata: {name: loans, owner: Ada}
spec:
  risk: {tier: high}
  content: {records: 100000}
"""
BAD = GOOD.replace("loans", "few").replace("100000", "3")
MODEL = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer, owner: Ada}
spec:
  training_data:
    datasets: [{ref: loans, role: training}]
"""
LISTING = """\
apiVersion: aims/v1
kind: Dataset
metadata: {name: listing, owner: Ada}
spec:
  risk: {tier: high}
  evidence: [{file: ../reports/counted.yaml}]
"""


class Aims:
    """Runs the command line in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{
                k: v
                for k, v in os.environ.items()
                if k not in ("NO_COLOR", "COLUMNS", "AIMS_DEBUG", "FORCE_COLOR")
            },
            "PYTHONPATH": str(ROOT),
            "AIMS_CACHE_DIR": str(folder / ".cache"),
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "error", "-m", "aims_policy", *arguments]

    def __call__(self, *arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
        done = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            check=False,
            env={**self.environment, **environment},
            timeout=60,
        )
        return Ran(done)

    def write(self, name: str, content: str | bytes) -> str:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return name


class Ran:
    """What a run left behind."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.out = done.stdout.decode()
        self.err = done.stderr.decode()

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}\n--- stderr\n{self.err}"


@pytest.fixture
def aims(tmp_path: Path) -> Any:
    runner = Aims(tmp_path)
    runner.write("aims.yaml", WORKSPACE)
    runner.write("policies/own.yaml", POLICY)
    runner.write("inventory/loans.yaml", GOOD)
    return runner
