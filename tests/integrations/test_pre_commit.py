"""The hooks, run by pre-commit itself: installed from a repository like this one into a project of manifests."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import pytest
import yaml

from tests.integrations.conftest import BAD, POLICY_TEST, ROOT, SHIPPED, commit, needs_index, repository

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def test_the_manifest_is_valid(project: Any) -> None:
    ran = project.run(
        sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")
    )
    assert ran.returncode == 0, ran.stdout
    assert [h["id"] for h in HOOKS] == ["aims-evaluate", "aims-lint", "aims-test"]


@needs_index
def test_hooks_run_in_a_repository(project: Any) -> None:
    engine = project.temporary / "engine"
    repository(ROOT, SHIPPED, engine)
    project.write("policies/own.test.yaml", POLICY_TEST)
    commit(project.folder)
    passed = tried(project, engine)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert passed.stdout.count("Passed") == len(HOOKS)
    project.write("inventory/few.yaml", BAD)
    project.write(
        "policies/own.yaml", (project.folder / "policies/own.yaml").read_text() + "    colour: red\n"
    )
    commit(project.folder)
    failed = tried(project, engine)
    assert failed.returncode == 1
    assert "unknown-field" in failed.stdout, failed.stdout
    assert "exit code: 3" in failed.stdout


def tried(project: Any, engine: Any) -> Any:
    home = str(project.temporary / "pre-commit")
    command = (sys.executable, "-m", "pre_commit", "try-repo", str(engine), "--all-files", "--color", "never")
    return project.run(*command, PRE_COMMIT_HOME=home)
