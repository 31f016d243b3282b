"""Workflow commands: read back as GitHub's runner reads them."""

from __future__ import annotations

import re

from hypothesis import given

from aims_policy.decision.record import Decision
from aims_policy.reports import report
from tests.reports.decisions import CASES, decision, finding
from tests.reports.ways import VIEW, decisions, several

COMMANDS = {"error", "warning", "notice"}
_COMMAND = re.compile(r"::([a-z]+) (.*?)::(.*)")


def unescaped(text: str) -> str:
    for escape, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(escape, char)
    return text


def read(text: str) -> list[tuple[str, dict[str, str], str]]:
    """As actions/runner does: a command is a line that begins with `::`; another form may begin anywhere."""
    found = []
    for line in text.split("\n"):
        assert "##[" not in line
        if line.lstrip().startswith("::"):
            parsed = _COMMAND.fullmatch(line)
            assert parsed is not None, line
            properties = dict(part.split("=", 1) for part in parsed[2].split(","))
            found.append((parsed[1], {k: unescaped(v) for k, v in properties.items()}, unescaped(parsed[3])))
    return found


def test_an_annotation_stands_at_the_value_that_is_wrong() -> None:
    commands = read(report("github", [CASES["above_the_limit"]()], VIEW))
    name, properties, text = next(c for c in commands if "fairness" in c[2])
    assert name == "error"
    assert (properties["file"], properties["line"], properties["col"]) == ("model.yaml", "41", "7")
    assert properties["title"] == "A.5.4/fairness-within-appetite (high, deny)"
    assert text.startswith("model/credit-scorer: Not met: ")
    assert "Fix: List origin, date" in text


def test_paths_start_at_the_root() -> None:
    view = VIEW._replace(root="/repository", here="/repository/cards")
    [(_, properties, _)] = read(report("github", [decision(finding("A.7.5/a", "fail", "deny"))], view))
    assert properties["file"] == "cards/model.yaml"


def test_the_worst_come_first_and_the_others_are_counted_and_listed() -> None:
    found = [finding(f"A.7.5/w{n}", "fail", "warn", severity="low") for n in range(12)]
    found += [finding(f"A.7.5/h{n}", "fail", "deny") for n in range(11)]
    found += [finding("A.7.5/c", "fail", "deny", severity="critical")]
    text = report("github", [decision(*found)], VIEW)
    commands = read(text)
    names = [name for name, _, _ in commands]
    assert [names.count(n) for n in ("error", "warning", "notice")] == [10, 10, 1]
    assert commands[0][1]["title"] == "A.7.5/c (critical, deny)"
    assert commands[-1][2] == "4 findings more than GitHub shows: the log of this step lists them."
    listed = [line for line in text.split("\n") if line.startswith(("aims: deny ", "aims: warn "))]
    assert len(listed) == 4
    assert all(f.rule in text for f in found)


def test_a_file_that_cannot_be_read_is_an_error_before_all_others() -> None:
    commands = read(report("github", *several()))
    assert [(c[0], c[1]["file"]) for c in commands[:2]] == [
        ("error", "b/none.yaml"),
        ("error", "b/other.yaml"),
    ]
    assert commands[1][1]["line"] == "3"


def test_stdin_has_no_annotation_in_a_file() -> None:
    made = decision(
        finding("A.7.5/a", "fail", "deny"), subject=CASES["waived"]().subject._replace(file="<stdin>")
    )
    [(_, properties, _)] = read(report("github", [made], VIEW))
    assert set(properties) == {"title"}


@given(made=decisions())
def test_no_text_becomes_a_command(made: Decision) -> None:
    commands = read(report("github", [made], VIEW))
    assert {name for name, _, _ in commands} <= COMMANDS
    denied = sum(1 for f in made.findings if f.enforcement == "deny")
    assert sum(1 for name, _, _ in commands if name == "error") == max(denied, made.verdict == "fail")
