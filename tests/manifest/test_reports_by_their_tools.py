"""Reports as the tools themselves write them, and what is read of them from the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.foreign.read import modules
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError

TESTS = """
import pytest

def test_holds(record_property):
    record_property("accuracy", 0.91)
    record_property("seed", 7)

def test_fails():
    assert 0.23 <= 0.10, "parity & fairness"

@pytest.mark.skip(reason="no GPU < here")
def test_skipped():
    pass

@pytest.mark.xfail(strict=False)
def test_expected_to_fail():
    assert False

@pytest.fixture
def broken():
    raise RuntimeError("no data")

def test_cannot_run(broken):
    pass
"""


@pytest.fixture(scope="module")
def junit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report that pytest has just written."""
    folder = tmp_path_factory.mktemp("run")
    (folder / "test_model.py").write_text(TESTS, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--junitxml=report.xml",
        "test_model.py",
    ]
    ran = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    return folder / "report.xml"


def test_what_pytest_writes(junit: Path, shapes: Any) -> None:
    [manifest] = read(junit, shapes)
    tests = {test["name"]: test for test in manifest.data["evaluation"]["tests"]}
    assert {name: test.get("passed") for name, test in tests.items()} == {
        "test_holds": True,
        "test_fails": False,
        "test_skipped": None,
        "test_expected_to_fail": None,
        "test_cannot_run": None,
    }
    assert tests["test_fails"]["message"].startswith("AssertionError: parity & fairness")
    reasons = {gap.reason.partition(":")[0] for gap in manifest.missing.values()}
    assert reasons == {"skipped", "the test could not run"}
    [measurement] = manifest.data["evaluation"]["measurements"]
    assert (measurement["metric"], measurement["value"]) == ("accuracy", Decimal("0.91"))
    assert manifest.notes == ()


def aims(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "aims_policy", *arguments]
    ran = subprocess.run(command, check=False, input=given, capture_output=True)
    return subprocess.CompletedProcess(command, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def test_a_report_is_evaluated_from_the_command_line(junit: Path) -> None:
    ran = aims("evaluate", str(junit), "--format", "json")
    assert ran.returncode == 1, ran.stderr
    assert json.loads(ran.stdout)
    assert "Traceback" not in ran.stdout + ran.stderr


def test_a_report_is_known_on_stdin_by_its_content(junit: Path) -> None:
    ran = aims("evaluate", "-", given=junit.read_bytes())
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "bomb.xml",
            b'<!DOCTYPE a [<!ENTITY b "c">]><testsuite><testcase name="&b;"/></testsuite>',
            "xml-doctype",
        ),
        ("cut.xml", b'<testsuite name="a"><testcase name="b">', "xml-syntax"),
        ("page.xml", b"<html><head/></html>", "unknown-format"),
        ("log.jsonl", b'{"entry_type": "init"}\n{"entry_type": "eval"', "json-syntax"),
        ("other.jsonl", b'{"a": 1}\n{"a": 2}\n', "unknown-format"),
        ("result.json", b'{"results": {"a": {"acc": 1,}}, "versions": {}}', "remove the comma"),
    ],
)
def test_a_report_that_cannot_be_read_is_refused_with_its_place(
    name: str, text: bytes, told: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text)
    ran = aims("evaluate", str(tmp_path / name))
    assert ran.returncode == 4
    assert told in ran.stderr and f"{name}:" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_number_that_is_none_is_a_gap_in_a_report_and_an_error_in_a_manifest(shapes: Any) -> None:
    report = b'{"results": {"a": {"acc": NaN, "f1": 0.5}}, "versions": {"a": 1}}'
    [manifest] = read_data(report, "result.json", shapes)
    assert [gap.reason for gap in manifest.missing.values()] == ["`NaN` is not a finite number"]
    assert manifest.data["evaluation"]["measurements"][1]["value"] == Decimal("0.5")
    for text in (
        b'{"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "a"}, "spec": {"x": NaN}}',
        b"apiVersion: aims/v1\nkind: Model\nmetadata: {name: a}\nspec: {x: .inf}\n",
        report[:-1] + b', "apiVersion": "aims/v1"}',
    ):
        with pytest.raises(SourceError) as caught:
            read_data(text, "m", shapes)
        assert {problem.code for problem in caught.value.diagnostics} == {"not-finite"}
    with pytest.raises(SourceError, match="not-finite"):
        read_data(report, "result.json", shapes, as_format="aims")


def test_a_card_with_a_number_that_is_none_is_read(shapes: Any) -> None:
    front = b"model-index:\n- name: a\n  results:\n  - metrics:\n    - {type: accuracy, value: .nan}\n"
    card = b"---\n" + front + b"---\n# Model Card for a\n"
    [manifest] = read_data(card, "README.md", shapes)
    assert manifest.missing["evaluation.measurements[0].value"].reason == "`.nan` is not a finite number"


def test_every_format_says_what_it_is() -> None:
    for module in modules():
        assert module.FORMATS and all(name == name.lower() for name in module.FORMATS), module.__name__
        assert module.TITLE and isinstance(module.VERSIONS, str), module.__name__
        assert module.STRENGTH in ("declared", "tool"), module.__name__
        assert isinstance(module.IGNORED, frozenset), module.__name__
        assert (module.__doc__ or "").strip(), module.__name__
    names = [name for module in modules() for name in module.FORMATS]
    assert len(names) == len(set(names))
