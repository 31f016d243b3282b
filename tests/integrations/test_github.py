"""The composite action: its steps run by bash as the runner runs them, with the variables that GitHub documents."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integrations.conftest import BAD, ROOT, needs_bash, needs_index

ACTION = yaml.safe_load((ROOT / "integrations/github/action.yml").read_text(encoding="utf-8"))
STEPS = {step["id"]: step for step in ACTION["runs"]["steps"] if "id" in step}
pytestmark = needs_bash


class Step:
    """What a step did: its exit code, its log, its outputs and the job summary."""

    def __init__(self, project: Any, name: str, **inputs: str) -> None:
        files = {n: project.temporary / n for n in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("", encoding="utf-8")
        script = project.temporary / "script.sh"
        script.write_text(STEPS[name]["run"], encoding="utf-8")
        ran = project.run(
            *("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)),
            RUNNER_TEMP=str(project.temporary),
            GITHUB_WORKSPACE=str(project.folder),
            GITHUB_ACTION_PATH=str(ROOT / "integrations" / "github"),
            **{k: str(v) for k, v in files.items()},
            **environment(name, project, inputs),
        )
        self.code, self.log, self.messages = ran.returncode, ran.stdout, ran.stderr
        lines = files["GITHUB_OUTPUT"].read_text(encoding="utf-8").splitlines()
        self.outputs = dict(line.split("=", 1) for line in lines)
        self.summary = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")


def environment(name: str, project: Any, inputs: dict[str, str]) -> dict[str, str]:
    """The step's `env`, its expressions filled in from the inputs and their defaults."""

    def filled(expression: re.Match[str]) -> str:
        source, _, key = expression[1].partition(".")
        if source == "inputs":
            return str(inputs.get(key, ACTION["inputs"][key]["default"]))
        assert expression[1] == "steps.python.outputs.python-path"
        return str(project.environment["PYTHON"])

    given = STEPS[name].get("env", {})
    return {k: re.sub(r"\$\{\{\s*([\w.-]+)\s*\}\}", filled, v) for k, v in given.items()}


def decide(project: Any, **inputs: str) -> Step:
    project.installed_here("aims_policy")
    return Step(project, "evaluate", **inputs)


def test_a_pass(project: Any) -> None:
    step = decide(project)
    assert (step.code, step.outputs["verdict"], step.outputs["exit-code"]) == (0, "pass", "0"), step.messages
    assert step.summary.startswith("## ✅")
    assert "::" not in step.log


def test_a_fail_has_annotations_a_summary_and_all_reports(project: Any) -> None:
    project.write("inventory/few.yaml", BAD)
    step = decide(project)
    assert (step.code, step.outputs["verdict"]) == (1, "fail"), step.messages
    assert "::error col=" in step.log
    assert "file=inventory/few.yaml,line=3" in step.log
    assert step.summary.startswith("## ❌")
    log = json.loads(Path(step.outputs["sarif"]).read_text(encoding="utf-8"))
    assert log["runs"][0]["results"][0]["ruleId"] == "t/owner"
    for name in ("markdown", "junit", "json"):
        assert Path(step.outputs[name]).stat().st_size > 0


def test_a_fail_need_not_fail_the_step(project: Any) -> None:
    project.write("inventory/few.yaml", BAD)
    step = decide(project, fail="false")
    assert (step.code, step.outputs["verdict"]) == (0, "fail")


@pytest.mark.parametrize("fail", ["true", "false"])
def test_what_cannot_be_read_always_fails_the_step(project: Any, fail: str) -> None:
    project.write("inventory/broken.yaml", "a: [")
    step = decide(project, fail=fail)
    assert (step.code, step.outputs["verdict"]) == (4, "fail")
    assert "file=inventory/broken.yaml" in step.log
    assert "| inventory/broken.yaml:1:" in step.messages


def test_a_wrong_policy_is_said_and_leaves_no_outputs(project: Any) -> None:
    project.write("policies/own.yaml", "a: [")
    step = decide(project, fail="false")
    assert (step.code, step.outputs) == (3, {"verdict": "", "exit-code": "3"})
    assert "::error title=aims_policy::Nothing was decided (exit code 3)" in step.log


def test_paths_environment_and_workspace(project: Any) -> None:
    project.write("cards/a b.yaml", BAD)
    project.write("-odd.yaml", BAD.replace("few", "odd"))
    step = decide(project, path="cards\n\n-odd.yaml\n", environment="staging", workspace=".")
    decided = json.loads(Path(step.outputs["json"]).read_text(encoding="utf-8"))["decisions"]
    assert [d["subject"]["file"] for d in decided] == ["cards/a b.yaml", "-odd.yaml"]
    assert {d["environment"] for d in decided} == {"staging"}


def test_no_file_name_becomes_a_command(project: Any) -> None:
    project.write("::stop-commands::x.yaml", "a: [")
    project.write("##[error]x.yaml", "a: [")
    step = decide(project, path="::stop-commands::x.yaml\n##[error]x.yaml")
    assert step.code == 4
    for line in (step.log + step.messages).splitlines():
        assert not line.lstrip().startswith("::stop")
        assert "##[" not in line


@needs_index
def test_it_installs_what_stands_beside_the_action(project: Any) -> None:
    step = Step(project, "install")
    assert step.code == 0, step.messages
    assert step.log.startswith("aims_policy 0.")
    project.write("inventory/few.yaml", BAD)
    decided = Step(project, "evaluate", environment="development")
    assert (decided.code, decided.outputs["verdict"]) in {(0, "pass"), (1, "fail")}, decided.messages
    shipped = Step(project, "evaluate", workspace="", path="inventory/few.yaml")
    assert (shipped.code, shipped.outputs["verdict"]) == (1, "fail")


def test_a_version_is_taken_from_the_index(project: Any) -> None:
    launcher = project.temporary / "python"
    make = 'mkdir -p "$3/bin"; for tool in python aims; do cp "$0" "$3/bin/$tool"; done'
    launcher.write_text(f'#!/bin/sh\nif [ "$2" = venv ]; then {make}; fi\necho "$@"\n', encoding="utf-8")
    launcher.chmod(0o755)
    project.environment["PYTHON"] = str(launcher)
    step = Step(project, "install", version="0.1.0")
    assert step.log.splitlines()[1].endswith(" aims-policy[signing]==0.1.0")


def test_inputs_reach_the_shell_only_as_variables() -> None:
    assert not [s["name"] for s in ACTION["runs"]["steps"] if "${{" in s.get("run", "")]


def test_outputs_and_inputs_are_those_that_the_steps_use() -> None:
    text = (ROOT / "integrations/github/action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])
    written = set(re.findall(r'echo "([\w-]+)=', STEPS["evaluate"]["run"]))
    assert written == set(ACTION["outputs"])


def test_the_example_uses_inputs_and_outputs_that_there_are() -> None:
    workflow = yaml.safe_load((ROOT / "integrations/github/workflow.yml").read_text(encoding="utf-8"))
    steps = workflow["jobs"]["decide"]["steps"]
    [used] = [s for s in steps if "integrations/github" in s.get("uses", "")]
    assert set(used["with"]) <= set(ACTION["inputs"])
    named = set(re.findall(r"steps\.aims\.outputs\.([\w-]+)", str(steps)))
    assert named <= set(ACTION["outputs"])
