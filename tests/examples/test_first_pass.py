"""The walk of `docs/first-pass.md`: every command runs as it is written, and the form, filled in, is a pass."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from aims_policy.source import parse_yaml, read_file
from tests.authoring.test_form import filled
from tests.commands.conftest import ROOT, Aims

PAGE = (ROOT / "docs" / "first-pass.md").read_text(encoding="utf-8")
DAY = "2026-11-24"


@pytest.fixture
def walk(tmp_path: Path) -> Aims:
    shutil.copytree(ROOT / "examples" / "first-pass", tmp_path, dirs_exist_ok=True)
    return Aims(tmp_path)


def test_every_command_of_the_page_runs_as_it_is_written(walk: Aims) -> None:
    told = re.findall(r"^(aims .*?)(?: +# exit code (\d))?$", PAGE, re.MULTILINE)
    assert len(told) == 4
    said = [walk(*shlex.split(command)[1:]) for command, _ in told]
    assert [ran.code for ran in said] == [int(code or 0) for _, code in told], said
    assert "\nNext\n  1.  Say in risk.tier" in said[0].out
    assert "4 manifests: 4 pass, 0 fail" in said[2].out
    quoted = PAGE.rpartition("```\n# To change")[2].partition("```")[0]
    assert " ".join(quoted.replace("#", "").split()) in " ".join(said[3].out.replace("#", "").split())


def test_the_page_shows_the_form_and_the_override_as_they_are(walk: Aims) -> None:
    form = walk("convert", "README.md", "--for-decision", "--tier", "minimal", "--at", DAY).out
    shown = PAGE.partition("  risk:\n")[2].partition("```")[0]
    for line in shown.splitlines():
        assert line.removesuffix(" (…)") in form
    override = PAGE.partition("overrides:\n")[2].partition("```")[0]
    assert override in (walk.folder / "aims.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("tier", "values"), re.findall(r"^\| (\w+) \| (\d+) \|$", PAGE, re.MULTILINE))
def test_the_page_counts_what_a_tier_asks(walk: Aims, tier: str, values: str) -> None:
    form = walk("convert", "README.md", "--for-decision", "--tier", tier, "--at", DAY).out
    assert form.startswith(f"# For a decision in production at tier {tier}: {values} values to write")


def test_the_form_of_the_card_filled_in_is_a_pass(walk: Aims) -> None:
    file = walk.folder / "inventory" / "ticket-router.yaml"
    truth = read_file(file)[0].value
    file.unlink()
    blank = walk("convert", "README.md", "--for-decision", "--tier", "minimal", "--at", DAY).out
    [document] = parse_yaml(blank, "form.yaml")
    walk.write("inventory/router.json", json.dumps(filled(document.value, truth), default=float))
    ran = walk("evaluate", "inventory/router.json", "--at", DAY)
    assert ran.code == 0, ran
    assert "none of 60 findings denies" in ran.out


def test_without_what_the_organization_says_of_the_published_model_nothing_passes(walk: Aims) -> None:
    workspace = (walk.folder / "aims.yaml").read_text(encoding="utf-8")
    walk.write("aims.yaml", workspace.partition("overrides:")[0])
    decisions = json.loads(walk("evaluate", "--at", DAY, "--format", "json").out)["decisions"]
    verdicts: dict[str, Any] = {d["subject"]["name"]: d["verdict"] for d in decisions}
    assert {name for name, verdict in verdicts.items() if verdict == "fail"} == {
        "distilbert-base-uncased",
        "ticket-router",
    }
