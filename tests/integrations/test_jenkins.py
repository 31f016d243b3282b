"""The Jenkinsfile: its shell steps run by sh, with its parameters as variables, as Jenkins gives them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.integrations.conftest import BAD, ROOT, needs_bash

PIPELINE = (ROOT / "integrations/jenkins/Jenkinsfile").read_text(encoding="utf-8")
SCRIPTS = [s.replace("\\\\", "\\") for s in re.findall(r"sh '''(.*?)'''", PIPELINE, re.DOTALL)]
PARAMETERS = dict(re.findall(r"string\(name: '(\w+)', defaultValue: '([^']*)'", PIPELINE))
pytestmark = needs_bash


def run(project: Any, **parameters: str) -> Any:
    project.installed_here("aims_policy")
    install, decide = SCRIPTS
    given = {
        **PARAMETERS,
        **parameters,
        "WORKSPACE": str(project.folder),
        "WORKSPACE_TMP": str(project.temporary),
    }
    without_venv = "\n".join(line for line in install.splitlines() if "-m venv" not in line)
    for script in (without_venv, decide):
        ran = project.run("sh", "-c", script, **given)
        if ran.returncode:
            break
    return ran


def test_a_pass_and_a_fail(project: Any) -> None:
    assert run(project).returncode == 0
    project.write("inventory/few.yaml", BAD)
    ran = run(project)
    assert ran.returncode == 1, ran.stderr
    [used] = re.findall(r"sarif\(.*pattern: '([^']+)'", PIPELINE)
    log = json.loads((project.folder / used).read_text(encoding="utf-8"))
    assert [r["ruleId"] for r in log["runs"][0]["results"]] == ["t/owner"]
    [junit] = re.findall(r"junit testResults: '([^']+)'", PIPELINE)
    assert (project.folder / junit).read_text(encoding="utf-8").startswith("<?xml")


def test_parameters_say_what_to_decide(project: Any) -> None:
    project.write("a/few.yaml", BAD)
    ran = run(project, AIMS_PATH="a/*.yaml a/few.yaml", AIMS_ENVIRONMENT="staging", AIMS_WORKSPACE=".")
    assert ran.returncode == 4, "a pattern is no file: it is not expanded, but said"
    decided = json.loads((project.folder / "aims-policy/decisions.json").read_text(encoding="utf-8"))[
        "decisions"
    ]
    assert [(d["subject"]["name"], d["environment"]) for d in decided] == [("few", "staging")]


@pytest.mark.parametrize(("opening", "closing"), ["{}", "()"])
def test_what_is_opened_is_closed(opening: str, closing: str) -> None:
    assert PIPELINE.count(opening) == PIPELINE.count(closing)
