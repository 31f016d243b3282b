"""What holds for every format: its goldens, and that nothing which fails is left out of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from aims_policy import reports
from aims_policy.decision.record import Decision
from aims_policy.reports import View, formats, pieces, report
from tests.reports.decisions import CASES, decision, finding
from tests.reports.ways import FOLDER, PROBLEMS, VIEW, decisions, golden, several

ENDINGS = {
    "sarif": "sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "markdown": "md",
    "tap": "tap",
    "csv": "csv",
    "html": "html",
}


STYLE = Path(reports.__file__).parent / "web" / "style.css"


def told(text: str) -> str:
    """A report without the stylesheet of the page, which is the same in all of them: exactly the file's."""
    return text.replace(STYLE.read_text("utf-8"), "(style.css)\n")


@pytest.mark.parametrize("name", ENDINGS)
@pytest.mark.parametrize("case", CASES)
def test_goldens(case: str, name: str) -> None:
    golden(FOLDER / case / f"report.{ENDINGS[name]}", told(report(name, [CASES[case]()], VIEW)))


@pytest.mark.parametrize("name", ENDINGS)
def test_several_with_files_that_could_not_be_read(name: str) -> None:
    made, view = several()
    golden(FOLDER / "several" / f"report.{ENDINGS[name]}", told(report(name, made, view)))


def test_every_format_is_tested() -> None:
    assert set(formats()) == {*ENDINGS, "json", "text"}


@pytest.mark.parametrize("name", formats())
def test_a_file_that_cannot_be_read_is_in_every_format(name: str) -> None:
    text = report(name, [CASES["waived"]()], VIEW._replace(problems=PROBLEMS))
    if name == "text":  # for people: how many; the command says the rest on stderr
        assert "2 files could not be read and were not decided" in text
    else:
        assert "b/other.yaml" in text
        assert "b/none.yaml" in text


@pytest.mark.parametrize("name", formats())
def test_a_verdict_without_findings_is_in_every_format(name: str) -> None:
    assert "nothing was assessed: no policy is loaded" in report(name, [CASES["nothing_assessed"]()], VIEW)


@pytest.mark.parametrize("name", ENDINGS)
def test_every_finding_that_is_not_a_pass_is_named(name: str) -> None:
    made = CASES["above_the_limit"]()
    text = report(name, [made], VIEW)
    for each in made.findings:
        assert not each.enforcement or each.rule in text


@pytest.mark.parametrize("name", ENDINGS)
def test_a_verdict_whose_findings_are_not_shown_is_told(name: str) -> None:
    made = decision(finding("A.7.5/a", "fail", "deny"), finding("A.2.2/b", "pass"))
    text = report(name, [made], VIEW._replace(controls=("A.2.2",)))
    assert "A.7.5/a" not in text
    assert "1 of 2 findings deny" in text


@pytest.mark.parametrize("name", [n for n in ENDINGS if n != "markdown"])
def test_one_decision_is_rendered_at_a_time(name: str) -> None:
    class Counted(Sequence[Decision]):
        made, most = 0, 0

        def __len__(self) -> int:
            return 400

        def __getitem__(self, index: Any) -> Any:
            if not 0 <= index < len(self):
                raise IndexError(index)
            Counted.made += 1
            return CASES["above_the_limit"]()

    decided, before, gaps = Counted(), 0, []
    for _ in pieces(name, decided, VIEW):
        gaps.append(Counted.made - before)
        before = Counted.made
    first_pass = gaps.pop(0) if name in ("github", "html") else 0  # counted before they are shown
    assert max(gaps) <= 1
    assert Counted.made - first_pass in (400, 401)


@pytest.mark.parametrize("name", formats())
def test_the_pieces_are_the_report(name: str) -> None:
    made, view = several()
    assert "".join(pieces(name, made, view)) == report(name, made, view)


@pytest.mark.parametrize("name", ENDINGS)
def test_nothing_decided_does_not_look_like_a_pass(name: str) -> None:
    text = report(name, [], View(problems=PROBLEMS[:1]))
    assert "`ownr` is no field" in text.replace("\\`", "`").replace("\\u0060", "`")


@pytest.mark.parametrize("name", ENDINGS)
@settings(max_examples=30)
@given(made=decisions())
def test_any_text_can_be_written_and_is_the_same_each_time(name: str, made: Decision) -> None:
    text = report(name, [made], VIEW)
    assert text == report(name, [made], VIEW)
    text.encode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert text.endswith("\n")
