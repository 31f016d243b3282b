"""A statement or a workspace that is wrong, and what is typed wrongly: told at its place, and no decision changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.statement.conftest import DATE, Typed

WRONG = {
    "unknown": ("- control: A.2.2\n", "- control: A.7.9\n", "unknown-control"),
    "nearest": ("- control: A.2.2\n", "- control: A.6.4\n", "did you mean `A.6.2.4`?"),
    "twice": ("{control: A.7.4,", "{control: A.6.2.4,", "duplicate-control"),
    "field": ("justification: Two", "justifcation: Two", "did you mean `justification`?"),
    "date": ("2026-05-02", "2026-02-31", "bad-date"),
    "title": ("{control: A.7.4,", "{control: A.7.4, title: Segregation of duties,", "other-title"),
    "yaml": ("controls:\n", "controls: [\n", "error["),
}


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_statement_is_refused_at_its_place_and_decides_nothing(
    case: str, folder: Path, typed: Typed
) -> None:
    old, new, told = WRONG[case]
    before = typed("evaluate", "--at", DATE, "--format", "json")
    change(folder / "statement.yaml", old, new)
    for command in ("soa", "gap"):
        code, out, err = typed(command, "--date", DATE)
        assert (code, out) == (3, "")
        assert "statement.yaml:" in err and told in err
    code, out, _ = typed("lint")
    assert code == 3 and told in out
    assert typed("evaluate", "--at", DATE, "--format", "json") == before


def test_a_file_of_another_kind_is_told_what_it_is(folder: Path, typed: Typed) -> None:
    change(folder / "statement.yaml", "kind: StatementOfApplicability", "kind: Waivers")
    code, _, err = typed("soa")
    assert code == 3 and "error[other-kind]" in err and "named under `waivers` in aims.yaml" in err


def test_a_file_of_several_documents_is_refused(folder: Path, typed: Typed) -> None:
    text = (folder / "statement.yaml").read_text(encoding="utf-8")
    (folder / "statement.yaml").write_text(f"{text}---\n{text}", encoding="utf-8")
    code, _, err = typed("soa")
    assert code == 3 and "error[several-documents]: the file holds 2 documents" in err


def test_a_statement_that_is_not_there_is_told_where_it_is_named(folder: Path, typed: Typed) -> None:
    change(folder / "aims.yaml", "statement: statement.yaml", "statement: ../statement.yaml")
    for told in ("no-file", "outside-workspace"):
        code, _, err = typed("soa")
        assert code == 3 and f"aims.yaml:8:12: error[{told}]" in err
        assert told in typed("lint")[1]
        assert typed("evaluate", "--at", DATE)[0] == 1, "it is no part of what decides"
        (folder.parent / "statement.yaml").write_text("x: y", encoding="utf-8")


def test_a_manifest_that_cannot_be_read_is_told_and_counts_as_missing(folder: Path, typed: Typed) -> None:
    (folder / "inventory" / "tides.yaml").write_text("kind: [", encoding="utf-8")
    code, out, err = typed("soa", "--date", DATE)
    assert code == 4 and "inventory/tides.yaml" in err
    assert "`inventory/tides.yaml` could not be read" in out
    code, out, _ = typed("gap", "--date", DATE, "--format", "csv")
    assert code == 4
    assert any(",critical,error,unread,inventory/tides.yaml," in line for line in out.splitlines())


def test_wrong_usage(folder: Path, typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = typed("soa", ".", "-w", ".")
    assert code == 2 and "name the workspace once" in err
    assert typed("soa", "--format", "sarif")[0] == 2
    assert typed("gap", "--by", "owner")[0] == 2
    assert typed("soa", "nothing")[0] == 3
    (tmp_path / "nowhere").mkdir()
    monkeypatch.chdir(tmp_path / "nowhere")
    code, _, err = typed("gap")
    assert code == 2 and "There is no workspace here" in err
