"""The load on the server runs and says what it measured. How fast a machine is fails no test."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from aims_policy.server.kubernetes.admission import judge
from aims_policy.server.kubernetes.review import read_review
from aims_policy.server.settings import Settings
from aims_policy.server.snapshot import load
from benchmarks import serving

ROOT = Path(__file__).resolve().parents[2]


def test_quick_run() -> None:
    command = [sys.executable, "-m", "benchmarks.serving", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    for line in ("come again: throughput", "come again: p99", "every manifest another: p50", "memory after"):
        assert line in done.stdout


def test_one_of_the_manifests_passes_and_the_others_fail(tmp_path: Path) -> None:
    serving._write_workspace(tmp_path)
    snapshot = load(Settings(workspace=str(tmp_path)), 1)
    reviews = [read_review(serving._bodies().fresh(number)) for number in range(3)]
    now = datetime.now(timezone.utc)
    assert [judge(r, snapshot, "production", now).allowed for r in reviews] == [True, False, False]
