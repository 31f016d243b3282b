"""The benchmarks run and say what they measured. How fast a machine is fails no test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_quick_run_measures_every_group() -> None:
    command = [sys.executable, "-m", "benchmarks", "--quick", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert all(figure["ratio"] > 0 and figure["measured"] and figure["against"] for figure in figures)
    assert figures[0]["name"].startswith("complete: ") and figures[0]["name"].endswith("→ pass")
    groups = list(dict.fromkeys(figure["group"].split(" ")[0] for figure in figures))
    assert groups == ["Decide", "The", "30", "aims", "Read", "Record", "Native", "Foreign"]
    targets = {"≤ 1.5x", "≥ 100x", "≤ 8x", "≤ 1x", "≤ 3x", "linear", "flat", ""}
    assert {figure["target"] for figure in figures} == targets
