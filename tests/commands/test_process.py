"""The command line as people and pipelines meet it: a real process, its exit code, its streams."""

from __future__ import annotations

import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.commands.conftest import BAD, GOOD, MODEL, POLICY, ROOT

SCHEMA = json.loads((ROOT / "schemas" / "decision.schema.json").read_text(encoding="utf-8"))


def silent(ran: Any) -> bool:
    return "Traceback" not in ran.err and "Traceback" not in ran.out


def test_pass_is_0_and_fail_is_1(aims: Any) -> None:
    passed = aims("evaluate", "inventory/loans.yaml")
    assert (passed.code, passed.err) == (0, ""), passed
    assert passed.out.startswith("PASS  dataset/loans")
    assert passed.out.endswith("certifies nothing.\n")
    failed = aims("evaluate", aims.write("few.yaml", BAD))
    assert (failed.code, failed.err) == (1, ""), failed
    assert "few.yaml:6" in failed.out
    assert "appetite/default.yaml:" in failed.out


@pytest.mark.parametrize(
    "arguments",
    [
        ("evaluat",),
        ("evaluate", "--nonsense"),
        ("evaluate", "inventory/loans.yaml", "--at", "yesterday"),
        ("evaluate", "inventory/loans.yaml", "--format", "page"),
        ("evaluate", "inventory/loans.yaml", "--control", "A.77"),
        ("evaluate", "inventory/loans.yaml", "--as", "hf-modelcard"),
        ("evaluate", "inventory/loans.yaml", "-o", "no/such/folder/x.json"),
        ("evaluate", "policies"),
        ("explain", "t/ownr"),
        ("explain", "A.7.4"),
        ("explain", "t/owner", "inventory/loans.yaml", "inventory/loans.yaml"),
        ("controls", "A.7.9"),
        ("graph", "impakt"),
        ("graph", "impact"),
        ("graph", "impact", "dataset/loan"),
        ("schema", "modle"),
        ("init", "."),
        ("test", "inventory"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(aims: Any, arguments: tuple[str, ...]) -> None:
    ran = aims(*arguments)
    assert ran.code == 2, ran
    assert ran.out == ""
    assert "Error: " in ran.err
    assert silent(ran)


@pytest.mark.parametrize(
    ("arguments", "guess"),
    [
        (("evaluat",), "evaluate"),
        (("explain", "t/ownr"), "t/owner"),
        (("graph", "impakt"), "impact"),
        (("schema", "modle"), "model"),
        (("graph", "impact", "dataset/loan"), "dataset/loans"),
    ],
)
def test_the_right_name_is_offered(aims: Any, arguments: tuple[str, ...], guess: str) -> None:
    assert guess in aims(*arguments).err


def test_a_wrong_policy_is_3(aims: Any) -> None:
    aims.write("policies/own.yaml", POLICY.replace("metadata.owner !=", "metadata.ownr !="))
    for arguments in (
        ("evaluate", "inventory/loans.yaml"),
        ("explain", "t/owner"),
        ("controls",),
        ("graph", "coverage"),
    ):
        ran = aims(*arguments)
        assert ran.code == 3, ran
        assert "policies/own.yaml:9:" in ran.err
        assert "did you mean `owner`?" in ran.err
        assert ran.out == ""
    ran = aims("lint")
    assert (ran.code, ran.err) == (3, ""), ran
    assert "unknown-field" in ran.out


def test_no_workspace_where_one_is_named(aims: Any) -> None:
    ran = aims("evaluate", "inventory/loans.yaml", "-w", "nowhere")
    assert ran.code == 3, ran
    assert "aims init" in ran.err


UNREADABLE = {
    "empty.yaml": b"",
    "binary.yaml": bytes(range(256)),
    "nul.json": b"{\x00}",
    "broken.yaml": b"a: [1, 2",
    "broken.json": b'{"a": 1,}',
    "list.yaml": b"- 1\n- 2\n",
    "field.yaml": GOOD.replace("owner", "ownr").encode(),
    "kind.yaml": GOOD.replace("Dataset", "Datset").encode(),
    "other.yaml": b"services: {}\n",
    "bomb.yaml": b"a: &a [x, x]\n"
    + b"".join(b"%c: &%c [*%c, *%c]\n" % (c + 1, c + 1, c, c) for c in range(97, 121)),
    "encoding.yaml": b"name: \xff\xfe\x00x\n",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_an_unreadable_manifest_is_4(aims: Any, name: str) -> None:
    ran = aims("evaluate", aims.write(name, UNREADABLE[name]))
    assert ran.code == 4, ran
    assert ran.out == ""
    assert f"{name}" in ran.err
    assert "error[" in ran.err
    assert silent(ran)


def test_a_file_that_is_not_there_is_4(aims: Any) -> None:
    ran = aims("evaluate", "nowhere.yaml")
    assert ran.code == 4, ran
    assert "no such file" in ran.err


def test_a_link_to_itself_is_4(aims: Any) -> None:
    (aims.folder / "m").mkdir()
    (aims.folder / "m/loop.yaml").symlink_to("loop.yaml")
    (aims.folder / "m/up").symlink_to("..")
    ran = aims("evaluate", "m")
    assert ran.code == 4, ran
    assert "m/loop.yaml" in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_4(aims: Any) -> None:
    aims.write("closed/a.yaml", GOOD)
    (aims.folder / "closed").chmod(0)
    try:
        ran = aims("evaluate", "closed")
    finally:
        (aims.folder / "closed").chmod(0o700)
    assert ran.code == 4, ran
    assert "permission denied" in ran.err


def test_of_several_the_readable_ones_are_decided_and_4_wins(aims: Any) -> None:
    for name, content in (("m/a.yaml", GOOD), ("m/b.yaml", BAD), ("m/c.yaml", "a: [")):
        aims.write(name, content)
    ran = aims("evaluate", "m")
    assert ran.code == 4, ran
    assert "dataset/loans" in ran.out
    assert "dataset/few" in ran.out
    assert "1 file could not be read and was not decided" in ran.out
    assert "m/c.yaml:1:" in ran.err
    plain = json.loads(aims("evaluate", "m", "--format", "json").out)
    jsonschema.validate(plain, SCHEMA)
    assert plain["verdict"] == "fail"
    assert [d["verdict"] for d in plain["decisions"]] == ["pass", "fail"]
    assert plain["unread"][0]["file"] == "m/c.yaml"


def test_an_internal_error_is_5_without_a_traceback(aims: Any) -> None:
    broken = """
import aims_policy.policy.load as load

def broken(**_):
    raise ZeroDivisionError('\\x1b[31mboom')

load.load_bundle = broken
"""
    aims.write("sitecustomize.py", broken)
    path = f"{aims.folder}{os.pathsep}{ROOT}"
    ran = aims("evaluate", "inventory/loans.yaml", PYTHONPATH=path)
    assert ran.code == 5, ran
    assert ran.out == ""
    assert "internal error: ZeroDivisionError: \\x1b[31mboom" in ran.err
    assert "AIMS_DEBUG=1" in ran.err
    assert silent(ran)
    assert "Traceback" in aims("evaluate", "inventory/loans.yaml", PYTHONPATH=path, AIMS_DEBUG="1").err


def test_an_interrupt_is_130_without_a_traceback(aims: Any) -> None:
    process = subprocess.Popen(
        aims.command("evaluate", "-"),
        cwd=aims.folder,
        env=aims.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert out == b""
    assert b"interrupted" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize(("content", "code"), [(GOOD, 0), (BAD, 1)])
def test_a_reader_that_goes_away_changes_no_exit_code(aims: Any, content: str, code: int) -> None:
    aims.write("m.yaml", content)
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        aims.command("evaluate", "m.yaml", "--show", "all"),
        cwd=aims.folder,
        env=aims.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (code, b"")


def test_help_into_a_closed_pipe_is_quiet(aims: Any) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        aims.command("--help"),
        cwd=aims.folder,
        env=aims.environment,
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert b"Traceback" not in done.stderr
    assert b"BrokenPipe" not in done.stderr


def test_stdin(aims: Any) -> None:
    ran = aims("evaluate", "-", stdin=GOOD.encode())
    assert ran.code == 0, ran
    assert "<stdin>" in ran.out
    assert (
        aims(
            "evaluate",
            "-",
            stdin=json.dumps(
                {"apiVersion": "aims/v1", "kind": "Dataset", "metadata": {"name": "x"}}
            ).encode(),
        ).code
        == 1
    )
    assert aims("evaluate", "-", stdin=b"").code == 4


def test_without_paths_the_inventory_is_decided(aims: Any) -> None:
    aims.write("inventory/scorer.yaml", MODEL)
    ran = aims("evaluate")
    assert ran.code == 0, ran
    assert "2 manifests: 2 pass, 0 fail" in ran.out


def test_what_is_no_manifest_in_a_folder_is_passed_over_and_said(aims: Any) -> None:
    aims.write("compose.yaml", "services: {}\n")
    aims.write(".hidden/bad.yaml", "a: [")
    aims.write("notes.txt", "no")
    ran = aims("evaluate", ".")
    assert ran.code == 0, ran
    assert ran.err.startswith(
        "note: 3 files are not a manifest and passed over: aims.yaml, compose.yaml, policies/own.yaml"
    )


def test_packages_of_others_in_a_folder_are_left_out(aims: Any) -> None:
    for name in ("node_modules/x/bad.yaml", "venv/lib/bad.yaml", "src/__pycache__/bad.yaml"):
        aims.write(name, BAD)
    aims.write("venv/pyvenv.cfg", "home = /usr/bin\n")
    assert aims("evaluate", ".").code == 0
    assert aims("evaluate", "node_modules").code == 1, "named itself it is read"
    assert aims("lint", ".").code == 0


def test_kitfiles_in_a_folder_are_found_and_named_after_it_where_they_name_nothing(aims: Any) -> None:
    aims.write("kits/tide/Kitfile", "manifestVersion: 1.0.0\nmodel: {path: tide.onnx}\n")
    aims.write(
        "kits/berth/Kitfile", "manifestVersion: 1.0.0\nmodel: {name: berth-planner, path: berth.onnx}\n"
    )
    decided = json.loads(aims("evaluate", "kits", "--format", "json").out)["decisions"]
    assert sorted(decision["subject"]["name"] for decision in decided) == ["berth-planner", "tide"]


def test_cards_in_a_folder_are_found_by_their_names(aims: Any) -> None:
    for name in ("MODEL_CARD.md", "docs/scorer-model-card.md", "docs/Datasheet.markdown", "docs/design.md"):
        aims.write(f"cards/{name}", "---\nlicense: mit\n---\n# Scorer\n")
    decided = json.loads(aims("evaluate", "cards", "--format", "json").out)["decisions"]
    assert [d["subject"]["file"] for d in decided] == [
        "cards/MODEL_CARD.md",
        "cards/docs/Datasheet.markdown",
        "cards/docs/scorer-model-card.md",
    ]


@pytest.mark.parametrize("command", ["evaluate", "convert"])
def test_a_folder_without_manifests_is_told_with_what_is_looked_for(aims: Any, command: str) -> None:
    aims.write("cards/design.md", "# Design\n")
    ran = aims(command, "cards")
    assert (ran.code, "MODEL_CARD.md" in ran.err, "aims survey" in ran.err) == (2, True, True)


def test_the_same_file_twice_is_decided_once(aims: Any) -> None:
    plain = json.loads(aims("evaluate", "inventory", "inventory/loans.yaml", "--format", "json").out)
    assert len(plain["decisions"]) == 1


def test_an_asset_given_twice_is_told_and_decided(aims: Any) -> None:
    """Which of them a model is built on is nothing to guess: the one that fails could hide behind the other."""
    aims.write("inventory/again.yaml", BAD.replace("few", "loans"))
    aims.write("inventory/model.yaml", MODEL)
    for paths in ((), ("inventory",), ("inventory/model.yaml",)):
        ran = aims("evaluate", *paths)
        assert "warning[duplicate-asset]: asset `dataset/loans` is described already in" in ran.err, paths
        assert "held to the last" in ran.err
        assert ran.code == (0 if paths == ("inventory/model.yaml",) else 1)
    told = json.loads(aims("evaluate", "inventory", "--format", "json").out)
    assert [(w["code"], w["severity"]) for w in told["warnings"]] == [("duplicate-asset", "warning")]
    log = json.loads(aims("evaluate", "inventory", "--format", "sarif").out)
    notified = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert "duplicate-asset" in [n["descriptor"]["id"] for n in notified]
    assert "duplicate-asset" not in aims("evaluate", "inventory/loans.yaml").err, (
        "it takes the inventory's place"
    )


def test_same_inputs_same_bytes(aims: Any) -> None:
    arguments = (
        "evaluate",
        "inventory/loans.yaml",
        "--at",
        "2026-06-01",
        "--format",
        "json",
        "--show",
        "all",
    )
    first, cached = aims(*arguments), aims(*arguments)
    assert first.out == cached.out
    plain = json.loads(first.out)
    jsonschema.validate(plain, SCHEMA)
    [decision] = plain["decisions"]
    assert decision["at"] == "2026-06-01T00:00:00Z"
    assert decision["findings"][1]["evidence"][0]["value"] == 100000


def test_an_output_file_is_written_whole_or_not_at_all(aims: Any) -> None:
    ran = aims("evaluate", "inventory/loans.yaml", "--format", "json", "-o", "out.json")
    assert (ran.code, ran.out) == (0, ""), ran
    assert json.loads((aims.folder / "out.json").read_text(encoding="utf-8"))["verdict"] == "pass"
    assert [p.name for p in aims.folder.glob("*.tmp")] == []
    aims.write("policies/own.yaml", "broken: [")
    assert aims("evaluate", "inventory/loans.yaml", "-o", "out.json").code == 3
    assert json.loads((aims.folder / "out.json").read_text(encoding="utf-8"))["verdict"] == "pass"


def on_a_terminal(aims: Any, *arguments: str, **environment: str) -> str:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        aims.command(*arguments),
        cwd=aims.folder,
        env={**aims.environment, "TERM": "xterm", **environment},
        stdout=follower,
        stderr=subprocess.DEVNULL,
    )
    os.close(follower)
    read = everything(leader)
    process.wait(timeout=60)
    return read


def everything(leader: int) -> str:
    read = b""
    try:
        while chunk := os.read(leader, 65536):
            read += chunk
    except OSError:
        pass  # what a terminal says when its other end is closed
    os.close(leader)
    return read.decode()


def test_colour_only_on_a_terminal_and_never_with_no_color(aims: Any) -> None:
    assert "\x1b[" in on_a_terminal(aims, "evaluate", "inventory/loans.yaml")
    assert "\x1b[" not in on_a_terminal(aims, "evaluate", "inventory/loans.yaml", NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(aims, "evaluate", "inventory/loans.yaml", TERM="dumb")
    assert "\x1b[" not in aims("evaluate", "inventory/loans.yaml").out


def test_colour_where_it_is_asked_for(aims: Any) -> None:
    """As CI systems do, whose logs show colours and are no terminals."""
    asked = ("evaluate", "inventory/loans.yaml")
    assert "\x1b[" in aims(*asked, FORCE_COLOR="1", TERM="dumb").out
    assert "\x1b[" not in aims(*asked, FORCE_COLOR="0").out
    assert "\x1b[" not in aims(*asked, FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b[" not in aims(*asked, "--format", "markdown", FORCE_COLOR="1").out


def test_a_stream_that_knows_only_ascii(aims: Any) -> None:
    ran = aims("evaluate", aims.write("few.yaml", BAD.replace("few", "日本")), PYTHONIOENCODING="ascii")
    assert ran.code == 1, ran
    assert "medium -> deny" in ran.out
    assert "\\u65e5" in ran.out


def test_the_environment_decides_what_a_finding_does(aims: Any) -> None:
    aims.write("few.yaml", BAD)
    assert aims("evaluate", "few.yaml", "-e", "development").code == 0
    assert aims("evaluate", "few.yaml", "-e", "production").code == 1


def test_policies_and_appetite_named_one_by_one(aims: Any) -> None:
    assert (
        aims(
            "evaluate", aims.write("few.yaml", BAD), "--policy", "policies/own.yaml", "--appetite", "default"
        ).code
        == 1
    )
    assert aims("evaluate", "few.yaml", "--policy", "nowhere.yaml").code == 3
    assert aims("evaluate", "few.yaml", "--appetite", "nowhere.yaml").code == 3


def test_controls_narrow_the_view(aims: Any) -> None:
    ran = aims("evaluate", aims.write("few.yaml", BAD), "--control", "A.3")
    assert ran.code == 1, ran
    assert "t/records" not in ran.out
    assert "the verdict is that of all 2" in ran.out


def test_explain(aims: Any) -> None:
    rule = aims("explain", "t/records")
    assert rule.code == 0, rule
    assert "content.records >= appetite.evaluation.sample_size.min" in rule.out
    assert "A.7.4" in rule.out
    found = aims("explain", "t/records", aims.write("few.yaml", BAD))
    assert found.code == 1, found
    assert "content.records  = 3" in found.out
    plain = json.loads(aims("explain", "t/records", "few.yaml", "--format", "json").out)
    assert plain["steps"]["require"][0]["value"] is False
    assert aims("explain", "t/owner", "inventory/loans.yaml").code == 0
    assert aims("explain", "t/records", aims.write("model.yaml", MODEL)).code == 2
    assert json.loads(aims("explain", "t/records", "--format", "json").out)["reads"][0] == "content.records"


def test_controls(aims: Any) -> None:
    assert "Quality of data for AI systems (1 rule)" in aims("controls").out
    assert len(json.loads(aims("controls", "--format", "json").out)["controls"]) == 38
    one = aims("controls", "A.7.4").out
    assert "t/records" in one
    assert "own mapping" in one
    assert json.loads(aims("controls", "A.7.4", "--format", "json").out)["rules"] == ["t/records"]


def test_a_group_of_controls_is_told_by_its_controls(aims: Any) -> None:
    ran = aims("controls", "a.7")
    assert ran.code == 2
    assert ran.err.endswith("Below it are A.7.2, A.7.3, A.7.4, A.7.5, A.7.6.\n"), ran
    assert aims("controls", "a.7.5").err.endswith("`A.7.5`?\n")


def test_graph(aims: Any) -> None:
    aims.write("inventory/scorer.yaml", MODEL)
    ran = aims("graph", "impact", "dataset/loans")
    assert ran.code == 0, ran
    assert "model/scorer" in ran.out
    assert "dataset/loans" in json.dumps(
        json.loads(aims("graph", "lineage", "model/scorer", "--format", "json").out)
    )


def test_schema(aims: Any) -> None:
    names = aims("schema").out.split()
    assert {"model", "dataset", "decision", "policy"} <= set(names)
    jsonschema.Draft202012Validator.check_schema(json.loads(aims("schema", "model").out))
    ran = aims("schema", "--output-dir", "out")
    assert ran.code == 0, ran
    assert len(list((aims.folder / "out").iterdir())) == len(names)


def test_lint_and_test(aims: Any) -> None:
    ran = aims("lint")
    assert ran.code == 0, ran
    assert "untested-rule" in ran.out
    cases = "".join(f"  - {{name: n, rule: t/owner, manifest: m, expect: {o}}}\n" for o in ("pass", "fail"))
    manifest = "{apiVersion: aims/v1, kind: Model, metadata: {name: a, owner: b}}"
    head = f"apiVersion: aims/v1\nkind: PolicyTest\npolicy: own.yaml\nmanifests:\n  m: {manifest}\ntests:\n"
    aims.write("policies/own.test.yaml", head + cases)
    ran = aims("test")
    assert ran.code == 1, ran
    assert "expected fail, and it is pass" in ran.out
    assert "1 rule without a test:  t/records" in ran.out
    aims.write("policies/own.test.yaml", head + cases.replace("expect: fail", "expect: pass"))
    assert aims("test", "policies/own.yaml").code == 0
    aims.write("policies/own.test.yaml", "apiVersion: aims/v1\nkind: PolicyTest\n")
    assert aims("test").code == 3
    aims.write("policies/own.test.yaml", "")
    assert aims("lint").code == 3
    (aims.folder / "policies/own.test.yaml").unlink()
    aims.write("inventory/bad.yaml", GOOD.replace("owner", "ownr"))
    ran = aims("lint", "--format", "json")
    assert ran.code == 4, ran
    assert json.loads(ran.out)["manifests"][0]["code"] == "unknown-field"


def test_init_makes_what_evaluates(aims: Any) -> None:
    ran = aims("init", "fresh", "--name", 'A: "B" #\n')
    assert ran.code == 0, ran
    folder = aims.folder / "fresh"
    assert {"aims.yaml", "inventory", "policies", "waivers.yaml"} <= {p.name for p in folder.iterdir()}
    again = aims("init", "fresh")
    assert again.code == 2
    assert "--force" in again.err
    assert aims("init", "fresh", "--force").code == 0
    tests = aims("test", "fresh/policies", "-w", "fresh", "--appetite", "default")
    assert tests.code == 0, tests
    decided = aims("evaluate", "fresh/inventory", "--policy", "fresh/policies/own.yaml")
    assert decided.code in (0, 1), decided
    assert "model/credit-scorer" in decided.out


def test_progress_is_told_on_a_terminal_only(aims: Any) -> None:
    for number in range(60):
        aims.write(f"many/{number}.yaml", GOOD.replace("loans", f"loans-{number}"))
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        aims.command("evaluate", "many", "-o", "out.txt"),
        cwd=aims.folder,
        env=aims.environment,
        stderr=follower,
        stdout=subprocess.DEVNULL,
    )
    os.close(follower)
    read = everything(leader)
    assert process.wait(timeout=60) == 0
    assert "deciding 60 of 60" in read
    assert aims("evaluate", "many").err == ""


def test_version_and_help(aims: Any) -> None:
    assert aims("--version").out.startswith("aims_policy ")
    shown = aims("--help").out
    for name in ("evaluate", "explain", "controls", "lint", "test", "graph", "schema", "init"):
        assert name in shown
        helped = aims(name, "--help")
        assert helped.code == 0
        assert f"aims {name}" in helped.out.split("\n\n", 1)[1], "an example"


def test_from_a_checkout(aims: Any) -> None:
    done = subprocess.run(
        [aims.command()[0], str(ROOT / "cli.py"), "--version"],
        capture_output=True,
        text=True,
        check=True,
        cwd=aims.folder,
    )
    assert done.stdout.startswith("aims_policy ")


def test_a_cached_evaluation_imports_nothing_heavy(aims: Any) -> None:
    assert aims("evaluate", "inventory/loans.yaml").code == 0
    program = """
import sys
from aims_policy.commands.terminal.failures import run
code = run(["evaluate", "inventory/loans.yaml"])
heavy = {"pydantic", "rule_engine", "networkx", "jsonschema", "rich", "difflib", "typing_extensions"}
print(code, sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [aims.command()[0], "-c", program],
        cwd=aims.folder,
        env=aims.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "0 []", Path(aims.folder)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_report_that_cannot_be_written_is_no_success() -> None:
    command = [sys.executable, "cli.py", "controls"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        ran = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.returncode == 5
    assert ran.stderr == "cannot write the report: no space left on device\n"


def with_closed(stream: str, aims: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the command does where the shell closes ``1`` or ``2`` before it."""
    command = f"exec {shlex.join(aims.command(*arguments))} {stream}>&-"
    return subprocess.run(
        ["sh", "-c", command],
        cwd=aims.folder,
        env=aims.environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("arguments", [("evaluate",), ("controls",), ("--help",), ("init", "other")])
def test_a_closed_stdout_is_told_and_no_success(aims: Any, arguments: tuple[str, ...]) -> None:
    ran = with_closed("1", aims, *arguments)
    assert (ran.returncode, ran.stderr) == (5, "cannot write the report: bad file descriptor\n")


def test_a_closed_stderr_changes_nothing(aims: Any) -> None:
    arguments = ("evaluate", "inventory", "gone.yaml", "--at", "2026-06-01")
    plain, ran = aims(*arguments), with_closed("2", aims, *arguments)
    assert (ran.returncode, ran.stdout) == (plain.code, plain.out)


def test_an_appetite_of_ones_own(aims: Any) -> None:
    assert aims("init", "new", "--appetite").code == 0
    assert "\nappetite: appetite.yaml\n" in (aims.folder / "new" / "aims.yaml").read_text(encoding="utf-8")
    assert aims("lint", "new").out.startswith("nothing to complain of in 5 policy documents")
    assert aims("init", "old").code == 0
    into = aims("init", "old", "--appetite")
    assert (into.code, "name it: `appetite: appetite.yaml`" in into.out) == (0, True)
    assert aims("lint", "old/appetite.yaml").code == 0
    assert aims("init", "old", "--appetite").code == 2, "and it is not overwritten"
