"""What `aims soa` and `aims gap` write, against golden files. `UPDATE_GOLDEN=1 pytest tests/statement` writes them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cmarkgfm import github_flavored_markdown_to_html

from aims_policy.diagnostics import cells
from tests.reports.test_formats import told
from tests.statement.conftest import DATE, Typed, golden

ENDINGS = {"json": "json", "markdown": "md", "csv": "csv", "html": "html"}


WAYS = {
    "soa": (80, 120),
    "gap": (80,),
    "gap --by asset": (120,),
    "gap --by clause": (80,),
    "gap --by crosswalk": (120,),
}
WRITTEN = ("soa.json", "soa.md", "soa.csv", "soa.html", "gap.md", "gap.csv")


@pytest.mark.parametrize(("command", "width"), [(c, w) for c, widths in WAYS.items() for w in widths])
def test_text(command: str, width: int, typed: Typed) -> None:
    code, out, err = typed(*command.split(), "--date", DATE, width=width)
    assert (code, err) == (0, "")
    assert max(map(cells, out.splitlines())) <= width
    golden(f"{command.replace(' --by ', '-')}-{width}.txt", out)


@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize("command", ["soa", "gap"])
def test_forms(command: str, form: str, typed: Typed, folder: Path) -> None:
    assert typed(command, "--date", DATE, "--format", form, "-o", "out") == (0, "", "")
    text = (folder / "out").read_bytes().decode()
    if (name := f"{command}.{ENDINGS[form]}") in WRITTEN:
        golden(name, told(text))
    assert typed(command, "--date", DATE, "--format", form)[1] == text, "stdout and a file have the same"
    assert typed(command, "--at", DATE, "--format", form)[1] == text, "again the same bytes"


def test_the_tables_hold_texts_of_others_and_do_nothing(typed: Typed) -> None:
    page = typed("soa", "--date", DATE, "--format", "html")[1]
    assert "<b>people" not in page and "&lt;b&gt;people" in page
    shown = github_flavored_markdown_to_html(typed("soa", "--date", DATE, "--format", "markdown")[1])
    assert "<b>people" not in shown and "cranes | and" in shown
    rows = list(csv.DictReader(io.StringIO(typed("soa", "--date", DATE, "--format", "csv")[1])))
    assert rows[-1]["justification"] == "'=The union asked for it."
    assert len(rows) == 39


def test_groups_of_the_json_name_gaps_by_their_numbers(typed: Typed) -> None:
    for by in ("control", "asset", "clause", "crosswalk"):
        report = json.loads(typed("gap", "--date", DATE, "--by", by, "--format", "json")[1])
        numbers = {gap["number"] for gap in report["gaps"]}
        told = {number for group in report["groups"] for number in group["gaps"]}
        assert told <= numbers
        assert told == numbers or by == "crosswalk"


def test_the_draft_decides_nothing_and_is_read_at_once(typed: Typed, folder: Path) -> None:
    (folder / "aims.yaml").write_text(
        (folder / "aims.yaml").read_text().replace("statement: statement.yaml\n", ""), encoding="utf-8"
    )
    assert typed("soa", "--date", DATE, "--draft", "-o", "statement.yaml")[0] == 0
    golden("draft.yaml", (folder / "statement.yaml").read_text(encoding="utf-8"))
    with (folder / "aims.yaml").open("a", encoding="utf-8") as workspace:
        workspace.write("statement: statement.yaml\n")
    report = json.loads(typed("soa", "--date", DATE, "--format", "json")[1])
    assert {control["decided"] for control in report["controls"]} == {"undecided"}
    assert typed("soa", "--date", DATE, "--draft")[1] == "# to be added to statement.yaml\n"
