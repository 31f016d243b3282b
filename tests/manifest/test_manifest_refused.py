"""Every case: a YAML file, and beside it exactly what is reported of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


def test_there_are_cases():
    assert len(CASES) >= 12


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_refused_with_exactly_this_text(case, shapes):
    with pytest.raises(SourceError) as caught:
        read(case, shapes, shown_as=case.name)
    assert f"{caught.value}\n" == case.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_file_that_is_not_there(shapes, tmp_path):
    with pytest.raises(SourceError) as caught:
        read(tmp_path / "absent.yaml", shapes, shown_as="absent.yaml")
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.file) == ("cannot-read", "absent.yaml")


@pytest.mark.parametrize("text", [b"[1, 2]", b'"text"', b"7", b"{}"])
def test_a_document_that_is_no_mapping_is_of_unknown_format(text, shapes):
    with pytest.raises(SourceError) as caught:
        read_data(text, "m.json", shapes)
    assert [d.code for d in caught.value.diagnostics] == ["unknown-format"]


def test_asking_for_a_format_that_does_not_exist_names_the_nearest(shapes):
    with pytest.raises(SourceError) as caught:
        read_data(b"{}", "m.json", shapes, as_format="crossant")
    [problem] = caught.value.diagnostics
    assert problem.help == "did you mean `croissant`?"
