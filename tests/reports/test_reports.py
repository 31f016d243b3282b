"""Reports against golden files. `UPDATE_GOLDEN=1 pytest tests/reports` writes them anew; read the difference."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from aims_policy.diagnostics import Diagnostic, cells
from aims_policy.reports import View, formats, report, shown
from aims_policy.reports.json_report import dumps, to_plain
from aims_policy.reports.json_report import render as render_json
from aims_policy.reports.page.layout import columns, cut, wrap
from aims_policy.reports.page.todo import wants
from aims_policy.reports.text import render
from tests.reports.decisions import CASES, TITLES, decision, few_missing, finding, gap, hundred_missing

FOLDER = Path(__file__).parent / "cases"
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "decision.schema.json").read_text(encoding="utf-8")
)
WAYS = {
    "failing-100.txt": {"width": 100},
    "all-72.txt": {"width": 72, "show": "all"},
}


def golden(path: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_text(case: str, way: str) -> None:
    golden(FOLDER / case / way, render(CASES[case](), titles=TITLES, **WAYS[way]))


@pytest.mark.parametrize("case", CASES)
def test_json(case: str) -> None:
    text = render_json(CASES[case]())
    jsonschema.validate(json.loads(text), SCHEMA)
    golden(FOLDER / case / "decision.json", text)


def test_several() -> None:
    problem = Diagnostic("cannot-read", "cannot read the file", "other.yaml")
    view = View(titles=TITLES, problems=(problem,))
    decisions = [CASES["waived"](), CASES["nothing_assessed"]()]
    golden(FOLDER / "several" / "report.txt", report("text", decisions, view))
    text = report("json", decisions, view)
    jsonschema.validate(json.loads(text), SCHEMA)
    golden(FOLDER / "several" / "report.json", text)


@pytest.mark.parametrize("width", [1, 60, 61, 79, 120, 300])
@pytest.mark.parametrize("case", CASES)
def test_no_line_is_wider_than_the_page(case: str, width: int) -> None:
    text = render(CASES[case](), width=width, show="all", titles=TITLES)
    assert max(map(cells, text.splitlines())) <= max(60, width)


def test_help_that_is_wrapped_stays_below_its_message() -> None:
    notice = Diagnostic("x", "short", "w.yaml", 1, 2, 3, "warning", "a word " * 20, "text")
    lines = render(decision(finding("A.7.4/x", "fail"), notices=(notice,)), width=60).splitlines()
    first = next(i for i, line in enumerate(lines) if "= help:" in line)
    assert lines[first].startswith("   = help: a word")
    assert lines[first + 1].startswith("   ")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("color", [False, True])
def test_no_control_character_of_a_manifest_reaches_the_terminal(case: str, color: bool) -> None:
    text = render(CASES[case](), color=color, show="all", titles=TITLES)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text) if color else text
    assert all(c == "\n" or c.isprintable() for c in plain)
    assert ("\x1b[" in text) == color
    assert plain == render(CASES[case](), show="all", titles=TITLES)


def test_what_denies_stands_first() -> None:
    found = [
        finding("A.2.2/a", "fail", "audit", severity="critical"),
        finding("A.7.5/b", "fail", "deny", severity="medium"),
        finding("A.6.2.4/c", "fail", "warn"),
        finding("A.5.4/d", "fail", "deny", severity="critical"),
    ]
    text = render(decision(*found))
    assert sorted(text.index(f.rule) for f in found) == [
        text.index(r) for r in ("A.5.4/d", "A.7.5/b", "A.6.2.4/c", "A.2.2/a")
    ]


def test_a_path_is_listed_once_whoever_asks() -> None:
    wanted = {(w.section, w.name): w for w in wants(few_missing().findings)}
    asked = wanted["provenance", "sources"]
    assert asked.rules == ("A.7.5/sources-recorded", "A.7.5/licences")
    assert asked.enforcement == "deny"
    assert len(wanted) == 3


def test_a_card_in_which_everything_is_missing_is_a_page() -> None:
    found = hundred_missing()
    assert sum(len(f.missing) for f in found.findings) == 160
    assert render(found, width=100).count("\n") < 60


def test_controls_narrow_what_is_shown_and_not_the_verdict() -> None:
    found = CASES["above_the_limit"]()
    text = render(found, controls=("A.5.4",))
    assert text.startswith("FAIL")
    assert "A.6.2.4/tested" not in text
    assert "the verdict is that of all 4" in text
    plain = json.loads(report("json", [found], View(controls=("A.5.4",))))["decisions"][0]
    assert [f["rule"] for f in plain["findings"]] == ["A.5.4/fairness-within-appetite"]
    assert plain["verdict"] == "fail"
    assert plain["counts"] == to_plain(found)["counts"]


def test_an_area_stands_for_its_controls_and_for_no_others() -> None:
    found = decision(finding("A.10.2/a", "pass"), finding("A.1.2/b", "pass"))
    assert [f.rule for f in shown(found, ("A.1",)).findings] == ["A.1.2/b"]


def test_a_report_of_nothing_is_no_pass() -> None:
    assert json.loads(report("json", [], View()))["verdict"] == "fail"


def test_numbers_keep_their_digits() -> None:
    text = dumps(
        {"a": Decimal("0.1"), "b": Decimal("0.30000000000000004"), "c": Decimal("12345678901234567890.10")}
    )
    assert json.loads(text, parse_float=Decimal) == {
        "a": Decimal("0.1"),
        "b": Decimal("0.30000000000000004"),
        "c": Decimal("12345678901234567890.10"),
    }


def test_json_is_the_same_bytes_each_time() -> None:
    assert render_json(CASES["hostile"]()) == render_json(CASES["hostile"]())
    assert render_json(CASES["hostile"]()).isascii()


def test_formats_are_found_by_their_place() -> None:
    assert {"json", "text"} <= set(formats())
    with pytest.raises(KeyError):
        report("page", [], View())


def test_wide_characters_count_double() -> None:
    assert wrap("日本語 日本語", 7) == ["日本語", "日本語"]
    assert cells(cut("日本語日本語", 5)) <= 5
    assert columns([("a", "b"), ("ccc", "d")], 80, 2) == ["  a    b", "  ccc  d"]


def test_a_missing_finding_that_names_no_path_is_not_lost() -> None:
    assert "A.7.5/x" in render(decision(finding("A.7.5/x", "missing", "deny")))


def test_gaps_without_a_name_of_their_own() -> None:
    [want] = wants([finding("A.7.5/x", "missing", "deny", missing=(gap("approvals"),))])
    assert (want.section, want.name) == ("approvals", "approvals")


def test_rendering_imports_nothing_heavy() -> None:
    program = (
        "import sys, aims_policy.reports.text; "
        "print(sorted({'rich', 'textwrap', 'json', 'pydantic', 'click', 'inspect'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
