"""What is wrong with policies, appetite, waivers and workspace, as its author reads it.

A case is a folder: a workspace with something wrong in it, and `expected.txt`, compared exactly.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from aims_policy.diagnostics import render_all
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.load import load_bundle

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if p.is_dir()))
def test_wrong_workspace(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = CASES / case
    monkeypatch.chdir(folder)
    expected = folder / "expected.txt"
    try:
        notices = load_bundle(workspace=".", cache=False).notices
    except PolicyError as error:
        notices = error.diagnostics
    said = render_all(notices) + "\n"
    if os.environ.get("AIMS_WRITE_EXPECTED"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


def test_every_case_finds_something() -> None:
    assert all(
        (p / "expected.txt").read_text(encoding="utf-8").strip() for p in CASES.iterdir() if p.is_dir()
    )


def test_an_inventory_without_a_manifest_is_told_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    (tmp_path / "aims.yaml").write_text(
        "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: w}\ninventory: [inventory]\n",
        encoding="utf-8",
    )
    with pytest.raises(PolicyError) as caught:
        load_bundle(workspace=tmp_path, cache=False)
    assert [(d.code, d.line) for d in caught.value.diagnostics] == [("no-inventory", 4)]
    assert "leave it out of `inventory`" in caught.value.diagnostics[0].help
