"""The house: imports point one way, heavy packages stay in the one room that needs them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "aims_policy"

BANDS = [
    {"source", "diagnostics", "limits", "cache", "later"},
    {"catalog"},
    {"manifest", "language"},
    {"policy"},
    {"graph"},
    {"decision"},
    {"authoring", "ledger", "reports", "watching"},
    {"statement"},
    {"api"},
    {"server"},
    {"commands", "__main__"},
]
LEVEL = {room: level for level, rooms in enumerate(BANDS) for room in rooms}
# What only one room may import, and where in it.
OWNED = {
    "rule_engine": {"language"},
    "networkx": {"graph"},
    "pydantic": {"manifest", "policy"},
    "click": {"commands"},
    "starlette": {"server"},
    "uvicorn": {"server"},
    "msgspec": {"server"},
    "prometheus_client": {"server"},
    "model_signing": {"manifest"},
    "sqlalchemy": {"ledger"},
    "psycopg": {"ledger"},
}
FORBIDDEN_NAMES = {"utils", "util", "common", "helpers", "helper", "manager", "base", "misc"}

MODULES = sorted(p for p in PACKAGE.rglob("*.py") if "_data" not in p.parts)


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "aims_policy" and len(parts) > 1 and parts[1] in LEVEL and parts[1] != room:
            assert LEVEL[parts[1]] <= LEVEL[room], f"{room} imports {name}"
            beside = LEVEL[parts[1]] == LEVEL[room]
            assert not beside or {room, parts[1]} <= {"source", "diagnostics"} or room == "__main__", (
                f"{room} imports {name} of its own band"
            )


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_packages_stay_in_their_room(path: Path) -> None:
    for name in imports_of(path):
        owners = OWNED.get(name.split(".")[0])
        assert owners is None or room_of(path) in owners, f"{path} imports {name}"


def test_the_decision_core_does_no_input_or_output() -> None:
    for path in (PACKAGE / "decision").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        assert not called & {"open", "print", "input"}, path
        assert not {i.split(".")[0] for i in imports_of(path)} & {"os", "pathlib", "io", "time", "random"}, (
            path
        )


def test_rooms_are_named_for_what_they_hold() -> None:
    names = {p.stem for p in MODULES} | {p.parent.name for p in MODULES}
    assert not names & FORBIDDEN_NAMES


def test_deciding_imports_nothing_heavy() -> None:
    program = (
        "import sys, aims_policy.policy.load, aims_policy.policy.stored, aims_policy.decision, "
        "aims_policy.manifest.read, "
        "aims_policy.reports.text; "
        "print(sorted({'pydantic', 'rule_engine', 'networkx', 'jsonschema'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
