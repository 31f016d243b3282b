"""``aims ledger`` and ``aims evaluate --ledger`` as real processes."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import BAD, GOOD, MODEL, POLICY, WORKSPACE, Aims, aims
from tests.ledger.postgres import Server

__all__ = ["aims"]  # the fixture
AT = "2026-06-01"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with decisions on record: a dataset that passes, one that fails, a model."""
    runner = Aims(tmp_path_factory.mktemp("recorded") / "workspace")
    runner.write("aims.yaml", WORKSPACE)
    runner.write("policies/own.yaml", POLICY)
    runner.write("inventory/loans.yaml", GOOD)
    runner.write("inventory/few.yaml", BAD)
    runner.write("inventory/scorer.yaml", MODEL)
    ran = runner("evaluate", "--ledger", "l.db", "--keep-inputs", "--at", AT)
    assert ran.code == 1, ran
    return runner.folder


@pytest.fixture
def used(recorded: Path, tmp_path: Path) -> Aims:
    """The same, to do with as one likes."""
    folder = tmp_path / "used"
    shutil.copytree(recorded, folder)
    return Aims(folder)


def test_evaluate_records_what_it_shows(used: Any) -> None:
    shown = json.loads(used("evaluate", "--at", AT, "--format", "json").out)
    listed = json.loads(used("ledger", "list", "--ledger", "l.db", "--format", "json").out)
    assert [(e["subject_name"], e["verdict"]) for e in listed["entries"]] == [
        ("scorer", "pass"),
        ("loans", "pass"),
        ("few", "fail"),
    ]
    ran = used("ledger", "show", "1", "--decision", "--ledger", "l.db")
    assert json.loads(ran.out) == shown["decisions"][0]
    assert ran.out.startswith('{\n  "apiVersion": "aims/v1",\n  "kind": "Decision",')


def test_list_and_show_for_people(used: Any) -> None:
    ran = used("ledger", "list", AIMS_LEDGER="l.db")
    assert [line.split()[3:5] for line in ran.out.splitlines()[1:]] == [
        ["pass", "model/scorer"],
        ["pass", "dataset/loans"],
        ["fail", "dataset/few"],
    ]
    for options, names in (
        (["--verdict", "fail", "--since", "2026-01-01", "--source", "cli"], ["few"]),
        (["--asset", "model/scorer", "-e", "production"], ["scorer"]),
        (["--asset", "loans", "--until", "2026-01-01"], []),
        (["--limit", "1"], ["scorer"]),
    ):
        listed = used("ledger", "list", "--ledger", "l.db", *options)
        assert [line.split("/")[1].split()[0] for line in listed.out.splitlines()[1:]] == names, listed
    shown = used("ledger", "show", "1", "--ledger", "l.db")
    assert "fail     warn   t/records" in shown.out or "fail     deny   t/records" in shown.out, shown
    assert "inventory/few.yaml" in shown.out
    assert used("ledger", "show", "1", "--ledger", "l.db", "--input", "inventory/few.yaml").out == BAD


def test_export_is_json_lines_with_the_decision_in_it(used: Any) -> None:
    ran = used("ledger", "export", "--ledger", "l.db", "--with-inputs")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["sequence"] for line in lines] == [1, 2, 3]
    exact = used("ledger", "show", "1", "--ledger", "l.db", "--decision").out
    assert lines[0]["decision"] == json.loads(exact)
    assert lines[0]["inputs"][0]["content"]
    assert used("ledger", "export", "--ledger", "l.db", "-o", "x.jsonl").out == ""
    assert len((used.folder / "x.jsonl").read_text().splitlines()) == 3


def test_verify_and_checkpoints(used: Any) -> None:
    ran = used("ledger", "verify", "--ledger", "l.db")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("OK    l.db  3 entries")
    assert used("ledger", "keygen").code == 0
    assert (used.folder / "ledger.key").stat().st_mode & 0o077 == 0
    assert used("ledger", "keygen").code == 2  # never over a key that is there
    for pair in (("new.key", "ledger.pub"), ("ledger.key", "new.pub"), ("new.key", "no/new.pub")):
        assert used("ledger", "keygen", "--private-key", pair[0], "--public-key", pair[1]).code == 2
    assert not list(used.folder.glob("new.*"))  # nor half a pair
    assert used("ledger", "checkpoint", "--ledger", "l.db", "--key", "ledger.key", "-o", "c.json").code == 0
    proof = ("--checkpoint", "c.json", "--public-key", "ledger.pub")
    used("evaluate", "inventory/loans.yaml", "--ledger", "l.db")
    assert used("ledger", "verify", "--ledger", "l.db", *proof).code == 0
    cut_off(used, 2)
    assert used("ledger", "verify", "--ledger", "l.db").code == 0  # whole in itself
    ran = used("ledger", "verify", "--ledger", "l.db", *proof)
    assert ran.code == 1
    assert "entry 3: error[cut-off]: the end was cut off: the checkpoint of" in ran.out
    ran = used("ledger", "verify", "--ledger", "l.db", *proof, "--format", "json")
    assert json.loads(ran.out)["faults"][0]["place"] == "entry 3"
    for arguments in (("--checkpoint", "c.json"), ("--checkpoint", "nothing", "--public-key", "ledger.pub")):
        assert used("ledger", "verify", "--ledger", "l.db", *arguments).code == 2
    used.write("c.json", (used.folder / "c.json").read_text().replace('"sequence": 3', '"sequence": 2'))
    ran = used("ledger", "verify", "--ledger", "l.db", *proof)
    assert ran.code == 2
    assert "c.json: error[bad-checkpoint]" in ran.err


