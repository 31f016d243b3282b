"""`aims soa` and `aims gap` as real processes: exit codes, files, a ledger, and what is wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import ROOT, Ran
from tests.statement.conftest import DATE, Typed

EXAMPLE = ROOT / "examples" / "credit-scoring"


def aims(folder: Path, *arguments: str, cache: Path | None = None, **environment: str) -> Ran:
    kept = {
        k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "AIMS_LEDGER")
    }
    kept |= {"PYTHONPATH": str(ROOT), "AIMS_CACHE_DIR": str(cache or folder.parent / "cache"), **environment}
    command = [sys.executable, "-W", "error", "-m", "aims_policy", *arguments]
    return Ran(subprocess.run(command, cwd=folder, env=kept, capture_output=True, check=False, timeout=60))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_example_is_complete_and_has_gaps(tmp_path: Path) -> None:
    checked = aims(EXAMPLE, "soa", "--date", DATE, "--check", cache=tmp_path)
    assert (checked.code, checked.err) == (0, "")
    assert "Complete: every control is decided and justified" in checked.out
    gaps = aims(EXAMPLE, "gap", "--date", DATE, cache=tmp_path)
    assert (gaps.code, gaps.err) == (0, "")
    assert "internal_audits" in gaps.out and "W-2026-03 until 2026-11-27" in gaps.out
    assert aims(EXAMPLE, "gap", "--date", DATE, "--check", cache=tmp_path).code == 1


def test_check_fails_where_the_statement_is_incomplete(folder: Path) -> None:
    assert aims(folder, "soa", "--date", DATE).code == 0
    assert aims(folder, "soa", "--date", DATE, "--check").code == 1


def test_without_a_statement_all_is_undecided_and_nothing_made_up(folder: Path) -> None:
    change(folder / "aims.yaml", "statement: statement.yaml\n", "")
    report = json.loads(aims(folder, "soa", "--date", DATE, "--format", "json").out)
    assert {c["decided"] for c in report["controls"]} == {"undecided"}
    assert all(not c["justification"] for c in report["controls"])
    assert report["missing"][0]["what"] == "no statement: name its file under `statement` in aims.yaml"
    assert report["complete"] is False


@pytest.mark.parametrize("command", ["soa", "gap"])
def test_named_from_outside_it_is_the_same_but_for_paths(
    command: str, folder: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = json.loads(typed(command, "--date", DATE, "--format", "json")[1])
    monkeypatch.chdir(folder.parent)
    for words in (["harbour"], ["-w", str(folder / "aims.yaml")]):
        outside = json.loads(typed(command, *words, "--date", DATE, "--format", "json")[1])
        key = "controls" if command == "soa" else "gaps"
        assert [one["id"] for one in outside[key]] == [one["id"] for one in inside[key]]
    placed = typed("gap", "harbour", "--date", DATE)[1]
    assert "harbour/statement.yaml:15" in placed and "harbour/aims.yaml" in placed


def test_a_wrong_statement_ends_with_the_exit_code_of_what_authors_write(folder: Path) -> None:
    change(folder / "statement.yaml", "- control: A.2.2\n", "- control: A.7.9\n")
    ran = aims(folder, "soa", "--date", DATE)
    assert (ran.code, ran.out) == (3, "")
    assert "statement.yaml:7:14: error[unknown-control]: `A.7.9` is not a control of Annex A" in ran.err


def test_a_ledger_says_when_assets_were_decided_on_record(folder: Path, typed: Typed) -> None:
    assert typed("evaluate", "--at", DATE, "--ledger", "l.db")[0] == 1
    asked = ("soa", "--format", "json", "--ledger", "l.db")
    recorded = _recorded(typed(*asked)[1])
    assert all(entry["current"] for entry in recorded.values())
    decided = json.loads(typed("evaluate", "--at", DATE, "--format", "json")[1])["decisions"]
    assert {entry["decision_digest"] for entry in recorded.values()} == {d["digest"] for d in decided}
    change(folder / "inventory" / "tides.yaml", "705", "706")
    later = {own: entry["current"] for own, entry in _recorded(typed(*asked)[1]).items()}
    assert later == {own: own != "dataset/tides" for own in recorded}
    text = aims(folder, "soa", AIMS_LEDGER="l.db").out
    assert "on record  5 of 5 assets, 4 of them as their files and the rules are now" in text
    old = _recorded(typed(*asked, "--date", "2020-01-01")[1])
    assert set(old.values()) == {None}, "what was recorded later is not known yet"
    assert typed("soa", "--ledger", "none.db")[0] == 2


def _recorded(report: str) -> dict[str, Any]:
    return {asset["id"]: asset["recorded"] for asset in json.loads(report)["assets"]}


def test_other_commands_import_nothing_of_it() -> None:
    program = (
        "import sys; from aims_policy.commands.terminal.failures import run; run(['evaluate', '--help']); "
        "print(sorted(m for m in sys.modules if 'statement' in m or 'soa' in m), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert ran.stderr.strip() == "[]"
