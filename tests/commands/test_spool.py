"""More manifests than are held in memory: the same report, and memory that stays flat."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from aims_policy.commands.terminal import failures, spool
from aims_policy.commands.terminal.spool import Spool
from tests.commands.conftest import BAD, GOOD, MODEL, POLICY, ROOT

AT = ("--at", "2026-06-01")


@pytest.fixture
def folder(aims: Any) -> Path:
    """Forty datasets, good and bad, two of them in one file, and a model that is built on one that fails."""
    for number in range(40):
        text = (BAD if number % 3 else GOOD).replace("loans", f"set-{number}").replace("few", f"set-{number}")
        aims.write(f"inventory/data-{number:02}.yaml", text)
    aims.write("inventory/both.yaml", f"{GOOD.replace('loans', 'x')}---\n{BAD.replace('few', 'y')}")
    aims.write("inventory/a-model.yaml", MODEL.replace("loans", "set-7"))
    return Path(aims.folder)


@pytest.mark.parametrize("show", ["failing", "all"])
@pytest.mark.parametrize("format_", ["text", "json"])
def test_the_report_is_the_same_however_few_are_in_memory(
    folder: Path, format_: str, show: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    shown = set()
    for few in (0, 1, 10_000):
        monkeypatch.setattr(spool, "IN_MEMORY", few)
        assert failures.run(["evaluate", "inventory", *AT, "--format", format_, "--show", show]) == 1
        shown.add(capfd.readouterr())
    assert len(shown) == 1
    assert "set-39" in next(iter(shown)).out


def test_a_report_that_fails_halfway_leaves_no_half_of_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from aims_policy.reports import json_report

    def broken(*_: object) -> Any:
        yield "{" * 100_000
        raise RuntimeError("a bug")

    monkeypatch.chdir(folder)
    monkeypatch.setattr(json_report, "pieces", broken)
    before = sorted(folder.iterdir())
    assert failures.run(["evaluate", "inventory", *AT, "--format", "json", "-o", "out.json"]) == 5
    assert sorted(folder.iterdir()) == before
    assert "a bug" in capfd.readouterr().err


def test_items_come_back_as_they_were() -> None:
    made: Spool[dict[str, int]] = Spool()
    for number in range(spool.IN_MEMORY + 50):
        made.append({"number": number}, keep=number % 7 == 0)
    assert [item["number"] for item in made] == list(range(len(made)))
    assert made[-1] == {"number": len(made) - 1}
    assert [item["number"] for item in made[100:103]] == [100, 101, 102]
    with pytest.raises(IndexError):
        made[len(made)]


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="the peak of one process is told by Linux only"
)
def test_memory_is_flat(tmp_path: Path) -> None:
    """A thousand manifests more take what their rows in the table take; held, each would take a hundred kilobytes."""
    (tmp_path / "p.yaml").write_text(POLICY, "utf-8")
    peaks = [_peak(tmp_path, size) for size in (150, 1_150)]
    assert (peaks[1] - peaks[0]) / 1_000 < 6_000


def _peak(folder: Path, size: int) -> int:
    """Bytes of the process that decides so many manifests of 12 KB."""
    many = folder / f"many-{size}"
    many.mkdir()
    value = {
        "apiVersion": "aims/v1",
        "kind": "Dataset",
        "metadata": {"name": "NAME", "owner": "Ada"},
        "spec": {"extensions": {"steps": [f"step {n}" for n in range(800)]}},
    }
    template = json.dumps(value)
    for number in range(size):
        (many / f"{number}.json").write_text(template.replace("NAME", f"n{number}"), "utf-8")
    script = (
        "import sys\nfrom aims_policy.commands.terminal.failures import run\n"
        "code = run(sys.argv[1:])\n"
        "status = open('/proc/self/status').read().split()\n"
        "sys.stderr.write(status[status.index('VmHWM:') + 1])\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "evaluate", str(many), *AT, "--policy", str(folder / "p.yaml")],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return int(done.stderr.split()[-1]) * 1024
