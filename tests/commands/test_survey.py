"""`aims survey` and `aims evaluate --verbose`: nothing that a team has written is dropped in silence."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import GOOD, POLICY

CARD = """\
---
license: apache-2.0
pipeline_tag: text-classification
favourite_colour: green
---
# Scorer
## Limitations
Not tried on long texts.
## Citation
Please cite us.
"""
AT = ("--at", "2026-06-01")
ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"


@pytest.fixture
def folder(aims: Any) -> Any:
    aims.write("all/cards/scorer/README.md", CARD)
    aims.write("all/native/loans.yaml", GOOD)
    aims.write("all/other/table.csv", "a,b\n1,2\n")
    aims.write("all/other/broken.json", '{"a": 1,}')
    aims.write("all/.hidden/README.md", CARD)
    aims.write("all/native/policies/own.yaml", POLICY)  # ours, and no manifest
    return aims


def test_files_are_counted_by_format(folder: Any) -> None:
    ran = folder("survey", "all", "--format", "json")
    assert (ran.code, ran.err) == (0, ""), ran
    report = json.loads(ran.out)
    groups = {g["group"]: g for g in report["groups"]}
    assert {name: (g["files"], g["read"]) for name, g in groups.items()} == {
        "(refused)": (2, 0),
        "aims": (1, 1),
        "hf-model-card": (1, 1),
    }
    assert groups["(refused)"]["reasons"] == {"json-syntax": 1, "unknown-format": 1}
    card = next(f for f in report["files"] if f["format"] == "hf-model-card")
    assert card["evidence"] >= 3
    assert card["unread"] == 2


def test_files_are_counted_by_folder_and_the_refused_are_named(folder: Any) -> None:
    text = folder("survey", "all", "--by", "folder").out
    assert re.search(r"^cards/scorer +1 +1 +0 ", text, re.MULTILINE)
    assert re.search(r"^all +4 +2 +2 ", text, re.MULTILINE)
    assert "refused  all/other/broken.json: json-syntax: " in text


def test_markdown_is_a_table(folder: Any) -> None:
    rows = [r for r in folder("survey", "all", "--format", "markdown").out.splitlines() if r.startswith("|")]
    assert len({r.replace("\\|", "").count("|") for r in rows[:6]}) == 1


def test_what_is_not_there_is_wrong_usage(aims: Any) -> None:
    assert aims("survey", "nowhere").code == 2
    assert aims("survey").code == 2


def test_verbose_lists_fields_and_sections_with_their_places(folder: Any) -> None:
    quiet, loud = (folder("evaluate", "all/cards/scorer/README.md", *v) for v in (AT, (*AT, "--verbose")))
    assert (loud.code, loud.out) == (quiet.code, quiet.out)
    assert loud.err.splitlines() == [
        "note: all/cards/scorer/README.md (hf-model-card): 2 fields not read",
        "  all/cards/scorer/README.md:4:1  favourite_colour",
        "  all/cards/scorer/README.md:9:4  ## Citation",
    ]


def test_verbose_says_nothing_of_native_manifests(aims: Any) -> None:
    assert aims("evaluate", "inventory/loans.yaml", "--verbose").err == ""


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_table_of_real_files_in_the_documentation_is_what_is_read(aims: Any) -> None:
    ran = aims("survey", str(CORPUS), "--by", "folder", "--format", "markdown")
    assert "Traceback" not in ran.err
    page = (ROOT / "docs" / "real-files.md").read_text(encoding="utf-8")
    if (
        hashlib.sha256((CORPUS / "INDEX.csv").read_bytes()).hexdigest() in page
    ):  # else the table is of other files
        assert ran.out.partition("\n\n")[0] in page


@pytest.mark.parametrize("surveyed", ["all", "all/inventory", "all/inventory/scorer.json"])
def test_a_manifest_is_read_with_the_evidence_that_it_lists(aims: Any, surveyed: str) -> None:
    manifest = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}}
    listed = {**manifest, "spec": {"evidence": [{"file": "../reports/tests.xml"}]}}
    aims.write("all/inventory/scorer.json", json.dumps(listed))
    aims.write(
        "all/reports/tests.xml", '<testsuite name="scorer"><testcase classname="t" name="a"/></testsuite>'
    )
    report = json.loads(aims("survey", surveyed, "--format", "json").out)
    assert {f["format"] for f in report["files"]} - {"junit"} == {"aims"}
    assert aims("evaluate", surveyed).err == "", "and deciding reads the same"


def test_evidence_outside_of_everything_is_told_where_to_keep_it(aims: Any) -> None:
    listed = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}}
    listed["spec"] = {"evidence": [{"file": "../../tests.xml"}]}
    aims.write("all/scorer.json", json.dumps(listed))
    [refused] = json.loads(aims("survey", "all", "--format", "json").out)["files"]
    assert refused["problem"]["code"] == "outside-workspace"
    assert "hand it over with `--evidence`" in refused["problem"]["help"]
    told = aims("evaluate", "all/scorer.json")
    assert (told.code, "help: keep it below the folder with `aims.yaml`" in told.err) == (4, True)
