"""`aims evaluate model.yaml` as a process, its bundle cached, beside `python -c pass`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.figures import Figure, at_most, duration
from benchmarks.material import AT, EXAMPLE, MODEL, ROOT
from benchmarks.timing import compared

LIMIT = 8
_AIMS = "from aims_policy.commands import main; main()"
_NOTHING = [sys.executable, "-c", "pass"]


def measure(rounds: int) -> list[Figure]:
    """Whole processes in turns; byte code and bundle are cached, as they are for any user's second run."""
    with TemporaryDirectory(prefix="aims-benchmark-") as folder:
        place = Path(folder)
        text = MODEL.read_text("utf-8")
        (place / "model.yaml").write_text(_alone(text), encoding="utf-8")
        (place / "with-reports.yaml").write_text(text.replace("../../", ""), encoding="utf-8")
        for beside in ("reports", "signatures"):
            copytree(EXAMPLE.parent / beside, place / beside)
        (place / "small.yaml").write_text(_SMALL, encoding="utf-8")
        environment = _environment(place)
        return [
            _figure("model.yaml of the example (20 KB)", "model.yaml", place, environment, rounds),
            _figure(
                "the same with its four reports", "with-reports.yaml", place, environment, rounds, limit=None
            ),
            _figure("a model.yaml that gives only its name", "small.yaml", place, environment, rounds),
            _imports(place, environment, rounds),
        ]


_SMALL = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer, version: 1.0.0, owner: Credit Risk}
spec:
  risk: {tier: limited}
"""


def _environment(place: Path) -> dict[str, str]:
    """The user's own, but with caches of its own, and byte code written whatever this shell says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "AIMS_", "COV_"))}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(place / "bytecode"),
        "AIMS_CACHE_DIR": str(place / "cache"),
    }


def _alone(text: str) -> str:
    """The manifest without the list of reports beside it."""
    return re.sub(r"^  evidence:\n(    .*\n)+", "", text, flags=re.MULTILINE)


def _figure(
    name: str, file: str, place: Path, environment: dict[str, str], rounds: int, limit: float | None = LIMIT
) -> Figure:
    moment = AT.isoformat().replace("+00:00", "Z")
    command = [sys.executable, "-c", _AIMS, "evaluate", file, "--at", moment]
    code = _run(command, place, environment)  # fills the caches
    if code not in (0, 1):
        raise RuntimeError(f"`aims evaluate {file}` ended with exit code {code}")
    return _timed(f"{name}, exit {code}", command, place, environment, rounds, limit)


def _imports(place: Path, environment: dict[str, str], rounds: int) -> Figure:
    """What no work on our side can take away while the command line is click's and manifests are YAML."""
    command = [sys.executable, "-c", "import click, yaml"]
    _run(command, place, environment)
    return _timed("for comparison: python -c 'import click, yaml'", command, place, environment, rounds, None)


def _timed(
    name: str, command: list[str], place: Path, environment: dict[str, str], rounds: int, limit: float | None
) -> Figure:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for measured, timed in zip((command, _NOTHING), times, strict=True):
            start = perf_counter()
            _run(measured, place, environment)
            timed.append(perf_counter() - start)
    found = compared(*times)
    target, met = at_most(limit, found.ratio) if limit is not None else ("", None)
    group = "aims evaluate, bundle cached, as a process against python -c pass"
    return Figure(group, name, duration(found.one), duration(found.other), found.ratio, target, met)


def _run(command: list[str], place: Path, environment: dict[str, str]) -> int:
    done = subprocess.run(
        command, cwd=place, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return done.returncode
