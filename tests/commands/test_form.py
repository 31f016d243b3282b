"""From a failing decision to the form for it, as the report says, and from the form to a pass."""

from __future__ import annotations

import re
import shlex
from typing import Any

from tests.commands.conftest import GOOD

BARE = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: bare}\n"


def steps(report: str) -> list[str]:
    """What stands under `Next`, each step on one line."""
    block = report.partition("\nNext\n")[2].partition("\n\n")[0]
    return [" ".join(step.split()) for step in re.split(r"^  \d+\.  ", block, flags=re.MULTILINE)[1:]]


def test_the_steps_of_the_report_lead_to_a_pass(aims: Any) -> None:
    ran = aims("evaluate", aims.write("bare.yaml", BARE))
    tier, form = steps(ran.out)
    assert "risk.tier" in tier
    command = shlex.split(form.split("`")[1].replace("TIER", "limited"))
    assert command == [
        "aims",
        "convert",
        "bare.yaml",
        "--for-decision",
        "--tier",
        "limited",
        "-o",
        "form-bare.yaml",
    ]
    assert aims(*command[1:]).code == 0
    text = (aims.folder / "form-bare.yaml").read_text(encoding="utf-8")
    assert text.startswith(
        "# For a decision in production at tier limited: 2 values to write in the place of TODO;"
    )
    assert "    tier: limited  # as given with --tier\n" in text
    assert "records: TODO  # Number of records; whole number, at least 0; at least 200 (t/records)\n" in text
    assert aims("evaluate", "form-bare.yaml").code == 1, "a form is no evidence"
    filled = text.replace("records: TODO", "records: 500").replace("owner: TODO", "owner: Ada")
    assert "TODO\n" not in filled and "stage" not in filled, "no rule here reads the stage"
    assert aims("evaluate", aims.write("filled.yaml", filled)).code == 0


def test_the_form_of_what_passes_says_that_nothing_is_to_be_written(aims: Any) -> None:
    file = aims.write("good.yaml", GOOD.replace("spec:", "spec:\n  lifecycle: {stage: production}"))
    ran = aims("convert", file, "--for-decision")
    assert ran.code == 0
    assert ran.out.startswith(
        "# For a decision in production at tier high: nothing is to be written; no rule denies."
    )
    assert "TODO" not in ran.out and "from good.yaml" not in ran.out
    assert steps(aims("evaluate", file).out) == []


def test_it_is_for_the_environment_and_the_time_that_are_asked_for(aims: Any) -> None:
    file = aims.write("bare.yaml", BARE + "spec: {risk: {tier: high}, lifecycle: {stage: staging}}\n")
    [form] = steps(aims("evaluate", file, "-e", "staging").out)
    assert "`aims convert bare.yaml --for-decision -e staging -o form-bare.yaml`" in form
    staging = aims("convert", file, "--for-decision", "-e", "staging")
    assert "2 values" in staging.out and "1 rule denies" in staging.out, "records only warn in staging"


def test_what_must_change_and_what_others_must_bring_stand_at_its_head(aims: Any) -> None:
    few = aims.write("few.yaml", BARE + "spec: {risk: {tier: high}, content: {records: 3}}\n")
    assert "# To change, not to add: t/records: Collect more." in aims("convert", few, "--for-decision").out
    datasets = "spec: {training_data: {datasets: [{ref: loans}, {ref: gone}]}}\n"
    model = BARE.replace("Dataset", "Model") + datasets
    head = aims("convert", aims.write("m.yaml", model), "--for-decision").out
    assert "# Built from what no manifest here describes: dataset/gone.\n" in head
    assert "No `risk.tier` is declared" in head


def test_a_tier_without_a_form_and_a_form_in_json_are_refused(aims: Any) -> None:
    file = aims.write("bare.yaml", BARE)
    for options, said in (
        (("--tier", "high"), "--for-decision"),
        (("--for-decision", "--format", "json"), "a form is YAML"),
        (("--for-decision", "--tier", "huge"), "'minimal', 'limited', 'high', 'critical'"),
    ):
        ran = aims("convert", file, *options)
        assert ran.code == 2 and said in ran.err, ran


REPORT = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: other, owner: Ada}\nspec: {content: {records: 5000}}\n"


def test_what_a_report_gives_is_listed_and_not_asked_for(aims: Any) -> None:
    given = "spec: {risk: {tier: high}, lifecycle: {stage: production}}\n"
    file = aims.write("cards/bare.yaml", BARE.replace("bare}", "bare, owner: Ada}") + given)
    report = aims.write("reports/counted.yaml", REPORT)
    options = ("--evidence", f"dataset/bare={report}", "-o", "cards/full.yaml")
    assert aims("evaluate", file).code == 1
    assert aims("convert", file, "--for-decision", *options).code == 0
    text = (aims.folder / "cards" / "full.yaml").read_text(encoding="utf-8")
    assert '  evidence:\n    - file: "../reports/counted.yaml"\n      asset: other\n' in text
    assert "TODO" not in text and "records" not in text, "a report's result stays in the report"


def test_evidence_on_something_else_makes_no_form(aims: Any) -> None:
    ran = aims(
        "convert",
        aims.write("bare.yaml", BARE),
        "--evidence",
        aims.write("other.yaml", REPORT),
        "-o",
        "f.yaml",
    )
    assert ran.code == 4 and "other-asset" in ran.err, ran
    assert not (aims.folder / "f.yaml").exists()