def cut_off(used: Any, last: int) -> None:
    connection = sqlite3.connect(used.folder / "l.db")
    [hash_] = connection.execute("SELECT hash FROM aims_entries WHERE sequence = ?", (last,)).fetchone()
    connection.execute("DELETE FROM aims_entries WHERE sequence > ?", (last,))
    connection.execute("UPDATE aims_ledger SET sequence = ?, hash = ?", (last, hash_))
    # What only they referred to goes with them, as a forger would do it.
    connection.execute(
        "DELETE FROM aims_contents WHERE NOT EXISTS (SELECT 1 FROM aims_entries e, aims_contents c"
        " WHERE c.digest IN (e.decision, e.inputs)"
        " AND (c.digest = aims_contents.digest OR instr(c.content, CAST(aims_contents.digest AS BLOB))))"
    )
    connection.commit()
    connection.close()


def test_verify_says_where(used: Any) -> None:
    connection = sqlite3.connect(used.folder / "l.db")
    connection.execute("UPDATE aims_entries SET verdict = 'pass' WHERE sequence = 1")
    connection.commit()
    connection.close()
    ran = used("ledger", "verify", "--ledger", "l.db")
    assert ran.code == 1
    assert ran.out.startswith("BROKEN  l.db\n  entry 1: error[entry-altered]: ")
    faults = json.loads(used("ledger", "verify", "--ledger", "l.db", "--format", "json").out)["faults"]
    strays = [f for f in faults if f["code"] == "content-stray"]
    assert len(strays) > 3
    assert ran.out.count("error[content-stray]") == 3
    assert (
        f"  … and {len(strays) - 3} more of [content-stray], as where an entry is altered or gone\n"
        in ran.out
    )
    assert used("ledger", "checkpoint", "--ledger", "l.db", "--key", used.write("k", "x")).code == 1


def test_replay(used: Any) -> None:
    ran = used("ledger", "replay", "--ledger", "l.db")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("3 entries decided again: 3 identical\n")
    used.write("policies/own.yaml", POLICY.replace("appetite.evaluation.sample_size.min", "1"))
    ran = used("ledger", "replay", "1", "--ledger", "l.db", "--format", "json")
    [entry] = json.loads(ran.out)["entries"]
    assert {"subject": "t/records", "after": "pass"}.items() <= entry["flips"][-1].items(), entry
    assert (entry["status"], ran.code) == ("changed", 1 if entry["flips"][0]["subject"] == "verdict" else 0)


def test_replay_finds_inputs_by_digest(aims: Any) -> None:
    aims("evaluate", "--ledger", "l.db", "--at", AT)
    ran = aims("ledger", "replay", "--ledger", "l.db")
    assert ran.code == 1
    assert "lacking" in ran.out
    assert "inventory/loans.yaml (sha256:" in ran.out
    ran = aims("ledger", "replay", "--ledger", "l.db", "--inputs", "inventory")
    assert (ran.code, ran.out.count("identical")) == (0, 2), ran


@pytest.mark.parametrize("environment", ["production", "development"])
def test_where_nothing_can_be_recorded_nothing_passes(aims: Any, environment: str) -> None:
    """In an environment that can deny; in one that cannot, it is a warning."""
    aims.write("appetite.yaml", appetite_that_never_denies_in("development"))
    arguments = ("evaluate", "inventory/loans.yaml", "-e", environment, "--appetite", "appetite.yaml")
    aims.write("full.db", "this is no ledger")
    ran = aims(*arguments, "--ledger", "full.db")
    if environment == "production":
        assert (ran.code, ran.out) == (2, "")
        assert "full.db: error[not-a-ledger]" in ran.err
        assert "nothing is decided for `production` that is not on record" in ran.err
    else:
        assert ran.code == 0, ran
        assert "full.db: warning[not-a-ledger]" in ran.err
        assert ran.out.startswith("PASS")
    assert "Traceback" not in ran.err


def appetite_that_never_denies_in(environment: str) -> str:
    import yaml

    plain = yaml.safe_load(Path("policies/appetite/default.yaml").read_text(encoding="utf-8"))
    for table in plain["enforcement"].values():
        table[environment] = "warn"
    return yaml.safe_dump(plain)


