"""The cache of compiled bundles: never wrong, never trusted when somebody else could have written it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import aims_policy
from aims_policy import cache
from aims_policy.policy import fingerprint, load
from aims_policy.policy.building import build
from aims_policy.policy.building import entries as entries_of_workspaces
from aims_policy.policy.load import load_bundle
from aims_policy.policy.shipped import appetite_file
from aims_policy.source import Document, read_file

POLICY = """apiVersion: aims/v1
kind: Policy
metadata: {name: p}
rules:
  - id: t/one
    controls: [A.7.5]
    title: A rule
    applies_to: [Dataset]
    require: content.records > 1
    severity: high
    rationale: Because.
    remediation: Mend it.
"""
WORKSPACE = "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: w}\npolicies: [policies]\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIMS_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "one.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "aims.yaml").write_text(WORKSPACE, encoding="utf-8")
    return tmp_path


def entries(workspace: Path) -> list[Path]:
    return sorted((workspace / "cache").glob("*.bundle"))


def test_a_cached_bundle_is_the_built_one(workspace: Path) -> None:
    built, cached = load_bundle(workspace=workspace), load_bundle(workspace=workspace)
    assert len(entries(workspace)) == 1
    assert (built.digest, built.rules, built.notices) == (cached.digest, cached.rules, cached.notices)
    assert built.expressions("t/one", "Dataset") == cached.expressions("t/one", "Dataset")


def test_a_cached_bundle_needs_no_compiler(workspace: Path) -> None:
    load_bundle(workspace=workspace)
    program = (
        "import sys; from aims_policy.policy.load import load_bundle; "
        f"load_bundle(workspace={str(workspace)!r}); "
        "print(sorted({'rule_engine', 'pydantic', 'yaml'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    again = [sys.executable, "-c", program]
    subprocess.run(again, cwd=workspace, env=environment, check=True, capture_output=True)
    ran = subprocess.run(again, cwd=workspace, env=environment, check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "[]"


def test_a_changed_policy_is_noticed(workspace: Path) -> None:
    before = load_bundle(workspace=workspace)
    file = workspace / "policies" / "one.yaml"
    file.write_text(POLICY.replace("records > 1", "records > 2"), encoding="utf-8")
    after = load_bundle(workspace=workspace)
    assert before.digest != after.digest
    assert after.rules[0].require == "content.records > 2"


def test_a_new_policy_file_is_noticed(workspace: Path) -> None:
    assert len(load_bundle(workspace=workspace).rules) == 1
    (workspace / "policies" / "two.yaml").write_text(POLICY.replace("t/one", "t/two"), encoding="utf-8")
    assert len(load_bundle(workspace=workspace).rules) == 2


def test_a_new_workspace_above_is_noticed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace / "deep" / "down"
    folder.mkdir(parents=True)
    (workspace / "aims.yaml").rename(workspace / "away.yaml")
    monkeypatch.chdir(folder)
    assert load_bundle().name == "iso42001"
    (workspace / "away.yaml").rename(workspace / "aims.yaml")
    assert load_bundle().name == "w"


def test_a_new_workspace_nearer_by_is_noticed(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = workspace / "deep" / "down"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert load_bundle().name == "w"
    (folder.parent / "aims.yaml").write_text(
        WORKSPACE.replace("name: w", "name: nearer").replace("[policies]", "[iso42001]"), encoding="utf-8"
    )
    assert load_bundle().name == "nearer"


@pytest.mark.parametrize("by_workspace", [True, False], ids=["of a workspace", "of a caller"])
def test_a_folder_called_as_the_shipped_pack_is_noticed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, by_workspace: bool
) -> None:
    (workspace / "aims.yaml").write_text(WORKSPACE.replace("[policies]", "[iso42001]"), encoding="utf-8")
    shipped = workspace / "shipped" / "few.yaml"  # in the place of the pack, which takes a while to build
    shipped.parent.mkdir()
    shipped.write_text(POLICY.replace("t/one", "t/shipped"), encoding="utf-8")
    monkeypatch.setattr(entries_of_workspaces, "pack_folder", lambda: shipped.parent)
    monkeypatch.chdir(workspace)

    def ids() -> list[str]:
        bundle = load_bundle() if by_workspace else load_bundle(policies=["iso42001"])
        return [rule.id for rule in bundle.rules]

    assert ids() == ["t/shipped"]
    (workspace / "policies").rename(workspace / "iso42001")
    assert ids() == ["t/one"]
    (workspace / "iso42001").rename(workspace / "policies")
    assert ids() == ["t/shipped"]


@pytest.mark.parametrize("by_workspace", [True, False], ids=["of a workspace", "of a caller"])
def test_a_file_called_as_the_shipped_appetite_is_noticed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, by_workspace: bool
) -> None:
    monkeypatch.chdir(workspace)
    own = appetite_file().read_text(encoding="utf-8").replace("name: default", "name: own", 1)

    def name() -> str:
        return load_bundle(appetite=None if by_workspace else "default").appetite.name

    assert name() == "default"
    (workspace / "default").mkdir()  # no appetite is a folder
    assert name() == "default"
    (workspace / "default").rmdir()
    (workspace / "default").write_text(own, encoding="utf-8")
    assert name() == "own"
    (workspace / "default").unlink()
    assert name() == "default"


def test_a_folder_that_stands_where_a_workspace_would_is_no_reason_to_build_anew(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = workspace / "deep"
    (folder / "aims.yaml").mkdir(parents=True)
    monkeypatch.chdir(folder)
    load_bundle()
    monkeypatch.setattr(load, "_build", lambda _: pytest.fail("built anew"))
    assert load_bundle().name == "w"


def test_a_policy_that_is_written_while_it_is_read_is_read_again(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = workspace / "policies" / "one.yaml"

    def read_and_changed(path: str, **more: Any) -> list[Document]:
        documents = read_file(path, **more)
        file.write_text(POLICY.replace("records > 1", "records > 2"), encoding="utf-8")
        return documents

    with monkeypatch.context() as patched:
        patched.setattr(build, "read_file", read_and_changed)
        assert load_bundle(workspace=workspace).rules[0].require == "content.records > 1"
    assert load_bundle(workspace=workspace).rules[0].require == "content.records > 2"


def test_what_builds_a_bundle_is_told_from_an_engine_that_was_changed() -> None:
    """A cached bundle is that of the very code that would build it: every module that takes part counts."""
    program = (
        "import sys, aims_policy.policy.building.build; "
        "print(*(m.__file__ for n, m in sys.modules.items() if n.split('.')[0] == 'aims_policy'), sep='\\n')"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    package = Path(aims_policy.__file__).parent
    rooms = {Path(file).parent.relative_to(package).as_posix() for file in ran.stdout.split()}
    assert "policy/building" in rooms
    assert {"" if room == "." else room for room in rooms} <= set(fingerprint.ROOMS)


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty"])
def test_a_damaged_entry_is_rebuilt(workspace: Path, damage: str) -> None:
    digest = load_bundle(workspace=workspace).digest
    [entry] = entries(workspace)
    data = bytearray(entry.read_bytes())
    if damage == "flipped":
        data[len(data) // 2] ^= 1
    entry.write_bytes({"truncated": bytes(data[:-10]), "flipped": bytes(data), "empty": b""}[damage])
    assert load_bundle(workspace=workspace).digest == digest


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="modes are a matter of POSIX")
def test_an_entry_that_others_may_write_is_not_trusted(workspace: Path) -> None:
    load_bundle(workspace=workspace)
    [entry] = entries(workspace)
    assert cache.load(entry.stem, cache.BUNDLE) is not None
    entry.chmod(0o666)
    assert cache.load(entry.stem, cache.BUNDLE) is None
    entry.chmod(0o600)
    entry.parent.chmod(0o777)
    assert cache.load(entry.stem, cache.BUNDLE) is None


def test_a_cache_that_cannot_be_written_is_no_error(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = workspace / "a-file"
    file.write_text("", encoding="utf-8")
    monkeypatch.setenv("AIMS_CACHE_DIR", str(file / "below"))
    assert len(load_bundle(workspace=workspace).rules) == 1


def test_no_cache_leaves_no_trace(workspace: Path) -> None:
    load_bundle(workspace=workspace, cache=False)
    assert not entries(workspace)
