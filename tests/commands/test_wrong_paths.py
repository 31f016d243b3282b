"""Every option and argument that takes a path, with what is no such path: it is said, and never an error of ours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aims_policy.commands.terminal.failures import run
from aims_policy.server import run as server
from tests.commands.conftest import GOOD, POLICY, WORKSPACE

MISSING, LOST, TOO_LONG, BELOW_A_FILE = "nothing", "no/thing", "x" * 300, "good.yaml/x"
FOLDER, BINARY, EMPTY = "empty-folder", "binary", "empty"
NOT_THERE = (MISSING, LOST, TOO_LONG, BELOW_A_FILE, "")

# The command, `@` being the path; what it may not be; the exit code.
READ: list[tuple[str, tuple[str, ...], int]] = [
    ("evaluate @", (*NOT_THERE, BINARY, EMPTY), 4),
    ("evaluate @", (FOLDER,), 2),
    ("evaluate good.yaml --evidence @", (*NOT_THERE, FOLDER, BINARY, EMPTY), 4),
    ("evaluate good.yaml --signature s --artifact @ --public-key ledger.pub", NOT_THERE, 2),
    ("evaluate good.yaml --signature s --artifact policies --public-key @", (*NOT_THERE, FOLDER), 2),
    ("evaluate good.yaml --root @", (*NOT_THERE, BINARY), 2),
    ("explain t/owner @", (*NOT_THERE, BINARY, EMPTY), 4),
    ("explain t/owner @", (FOLDER,), 2),
    ("convert @", (*NOT_THERE, BINARY, EMPTY), 4),
    ("convert @", (FOLDER,), 2),
    ("survey @", NOT_THERE, 2),
    ("lint @", (*NOT_THERE, BINARY, EMPTY), 4),
    ("lint @", (FOLDER,), 2),
    ("test @", (*NOT_THERE, BINARY, EMPTY), 3),
    ("test @", (FOLDER,), 2),
    ("ledger replay --inputs @", (*NOT_THERE, BINARY), 2),
    ("ledger verify --checkpoint @ --public-key ledger.pub", (*NOT_THERE, FOLDER, BINARY, EMPTY), 2),
    ("ledger verify --checkpoint good.yaml --public-key @", (*NOT_THERE, FOLDER, BINARY, EMPTY), 2),
    ("ledger checkpoint --key @", (*NOT_THERE, FOLDER, BINARY, EMPTY), 2),
    ("watch --once --state @", (TOO_LONG, BELOW_A_FILE, "", FOLDER, BINARY, EMPTY), 2),
    ("watch --once --webhook http://127.0.0.1:9 --webhook-secret @", (*NOT_THERE, FOLDER, EMPTY), 2),
    ("serve --ledger @", ("",), 2),
    ("serve --token-file @", ("",), 2),
    ("serve --token-file @", (MISSING, LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, EMPTY), 3),
    ("serve --tls-cert @ --tls-key ledger.key", (MISSING, LOST, TOO_LONG, FOLDER, BINARY, EMPTY), 3),
]
READ += [
    (f"ledger {question} --ledger @", (*NOT_THERE, FOLDER, "/dev/null"), 2)
    for question in ("list", "verify", "show 1", "export", "replay", "checkpoint --key ledger.key")
]
BUNDLE = [
    "evaluate good.yaml",
    "explain t/owner",
    "controls",
    "watch --once",
    "convert good.yaml",
    "ledger replay",
    "serve",
]
READ += [(f"{one} -w @", (MISSING, LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, EMPTY), 3) for one in BUNDLE]
READ += [(f"{one} -w @", ("",), 2) for one in (*BUNDLE, "lint good.yaml", "test policies", "graph coverage")]
READ += [
    (f"{one} --policy @", (MISSING, LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, EMPTY), 3) for one in BUNDLE
]
READ += [
    (f"{one} --appetite @", (MISSING, LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, EMPTY), 3)
    for one in (*BUNDLE, "lint policies")
]
WRITTEN: list[tuple[str, tuple[str, ...]]] = [
    (f"{one} -o @", (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, ""))
    for one in (
        "evaluate good.yaml",
        "convert good.yaml",
        "survey inventory",
        "graph coverage",
        "ledger export",
        "ledger checkpoint --key ledger.key",
    )
]
WRITTEN += [
    ("new rule OWN.1/x --output-dir @", (TOO_LONG, BELOW_A_FILE, BINARY, "")),
    ("evaluate good.yaml -o sarif:@", (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, "")),
    ("evaluate good.yaml --ledger @", (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, "/dev/null", "")),
    ("serve --ledger @", (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, "/dev/null", "")),
    (
        "ledger keygen --private-key @ --public-key new.pub",
        (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, ""),
    ),
    (
        "ledger keygen --private-key new.key --public-key @",
        (LOST, TOO_LONG, BELOW_A_FILE, FOLDER, BINARY, ""),
    ),
    ("convert good.yaml --output-dir @", (TOO_LONG, BELOW_A_FILE, BINARY, "")),
    ("schema --output-dir @", (TOO_LONG, BELOW_A_FILE, BINARY, "")),
    ("init @", (TOO_LONG, BELOW_A_FILE, BINARY, "")),
    ("init --appetite @", (TOO_LONG, BELOW_A_FILE, BINARY, "")),
]
CASES = [*READ, *((command, wrong, 2) for command, wrong in WRITTEN)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a ledger and keys, which no mistake changes."""
    found = tmp_path_factory.mktemp("wrong-paths")
    texts = {
        "aims.yaml": WORKSPACE,
        "policies/own.yaml": POLICY,
        "inventory/loans.yaml": GOOD,
        "good.yaml": GOOD,
    }
    for name, text in texts.items():
        (found / name).parent.mkdir(exist_ok=True)
        (found / name).write_text(text, encoding="utf-8")
    (found / BINARY).write_bytes(bytes(range(256)))
    (found / EMPTY).touch()
    (found / FOLDER).mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(found)
        patched.setenv("AIMS_CACHE_DIR", str(found / ".cache"))
        assert run(["ledger", "keygen"]) == 0
        assert run(["evaluate", "good.yaml", "--ledger", "l.db"]) == 0
    return found


@pytest.mark.parametrize(("command", "wrong", "code"), CASES, ids=[f"{c[0]} {c[2]}" for c in CASES])
def test_a_path_that_is_wrong_is_the_users_mistake(
    command: str,
    wrong: tuple[str, ...],
    code: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("AIMS_CACHE_DIR", str(folder / ".cache"))
    monkeypatch.setattr(server, "run", lambda *_: 0)  # which would wait for requests
    if command.startswith("ledger ") and "--ledger" not in command:
        monkeypatch.setenv("AIMS_LEDGER", "l.db")
    before = state(folder)
    for path in wrong:
        ended = run([word.replace("@", path) for word in command.split()])
        out, err = capsys.readouterr()
        assert (ended, "internal error" in err, bool(out + err)) == (code, False, True), (path, out, err)
        assert state(folder) == before, path


def state(folder: Path) -> dict[str, Any]:
    """Every file but the cache and what SQLite keeps beside a ledger while it is open."""
    return {
        str(file.relative_to(folder)): file.read_bytes() if file.is_file() else None
        for file in sorted(folder.rglob("*"))
        if ".cache" not in file.parts and not file.name.startswith("l.db-")
    }