def test_a_ledger_in_postgresql(aims: Any, postgres: Server) -> None:
    url = postgres.create("command")
    assert aims("evaluate", "--ledger", url, "--at", AT, "--keep-inputs").code == 0
    ran = aims("ledger", "verify", "--ledger", url)
    assert (ran.code, ran.err) == (0, ""), ran
    assert "1 entry" in ran.out
    assert aims("ledger", "replay", "--ledger", url).code == 0
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("UPDATE aims_entries SET subject_name = replace(subject_name, 'loans', 'loons')")
    ran = aims("ledger", "verify", "--ledger", url)
    assert (ran.code, "entry 1: error[entry-altered]" in ran.out) == (1, True), ran


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ledger", "verify"), 2, "--ledger"),
        (("ledger", "list", "--ledger", "nothing.db"), 2, "error[ledger-not-there]"),
        (("ledger", "verify", "--ledger", "nothing.db"), 2, "error[ledger-not-there]"),
        (("ledger", "verify", "--ledger", "aims.yaml"), 1, "error[not-a-ledger]"),
        (("ledger", "list", "--ledger", "mysql://x/y"), 2, "error[bad-ledger]"),
        (("ledger", "show", "99", "--ledger", "l.db"), 2, "There is no entry `99`"),
        (("ledger", "show", "1", "--ledger", "l.db", "--input", "x"), 2, "Its inputs: inventory/few.yaml"),
        (("ledger", "checkpoint", "--ledger", "l.db", "--key", "aims.yaml"), 2, "error[bad-key]"),
        (("ledger", "vrify", "--ledger", "l.db"), 2, "vrify"),
        (("evaluate", "--keep-inputs"), 2, "--ledger"),
        (("evaluate", "--ledger", "l.db", "--mask", "owner"), 2, "error[bad-pointer]"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else None,
)
def test_what_is_wrong_is_said(used: Any, arguments: tuple[str, ...], code: int, said: str) -> None:
    ran = used(*arguments)
    assert ran.code == code, ran
    assert said in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_without_the_extra_it_is_said_what_to_install(aims: Any) -> None:
    aims.write("sqlalchemy.py", "raise ImportError")
    path = f"{aims.folder}:{aims.environment['PYTHONPATH']}"
    ran = aims("evaluate", "--ledger", "l.db", PYTHONPATH=path)
    assert (ran.code, ran.out) == (2, ""), ran
    assert "pip install 'aims-policy[ledger]'" in ran.err


def test_masked_values_leave_the_machine_with_nobody(aims: Any) -> None:
    ran = aims("evaluate", "--ledger", "l.db", "--keep-inputs", "--mask", "/metadata/owner", "--show", "all")
    assert ran.code == 0, ran
    assert b"Ada" not in (aims.folder / "l.db").read_bytes()
    ran = aims(
        "evaluate", "-", "--ledger", "l.db", "--mask", "/spec/x", stdin=b"---\nlicense: mit\n---\n# A model\n"
    )
    assert "Traceback" not in ran.err


def test_evidence_from_other_files_is_on_record_and_found_again(used: Any) -> None:
    """A report that the manifest lists, of a suffix that no manifest has, and one that was handed over."""
    used.write("inventory/scorer.yaml", f"{MODEL}  evidence: [{{file: ../reports/tests.xml}}]\n")
    used.write(
        "reports/tests.xml",
        '<testsuite name="scorer" tests="1"><testcase classname="t" name="test_it"/></testsuite>',
    )
    used.write("reports/card.yaml", f"{MODEL.split('spec:')[0]}spec: {{provenance: {{license: mit}}}}\n")
    ran = used("evaluate", "--ledger", "more.db", "--at", AT, "--evidence", "model/scorer=reports/card.yaml")
    assert ran.code == 1, ran
    entry = json.loads(used("ledger", "show", "1", "--ledger", "more.db", "--format", "json").out)
    if entry["subject_name"] != "scorer":
        entry = json.loads(used("ledger", "show", "3", "--ledger", "more.db", "--format", "json").out)
    assert [(i["name"], i["evidence_on"]) for i in entry["inputs"]] == [
        ("inventory/scorer.yaml", ""),
        ("inventory/loans.yaml", ""),
        ("reports/tests.xml", "model/scorer"),
        ("reports/card.yaml", "model/scorer"),
    ]
    shown = used("ledger", "show", str(entry["sequence"]), "--ledger", "more.db").out
    assert "not kept, evidence on model/scorer" in shown
    found = used("ledger", "replay", "--ledger", "more.db", "--inputs", ".", "--format", "json")
    assert [e["status"] for e in json.loads(found.out)["entries"]] == ["identical"] * 3
    (used.folder / "reports/tests.xml").write_text("<testsuite/>")
    lost = used("ledger", "replay", "--ledger", "more.db", "--inputs", ".")
    assert (lost.code, "not found: reports/tests.xml (sha256:" in lost.out) == (1, True)
