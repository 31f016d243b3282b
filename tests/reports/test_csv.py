"""CSV: read back by a CSV reader, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io

from hypothesis import given

from aims_policy.decision.record import Decision
from aims_policy.reports import report
from aims_policy.reports.csv_report import COLUMNS
from tests.reports.decisions import CASES, decision, finding
from tests.reports.ways import VIEW, decisions, several


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_a_line_for_each_finding_whatever_its_outcome() -> None:
    made = CASES["above_the_limit"]()
    text = report("csv", [made], VIEW)
    found = rows(text)
    assert [(r["rule"], r["outcome"]) for r in found] == [(f.rule, f.outcome) for f in made.findings]
    assert text.split("\r\n")[0] == ",".join(COLUMNS)
    assert text.count("\n") == text.count("\r\n") == len(found) + 1


def test_unread_files_and_bare_verdicts_have_lines() -> None:
    found = rows(report("csv", *several()))
    assert [(r["file"], r["rule"]) for r in found[:2]] == [
        ("b/none.yaml", "aims/unread"),
        ("b/other.yaml", "aims/unread"),
    ]
    assert found[-1]["rule"] == "aims/verdict"
    assert found[-1]["details"].startswith("nothing was assessed")


@given(made=decisions())
def test_no_cell_is_a_formula_and_none_breaks_its_line(made: Decision) -> None:
    found = rows(report("csv", [made], VIEW))
    assert len(found) == len(made.findings) or not made.findings
    for row in found:
        assert None not in row
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))  # noqa: RUF001
            assert "\n" not in cell


def test_a_formula_is_kept_as_a_text() -> None:
    made = decision(finding("A.7.5/a", "fail", "deny", title='=HYPERLINK("http://x";"y")'))
    assert rows(report("csv", [made], VIEW))[0]["title"] == '\'=HYPERLINK("http://x";"y")'
