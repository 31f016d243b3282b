"""The JSON of every command has the fields that `docs/command-line.md` tells."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aims_policy.commands.terminal.group import aims

PAGE = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
CASES = {
    "evaluate": "evaluate",
    "explain RULE": "explain A.7.5/sources-recorded",
    "explain RULE MANIFEST": "explain A.7.5/sources-recorded inventory/dataset.yaml",
    "controls": "controls",
    "controls CONTROL": "controls A.7.5",
    "formats": "formats",
    "survey": "survey inventory",
    "convert": "convert inventory/dataset.yaml",
    "new rule": "new rule OWN.7/begun",
    "lint": "lint",
    "test": "test",
    "graph impact": "graph impact dataset/loans",
    "graph lineage": "graph lineage dataset/loans",
    "graph stale": "graph stale dataset/loans",
    "graph coverage": "graph coverage",
    "watch": "watch --once",
    "ledger list": "ledger list --ledger l.db",
    "ledger show": "ledger show 1 --ledger l.db",
    "ledger verify": "ledger verify --ledger l.db",
    "ledger replay": "ledger replay --ledger l.db",
}


def told() -> dict[str, tuple[set[str], str]]:
    """By command its fields, and what the page says of them besides."""
    table = PAGE.read_text(encoding="utf-8").partition("| command | fields | schema |")[2]
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \|.*\|$", table, re.MULTILINE)
    return {name: (set(re.findall(r"`(\w+)`", fields)), fields) for name, fields in rows}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("json") / "acme"
    typed(folder.parent, "init acme")
    typed(folder, "evaluate inventory/dataset.yaml --ledger l.db --keep-inputs")
    return folder


def typed(folder: Path, command: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("AIMS_CACHE_DIR", str(folder.parent / "cache"))
        result = CliRunner().invoke(aims, shlex.split(command), standalone_mode=False)
    assert result.exception is None, result.exception
    return result.stdout


def test_every_command_with_json_is_on_the_page() -> None:
    assert set(told()) == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_fields_are_those_that_the_page_tells(name: str, workspace: Path) -> None:
    given: Any = json.loads(typed(workspace, f"{CASES[name]} --format json"))
    fields, besides = told()[name]
    found = set(given[0] if isinstance(given, list) else given)
    assert fields - found == set()
    assert found == fields or "the fields of an entry" in besides
