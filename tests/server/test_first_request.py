"""The first request after a start is answered as soon as others are: all that it needs was imported before."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from tests.server.conftest import inference_service, review, serving
from tests.server.test_decisions_api import GOOD

SAMPLES = Path(__file__).parent.parent / "manifest" / "formats"


def test_the_first_request_takes_no_longer_than_others(workspace: Path, tmp_path: Path) -> None:
    """It may take what a request takes on a busy machine; imports of what records would take hundreds of ms."""
    firsts, others = [], []
    for start in range(3):
        with (
            serving(workspace, "--ledger", str(tmp_path / f"{start}.db")) as served,
            served.client() as client,
        ):
            for number in range(6):
                own = {**GOOD, "metadata": {**GOOD["metadata"], "labels": {"number": str(number)}}}
                began = time.perf_counter()
                assert client.post("/v1/decisions", json=own).status_code == 200
                (others if number else firsts).append(time.perf_counter() - began)
    assert min(firsts) < 5 * sorted(others)[len(others) // 2] + 0.02, (firsts, others)


def test_no_request_imports_anything() -> None:
    """Deciding, explaining, and reading of every foreign format find their modules there."""
    samples = [str(f) for f in sorted(SAMPLES.glob("*/full/input.*"))]
    program = f"""
import json, sys
from datetime import datetime, timezone
import aims_policy.server.app
from aims_policy.server.api import decisions
from aims_policy.server.kubernetes.admission import judge
from aims_policy.server.problems import Problem, body
from aims_policy.server.kubernetes.review import read_review
from aims_policy.server.settings import Settings
from aims_policy.server.snapshot import load
from aims_policy.server.warming import warm
warm()
snapshot = load(Settings(workspace={str(Path(__file__).parent / "workspace")!r}), 1)
there = set(sys.modules)
at = datetime.now(timezone.utc)
for file in {samples!r}:
    asked = decisions.Asked(open(file, "rb").read(), "." + file.rpartition(".")[2], "production", None)
    try:
        decisions._report(decisions._decided(asked, snapshot, at))
    except Problem as problem:
        body(problem, "")
for asked in {[json.dumps(review(inference_service())), json.dumps(review(GOOD))]!r}:
    judge(read_review(asked.encode()), snapshot, "production", at)
print(json.dumps(sorted(set(sys.modules) - there)))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == []
