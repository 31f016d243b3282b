"""The files of the integrations are what their platforms take, by the schemas that are published for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.integrations.conftest import ROOT

FILES = {
    "integrations/github/action.yml": "vendor.github-actions",
    "integrations/github/workflow.yml": "vendor.github-workflows",
    "integrations/gitlab/aims-policy.gitlab-ci.yml": "vendor.gitlab-ci",
}


@pytest.mark.parametrize("file", FILES)
def test_valid(file: str) -> None:
    command = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", FILES[file], str(ROOT / file))
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
