"""A project that uses the engine, and the shells of the platforms. What installs from an index is skipped offline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What pip needs of the repository, and what pre-commit does.
SHIPPED = (
    "aims_policy",
    "policies",
    "schemas",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    ".pre-commit-hooks.yaml",
)
needs_index = pytest.mark.skipif(
    os.environ.get("AIMS_OFFLINE") == "1", reason="AIMS_OFFLINE=1: there is no package index"
)
needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")

WORKSPACE = """\
apiVersion: aims/v1
kind: Workspace
metadata: {name: acme}
policies: [policies]
inventory: [inventory]
"""
POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: own}
rules:
  - id: t/owner
    controls: [A.3.2]
    title: Somebody owns it
    applies_to: [Model, Dataset]
    require: metadata.owner != ""
    severity: high
    rationale: Nobody can be asked.
    remediation: Fill in metadata.owner.
"""
POLICY_TEST = """\
apiVersion: aims/v1
kind: PolicyTest
policy: own.yaml
manifests:
  m: {apiVersion: aims/v1, kind: Model, metadata: {name: a, owner: b}}
tests:
  - {name: somebody owns it, rule: t/owner, manifest: m, expect: pass}
"""
GOOD = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: loans, owner: Ada}\n"
BAD = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: few}\n"


class Project:
    """A repository of manifests, and an environment in which no setting of the user's own counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        kept = {
            k: v
            for k, v in os.environ.items()
            if not k.startswith(("GIT_", "GITHUB_", "CI", "AIMS_", "COV_"))
        }
        self.environment = {**kept, "AIMS_CACHE_DIR": str(folder / "cache"), "PYTHON": sys.executable}
        self.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        for name, text in (
            ("aims.yaml", WORKSPACE),
            ("policies/own.yaml", POLICY),
            ("inventory/good.yaml", GOOD),
        ):
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def installed_here(self, name: str) -> Path:
        """An environment in which the engine is what is tested here, instead of one that pip would fill."""
        folder = self.temporary / name
        if not folder.exists():
            (folder / "bin").mkdir(parents=True)
            for tool in ("python", "aims"):
                launcher = folder / "bin" / tool
                module = " -m aims_policy" if tool == "aims" else ""
                launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}"{module} "$@"\n', encoding="utf-8")
                launcher.chmod(0o755)
        return folder


@pytest.fixture
def project(tmp_path: Path) -> Any:
    return Project(tmp_path)


def repository(source: Path, names: tuple[str, ...], target: Path) -> None:
    """A git repository with a commit of some of a folder's files."""
    target.mkdir(parents=True, exist_ok=True)
    for name in names:
        origin = source / name
        ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
        if origin.is_dir():
            shutil.copytree(origin, target / name, ignore=ignored)
        else:
            shutil.copy(origin, target / name)
    commit(target)


def commit(folder: Path) -> None:
    """Everything in the folder, as one more commit."""
    who = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "--allow-empty", "-m", "x")):
        subprocess.run(("git", *command), cwd=folder, check=True, capture_output=True, timeout=60)
