"""A small workspace in which every state of a control, and every kind of gap, has its place."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from aims_policy.commands.terminal.failures import run

WORKSPACE = Path(__file__).parent / "workspace"
CASES = Path(__file__).parent / "cases"
DATE = "2026-06-15"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_ENGINE = re.compile(r"aims_policy \d+\.\d+\.\d+\w*")

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the workspace."""
    return Path(shutil.copytree(WORKSPACE, tmp_path / "harbour"))


@pytest.fixture
def typed(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command in the workspace: exit code, stdout and stderr."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AIMS_CACHE_DIR", str(folder.parent / "cache"))
    monkeypatch.delenv("AIMS_LEDGER", raising=False)

    def type_(*words: str, width: int = 100) -> tuple[int, str, str]:
        monkeypatch.setenv("COLUMNS", str(width))
        capsys.readouterr()
        code = run(list(words))
        return (code, *capsys.readouterr())

    return type_


def golden(name: str, text: str) -> None:
    """The text is that of the file but for digests and versions; `UPDATE_GOLDEN=1` writes it anew."""
    given = _ENGINE.sub("aims_policy", _DIGEST.sub("sha256:…", text)).encode()
    path = CASES / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(given)
    assert given == path.read_bytes()
