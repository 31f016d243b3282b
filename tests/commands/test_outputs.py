"""`--format` and `--output` in the real process: several reports in one run, each whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import BAD, GOOD

MODEL = "inventory/loans.yaml"


def test_several_reports_in_one_run_beside_that_on_stdout(aims: Any) -> None:
    aims.write("few.yaml", BAD)
    ran = aims(
        "evaluate", "few.yaml", "-o", "sarif:out.sarif", "-o", "junit:out.xml", "--output", "markdown:out.md"
    )
    assert ran.code == 1, ran
    assert ran.out.startswith("FAIL  dataset/few")
    read = {p.suffix: p.read_text(encoding="utf-8") for p in aims.folder.glob("out.*")}
    [run] = json.loads(read[".sarif"])["runs"]
    assert run["invocations"][0]["exitCode"] == ran.code
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "few.yaml"
    assert read[".xml"].startswith("<?xml")
    assert read[".md"].startswith("## ❌")
    assert not list(aims.folder.glob("*.tmp"))


def test_a_plain_file_takes_the_place_of_stdout(aims: Any) -> None:
    ran = aims("evaluate", MODEL, "--format", "gitlab", "-o", "a.json", "-o", "csv:b.csv")
    assert (ran.code, ran.out) == (0, ""), ran
    assert (aims.folder / "a.json").read_text(encoding="utf-8") == "[]\n"
    assert (aims.folder / "b.csv").read_bytes().startswith(b"file,line,column,")


@pytest.mark.parametrize(
    "name", ["sarif", "junit", "github", "gitlab", "markdown", "tap", "csv", "json", "text"]
)
def test_a_file_says_what_stdout_would(aims: Any, name: str) -> None:
    where = ("evaluate", aims.write("few.yaml", BAD), "--at", "2026-06-01")
    shown = aims(*where, "--format", name)
    assert aims(*where, "--format", "text", "-o", f"{name}:out").code == shown.code == 1
    assert (aims.folder / "out").read_bytes().decode() == shown.out


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "sarfi:a",
            "`sarfi` is no report format. Did you mean `sarif`? (A file of this name is `./sarfi:a`.)",
        ),
        ("xyzzy:a", "There are csv, github, gitlab, html, json, junit, markdown, sarif, tap, text."),
        ("sarif:-", "stdout has the report of --format; write `--format sarif`"),
        ("sarif:", "the name of the file is missing"),
        ("inventory", "`inventory` is a folder"),
        ("json:inventory", "`inventory` is a folder"),
    ],
)
def test_wrong_outputs_are_wrong_usage(aims: Any, output: str, said: str) -> None:
    ran = aims("evaluate", MODEL, "-o", output)
    assert ran.code == 2, ran
    assert said in ran.err
    assert ran.out == ""


def test_a_name_with_a_colon_can_be_written(aims: Any) -> None:
    assert aims("evaluate", MODEL, "--format", "json", "-o", "./sarfi:a").code == 0
    assert (aims.folder / "sarfi:a").exists()


def test_two_reports_into_one_file_are_refused(aims: Any) -> None:
    ran = aims("evaluate", MODEL, "-o", "sarif:a", "-o", "junit:./a")
    assert ran.code == 2, ran
    assert "two reports cannot go into `./a`" in ran.err
    assert not (aims.folder / "a").exists()


def test_a_file_that_cannot_be_written_keeps_no_other_back(aims: Any) -> None:
    ran = aims("evaluate", MODEL, "-o", "sarif:nowhere/a.sarif", "-o", "junit:b.xml")
    assert ran.code == 2, ran
    assert "cannot write `nowhere/a.sarif`: no such file or directory" in ran.err
    assert ran.out.startswith("PASS")
    assert (aims.folder / "b.xml").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_is_no_success(aims: Any) -> None:
    ran = aims("evaluate", MODEL, "-o", "sarif:/dev/full", "-o", "junit:b.xml")
    assert ran.code == 5, ran
    assert ran.err == "cannot write the report `/dev/full`: no space left on device\n"
    assert (aims.folder / "b.xml").exists()


def test_unread_manifests_are_in_every_report_and_on_stderr(aims: Any) -> None:
    aims.write("m/good.yaml", GOOD.replace("loans", "other"))
    aims.write("m/bad.yaml", "a: [")
    names = ("sarif", "junit", "github", "gitlab", "markdown", "tap", "csv", "text", "json")
    ran = aims("evaluate", "m", *(part for n in names for part in ("-o", f"{n}:out.{n}")))
    assert ran.code == 4, ran
    assert "m/bad.yaml:1:" in ran.err
    for name in names:
        text = (aims.folder / f"out.{name}").read_text(encoding="utf-8")
        assert "m/bad.yaml" in text or (name == "text" and "1 file could not be read" in text), name


def test_only_unread_manifests_still_make_a_report(aims: Any) -> None:
    ran = aims("evaluate", aims.write("bad.yaml", "a: ["), "-o", "junit:out.xml", "-o", "text:out.txt")
    assert (ran.code, ran.out) == (4, ""), ran
    assert 'errors="1"' in (aims.folder / "out.xml").read_text(encoding="utf-8")
    assert "1 file could not be read" in (aims.folder / "out.txt").read_text(encoding="utf-8")


def test_paths_start_at_the_root_also_from_a_folder_below(aims: Any) -> None:
    aims.write("cards/few.yaml", BAD)
    command = aims.command(
        "evaluate", "few.yaml", str(aims.folder / MODEL), "--root", "..", "--format", "csv"
    )
    import subprocess

    done = subprocess.run(
        command,
        cwd=aims.folder / "cards",
        env=aims.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    files = {line.partition(",")[0] for line in done.stdout.split("\n")[1:] if line}
    assert files == {"cards/few.yaml", MODEL}


def test_a_waiver_file_of_the_workspace_is_found_from_the_root(aims: Any) -> None:
    aims.write(
        "ws/aims.yaml", (aims.folder / "aims.yaml").read_text(encoding="utf-8") + "waivers: [waivers.yaml]\n"
    )
    aims.write("ws/policies/own.yaml", (aims.folder / "policies/own.yaml").read_text(encoding="utf-8"))
    aims.write("ws/inventory/few.yaml", BAD)
    aims.write("ws/waivers.yaml", WAIVERS)
    ran = aims("evaluate", "-w", "ws", "--at", "2026-06-02", "--format", "sarif")
    [run] = json.loads(ran.out)["runs"]
    [result] = run["results"]
    place = result["suppressions"][0]["location"]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "ws/waivers.yaml"
    assert result["level"] == "warning"
    assert ran.code == 0, ran


WAIVERS = """\
apiVersion: aims/v1
kind: Waivers
metadata: {name: acme}
waivers:
  - id: W-1
    rules: [t/records]
    assets: [dataset/few]
    approver: Grace Hopper
    justification: More records come with the next delivery.
    granted: 2026-06-01
    expires: 2026-06-20
"""


def test_reports_of_ours_in_a_folder_are_no_manifests(aims: Any) -> None:
    """Who writes a report beside the manifests has not thereby spoilt the folder."""
    aims.write("drafts/few.yaml", GOOD)
    first = aims("evaluate", "drafts")
    for command in ("evaluate", "survey"):
        assert aims(command, "drafts", "--format", "json", "-o", f"drafts/{command}.json").code == 0
    again = aims("evaluate", "drafts")
    assert (again.code, again.err) == (
        first.code,
        "note: 2 files are not a manifest and passed over: drafts/evaluate.json, drafts/survey.json\n",
    )
    assert aims("lint", "drafts").code == 0
    assert aims("evaluate", "drafts/evaluate.json").code == 4, "named by itself it is a mistake"
