"""`docs/statement-of-applicability.md` shows what can be written, and names what is there."""

from __future__ import annotations

import json
import re
from typing import get_args

from aims_policy.authoring import checks
from aims_policy.commands.gap import command
from aims_policy.manifest.models.vocabulary import DocumentedInformation
from aims_policy.policy.documents.models import ControlDecision
from aims_policy.policy.documents.statement import read_statement
from aims_policy.source import parse_yaml
from aims_policy.statement.grouping import WAYS
from aims_policy.statement.standing import NOT_ASSESSED, STATES
from tests.commands.conftest import ROOT
from tests.statement.conftest import DATE, Typed

PAGE = (ROOT / "docs" / "statement-of-applicability.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """What stands in the first column of the table below a heading of it."""
    table = PAGE.partition(f"| {heading} |")[2].partition("\n\n")[0]
    return [
        name
        for cell in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for name in re.findall(r"`(\w[\w-]*)`", cell)
    ]


def test_the_statement_that_it_shows_is_well_formed() -> None:
    [block] = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "kind: Statement" in b]
    [document] = parse_yaml(block, "page.yaml")
    said = read_statement(document)
    assert [choice.applicable for choice in said.controls] == [True, False]
    assert said.approver and said.approved_on is not None and said.risk_treatment_plan


def test_documents_that_it_names_are_known() -> None:
    held = {own for found in re.findall(r"holds: \[(.*?)\]", PAGE) for own in found.split(", ")}
    assert held and held <= set(get_args(DocumentedInformation))


def test_its_tables_name_what_there_is() -> None:
    folder = ROOT / "aims_policy" / "authoring" / "checks"
    mine = {
        n for n in checks.names() if "pack.statements" in (folder / f"{n.replace('-', '_')}.py").read_text()
    }
    assert set(rows("code | what")) == mine
    assert set(rows("status | means")) == {*STATES, NOT_ASSESSED}
    assert set(rows("field | says")) >= set(ControlDecision.model_fields) - {"title"}


def test_kinds_of_gaps_are_those_that_it_names(typed: Typed) -> None:
    gaps = json.loads(typed("gap", "--date", DATE, "--format", "json")[1])["gaps"]
    assert {gap["kind"] for gap in gaps} == set(rows("kind of gap | what")) - {"unread"}


def test_fields_of_the_json_are_those_that_it_names(typed: Typed) -> None:
    section = PAGE.partition("## JSON")[2]
    named = set(re.findall(r"`(\w+)`", section))
    soa = json.loads(typed("soa", "--date", DATE, "--format", "json")[1])
    gap = json.loads(typed("gap", "--date", DATE, "--format", "json")[1])
    shown = {*soa["controls"][0], *gap["gaps"][0], *gap["documents"][0], *gap["gaps"][0]["answers"][0]}
    assert shown <= named, shown - named


def test_the_ways_to_tell_gaps_are_those_of_the_command_and_of_the_page() -> None:
    [option] = [parameter for parameter in command.params if parameter.name == "by"]
    assert tuple(getattr(option.type, "choices", ())) == WAYS
    told = PAGE.partition("`--by control`")[2].partition("`--check`")[0]
    assert set(WAYS) - {"control"} <= set(re.findall(r"`(\w+)`", told))
