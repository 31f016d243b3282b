"""The GitLab job: its script run as the runner runs it, and its artifacts where GitLab looks for them."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.integrations.conftest import BAD, ROOT, needs_bash

TEMPLATE = yaml.safe_load(
    (ROOT / "integrations/gitlab/aims-policy.gitlab-ci.yml").read_text(encoding="utf-8")
)
JOB = TEMPLATE["aims_policy"]
pytestmark = needs_bash


def run(project: Any, **variables: str) -> Any:
    """The lines of `script` one after the other in one shell that stops at the first that fails.

    The environment is made beforehand: that pip installs the engine is tested where the action does it.
    """
    project.installed_here("aims_policy")
    making, *rest = JOB["script"]
    assert making == 'python3 -m venv "$CI_BUILDS_DIR/aims_policy"'
    script = "\n".join(["set -eo pipefail", *rest])
    given = {
        **TEMPLATE["variables"],
        "CI_PROJECT_DIR": str(project.folder),
        "CI_BUILDS_DIR": str(project.temporary),
    }
    return project.run("bash", "-c", script, **{**given, **variables})


def artifact(project: Any, name: str) -> str:
    return str((project.folder / JOB["artifacts"]["reports"][name]).read_text(encoding="utf-8"))


def test_a_pass(project: Any) -> None:
    ran = run(project)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(artifact(project, "codequality")) == []


def test_a_fail_leaves_its_artifacts(project: Any) -> None:
    project.write("inventory/few.yaml", BAD)
    ran = run(project)
    assert ran.returncode == 1, ran.stderr
    [issue] = json.loads(artifact(project, "codequality"))
    assert issue["location"] == {"path": "inventory/few.yaml", "lines": {"begin": 3}}
    suites = list(ElementTree.fromstring(artifact(project, "junit")))  # noqa: S314 - our own output
    assert [s.get("failures") for s in suites] == ["1", "0"]
    assert JOB["artifacts"]["when"] == "always"
    assert JOB["artifacts"]["paths"] == ["aims-policy/"]


def test_variables_say_what_to_decide(project: Any) -> None:
    for name in ("a", "b"):
        project.write(f"{name}/few.yaml", BAD.replace("few", name))
    ran = run(project, AIMS_PATH="a b/few.yaml", AIMS_ENVIRONMENT="staging", AIMS_WORKSPACE=".")
    assert ran.returncode == 1, ran.stderr
    decided = json.loads((project.folder / "aims-policy/decisions.json").read_text(encoding="utf-8"))[
        "decisions"
    ]
    assert [(d["subject"]["name"], d["environment"]) for d in decided] == [("a", "staging"), ("b", "staging")]


@pytest.mark.parametrize(("name", "code"), [("policies/own.yaml", 3), ("inventory/broken.yaml", 4)])
def test_what_is_broken_fails_the_job(project: Any, name: str, code: int) -> None:
    project.write(name, "a: [")
    assert run(project).returncode == code
