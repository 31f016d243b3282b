"""Lint of a Statement of Applicability: each check against one that has the fault and one that has not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from aims_policy.authoring.lint import Linted, lint
from aims_policy.catalog import controls
from aims_policy.diagnostics import Diagnostic

WORKSPACE = {"policies": ["p.yaml"], "inventory": ["inventory"], "statement": "statement.yaml"}
RULE = {
    "id": "A.10.3/owned",
    "controls": ["A.10.3"],
    "title": "Somebody owns it",
    "applies_to": ["Dataset"],
    "require": 'metadata.owner != ""',
    "severity": "high",
    "rationale": "r",
    "remediation": "f",
}
MINE = {
    "unapproved-statement",
    "unjustified-choice",
    "undecided-control",
    "same-justification",
    "excluded-and-enforced",
}


def linted(
    folder: Path, entries: list[dict[str, Any]], *, rule: Any = (), workspace: Any = (), **head: Any
) -> Linted:
    statement = {"approver": "Ada", "approved_on": "2026-02-20", "controls": entries} | head
    files = {
        "aims.yaml": {"kind": "Workspace", "metadata": {"name": "w"}, **WORKSPACE, **dict(workspace)},
        "p.yaml": {"kind": "Policy", "metadata": {"name": "p"}, "rules": [RULE | dict(rule)]},
        "inventory/d.yaml": {"kind": "Dataset", "metadata": {"name": "loans", "owner": "Eva"}},
        "statement.yaml": {"kind": "StatementOfApplicability", "metadata": {"name": "s"}, **statement},
    }
    (folder / "inventory").mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(yaml.safe_dump({"apiVersion": "aims/v1", **content}), encoding="utf-8")
    return lint([(str(folder / name), True) for name in files])


def found(made: Linted) -> list[Diagnostic]:
    return [d for d in made.policies if d.code in MINE]


def entry(control: str, **more: Any) -> dict[str, Any]:
    return {
        "control": control,
        "applicable": True,
        "justification": f"What {control} asks for happens here.",
    } | more


def complete(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry(control, **changed.get(control.replace(".", "_"), {})) for control in controls()]


EXCLUDED = {"applicable": False, "justification": "Nothing is bought from anybody here."}


def test_a_complete_statement_has_no_remarks(tmp_path: Path) -> None:
    assert found(linted(tmp_path, complete())) == []


@pytest.mark.parametrize(
    ("code", "severity", "changed", "head"),
    [
        ("unapproved-statement", "warning", {}, {"approver": "TODO"}),
        ("unapproved-statement", "warning", {}, {"approver": "Ada", "approved_on": None}),
        ("unjustified-choice", "error", {"A_9_2": {"applicable": False, "justification": None}}, {}),
        ("unjustified-choice", "warning", {"A_9_2": {"justification": "TBD"}}, {}),
        ("undecided-control", "warning", {"A_9_2": {"applicable": None}}, {}),
        ("excluded-and-enforced", "warning", {"A_10_3": EXCLUDED}, {}),
        (
            "same-justification",
            "warning",
            {key: {"justification": "See the risk assessment."} for key in ("A_9_2", "A_9_3", "A_9_4")},
            {},
        ),
    ],
)
def test_a_fault_is_found_where_it_stands(
    code: str, severity: str, changed: Any, head: Any, tmp_path: Path
) -> None:
    [diagnostic] = found(linted(tmp_path, complete(**changed), **head))
    assert (diagnostic.code, diagnostic.severity) == (code, severity)
    assert diagnostic.file.endswith("statement.yaml") and diagnostic.line > 0 and diagnostic.source_line


def test_two_alike_are_no_boilerplate_yet(tmp_path: Path) -> None:
    alike = {key: {"justification": "People use both systems every day."} for key in ("A_9_2", "A_9_3")}
    assert found(linted(tmp_path, complete(**alike))) == []


@pytest.mark.parametrize(
    ("rule", "override"),
    [
        ({"controls": ["A.10.3", "A.7.3"]}, None),  # serves another control as well
        ({"applies_to": ["Supplier"]}, None),  # asked of nothing in the inventory
        ({}, {"exclude": True}),
        ({}, {"exclude": True, "assets": ["dataset/*"]}),
    ],
)
def test_an_exclusion_whose_rules_decide_nothing_is_right(rule: Any, override: Any, tmp_path: Path) -> None:
    said = {"rule": RULE["id"], "justification": "Nothing is bought from anybody here."}
    overrides = {"overrides": [said | override]} if override else {}
    other = {"policies": ["p.yaml", "iso42001"]} if override else {}  # a bundle of no rule at all is none
    made = linted(tmp_path, complete(A_10_3=EXCLUDED), rule=rule, workspace=overrides | other)
    told = [d for d in found(made) if f"`{RULE['id']}`" in d.message]
    assert told == []


@pytest.mark.parametrize("override", [{"severity": "low"}, {"exclude": True, "assets": ["dataset/other"]}])
def test_an_override_that_leaves_the_rule_deciding_is_not_enough(override: Any, tmp_path: Path) -> None:
    said = {"rule": RULE["id"], "justification": "Nothing is bought from anybody here."} | override
    made = linted(tmp_path, complete(A_10_3=EXCLUDED), workspace={"overrides": [said]})
    [diagnostic] = found(made)
    assert diagnostic.code == "excluded-and-enforced"
    assert "`A.10.3/owned`" in diagnostic.message and "overrides" in diagnostic.help


def test_a_statement_alone_is_checked_without_its_workspace(tmp_path: Path) -> None:
    linted(tmp_path, complete(A_10_3=EXCLUDED))
    alone = lint([(str(tmp_path / "statement.yaml"), False)])
    assert found(alone) == [] and alone.policy_files == 1
