"""`aims watch` as an operator meets it: a real process, real files, a real address that is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.commands.conftest import BAD, GOOD, LISTING, MODEL, POLICY, ROOT

SCHEMA = json.loads((ROOT / "schemas" / "watch-report.schema.json").read_text(encoding="utf-8"))
STATE = ".aims/watch-production.json"


class Listener:
    """A web address that remembers what it was told and answers with a status."""

    def __init__(self) -> None:
        listener = self
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.status = 204

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.told.append((dict(self.headers), body))
                self.send_response(listener.status)
                if listener.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


def look(aims: Any, *arguments: str, **environment: str) -> Any:
    """One look as JSON: the run, and the report where there is one."""
    ran = aims("watch", "--once", "--format", "json", *arguments, **environment)
    assert "Traceback" not in ran.err, ran
    assert ran.out or ran.code == 2, ran
    ran.report = json.loads(ran.out) if ran.out else None
    if ran.report is not None:
        jsonschema.validate(ran.report, SCHEMA)
    return ran


def test_the_first_look_is_what_later_ones_are_compared_with(aims: Any) -> None:
    first = look(aims)
    assert first.code == 0, first
    assert (first.report["since"], first.report["changes"]) == (None, [])
    second = look(aims)
    assert second.code == 0
    assert (second.report["since"], second.report["changes"]) == (first.report["at"], [])


def test_a_manifest_that_got_worse_is_1_and_says_which_rule_where(aims: Any) -> None:
    look(aims)
    aims.write("inventory/loans.yaml", BAD.replace("few", "loans"))
    ran = look(aims)
    assert ran.code == 1
    [change] = ran.report["changes"]
    assert (change["asset"], change["before"], change["after"]) == ("dataset/loans", "pass", "fail")
    assert change["causes"] == ["manifest"]
    [rule] = change["rules"]
    assert (rule["rule"], rule["worse"], rule["before"]) == ("t/records", True, None)
    assert (rule["after"]["file"], rule["after"]["line"]) == ("inventory/loans.yaml", 6)
    aims.write("inventory/loans.yaml", GOOD)
    again = look(aims)
    assert (again.code, again.report["changes"][0]["after"]) == (0, "pass")


def test_a_tightened_policy_is_told_from_a_changed_manifest(aims: Any) -> None:
    look(aims)
    aims.write("policies/own.yaml", POLICY.replace("appetite.evaluation.sample_size.min", "1000000"))
    ran = look(aims)
    assert (ran.code, ran.report["changes"][0]["causes"]) == (1, ["bundle"])


def test_a_failing_dataset_flips_what_is_built_on_it(aims: Any) -> None:
    aims.write("inventory/scorer.yaml", MODEL)
    aims.write("policies/up.yaml", POLICY.split("rules:")[0].replace("own", "up") + UPSTREAM)
    look(aims)
    aims.write("inventory/loans.yaml", BAD.replace("few", "loans"))
    changes = {c["asset"]: c for c in look(aims).report["changes"]}
    assert changes["model/scorer"]["causes"] == ["context"]
    assert (changes["model/scorer"]["before"], changes["model/scorer"]["after"]) == ("pass", "fail")


UPSTREAM = """\
rules:
  - id: t/upstream
    controls: [A.7.5]
    title: What it is built from passes
    applies_to: [Model]
    require: $all([u.verdict == "pass" for u in upstream.assets])
    severity: high
    rationale: It inherits what is wrong.
    remediation: Mend the data first.
"""
LAPSING = """\
rules:
  - id: t/current
    controls: [A.7.4]
    title: It was updated lately
    applies_to: [Dataset]
    require: content.last_updated > $now - t"P30D"
    severity: high
    rationale: Old data shows nothing.
    remediation: Update it.
"""


def test_what_lapses_is_seen_before_it_does_and_is_not_remembered(aims: Any) -> None:
    aims.write("policies/lapsing.yaml", POLICY.split("rules:")[0].replace("own", "lapsing") + LAPSING)
    aims.write("inventory/loans.yaml", GOOD.replace("{records", "{last_updated: 2026-01-01, records"))
    aims("watch", "--once", "--state", "s.json")
    state = json.loads((aims.folder / "s.json").read_text(encoding="utf-8"))
    state["assets"]["dataset/loans"].update(verdict="pass", findings={})
    before = json.dumps(state)
    (aims.folder / "s.json").write_text(before, encoding="utf-8")
    ran = look(aims, "--state", "s.json", "--at", "2026-03-01")
    assert (ran.code, ran.report["changes"][0]["causes"]) == (1, ["time"])
    assert (aims.folder / "s.json").read_text(encoding="utf-8") == before


def test_assets_that_come_and_go_are_told(aims: Any) -> None:
    look(aims)
    aims.write("inventory/few.yaml", BAD)
    came = look(aims)
    assert came.code == 1
    assert [(c["asset"], c["before"], c["after"]) for c in came.report["changes"]] == [
        ("dataset/few", None, "fail")
    ]
    (aims.folder / "inventory/few.yaml").unlink()
    went = look(aims)
    assert (went.code, went.report["changes"][0]["after"]) == (0, None)


def test_a_manifest_that_cannot_be_read_is_4_and_told_once(aims: Any) -> None:
    look(aims)
    aims.write("inventory/loans.yaml", GOOD.replace("spec:", "spcc:"))
    broken = look(aims)
    assert (broken.code, broken.report["unread_since"]) == (4, ["inventory/loans.yaml"])
    assert "spcc" in broken.err
    assert look(aims).report["unread_since"] == []
    aims.write("inventory/loans.yaml", GOOD)
    assert look(aims).report["read_again"] == ["inventory/loans.yaml"]


def test_text_says_what_flipped_and_why(aims: Any) -> None:
    aims("watch", "--once")
    aims.write("inventory/loans.yaml", BAD.replace("few", "loans"))
    out = aims("watch", "--once").out
    assert "1 asset, 1 failing; 1 is other since" in out
    assert "PASS → FAIL   dataset/loans\n  because     its manifest or evidence on it has changed\n" in out
    assert "pass → fail (deny)  inventory/loans.yaml:6\n              There is enough data\n" in out
    assert "nothing flipped" in aims("watch", "--once").out


def test_a_webhook_is_told_what_flipped_signed(aims: Any, listener: Listener) -> None:
    aims.write("secret.txt", "s3cret\n")
    told = ("--webhook", listener.url, "--webhook-secret", "secret.txt")
    look(aims, *told)
    look(aims, *told)
    assert listener.told == []
    aims.write("inventory/loans.yaml", BAD.replace("few", "loans"))
    look(aims, *told)
    [(headers, body)] = listener.told
    jsonschema.validate(json.loads(body), SCHEMA)
    expected = hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-Aims-Signature-256"] == f"sha256={expected}"


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_the_webhook_did_not_take_is_told_again(aims: Any, listener: Listener, status: int) -> None:
    look(aims, "--webhook", listener.url)
    aims.write("inventory/loans.yaml", BAD.replace("few", "loans"))
    listener.status = status
    refused = look(aims, "--webhook", listener.url)
    assert refused.code == 1
    assert "webhook-failed" in refused.err
    assert str(status) in refused.err
    listener.status = 200
    assert look(aims, "--webhook", listener.url).report["changes"]
    assert len(listener.told) == 2
    assert look(aims, "--webhook", listener.url).report["changes"] == []


def test_a_webhook_that_nobody_answers_is_no_success(aims: Any) -> None:
    look(aims)
    (aims.folder / "inventory/loans.yaml").unlink()
    aims.write("inventory/more.yaml", GOOD.replace("loans", "more"))
    ran = look(aims, "--webhook", "http://127.0.0.1:9/hook")
    assert ran.code == 5, ran
    assert "the next look reports the same flips again" in ran.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no state"),
        (b"\xff\x00", "no state"),
        (b"[1]", "no state"),
        (b'{"apiVersion": "aims/v1", "kind": "WatchState"}', "no state"),
        (b"[" * 100_000, "no state"),
    ],
)
def test_a_state_that_is_none_is_refused_and_kept(aims: Any, content: bytes, said: str) -> None:
    aims.write(STATE, content)
    ran = look(aims)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert (aims.folder / STATE).read_bytes() == content


def test_a_state_of_another_environment_is_not_compared_with(aims: Any) -> None:
    look(aims, "--state", "s.json")
    ran = look(aims, "--state", "s.json", "-e", "staging")
    assert ran.code == 2
    assert "production" in ran.err


def test_a_state_that_cannot_be_written_is_said_and_is_no_success(aims: Any) -> None:
    aims.write("folder/keep.txt", "")
    ran = look(aims, "--state", "folder/keep.txt/s.json")
    assert ran.code != 0
    assert "state" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--every", "soon"),
        ("--every", "0s"),
        ("--every", "9999d"),
        ("--at", "2026-01-01"),
        ("--once", "--webhook", "file:///etc/passwd"),
        ("--once", "--webhook", "http://[oops"),
        ("--once", "--webhook-secret", "aims.yaml"),
    ],
)
def test_wrong_usage_is_2(aims: Any, arguments: tuple[str, ...]) -> None:
    ran = aims("watch", *arguments)
    assert (ran.code, ran.out) == (2, ""), ran


def test_without_an_inventory_there_is_nothing_to_watch(aims: Any) -> None:
    (aims.folder / "aims.yaml").unlink()
    ran = aims("watch", "--once")
    assert (ran.code, ran.out) == (2, "")
    assert "aims init" in ran.err


class Watching:
    """`aims watch` running until it is interrupted; its looks as they come."""

    def __init__(self, aims: Any, *arguments: str) -> None:
        self.process = subprocess.Popen(
            aims.command("watch", "--format", "json", *arguments),
            cwd=aims.folder,
            env={**aims.environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def next(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def end(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err


def test_a_written_file_is_looked_at_at_once_and_a_wrong_policy_is_waited_out(aims: Any) -> None:
    watching = Watching(aims, "--every", "1d")
    try:
        assert watching.next()["since"] is None
        aims.write("policies/own.yaml", POLICY.replace("require", "requires"))
        time.sleep(2.5)
        replace(aims.folder / "policies/own.yaml", POLICY)
        aims.write("inventory/few.yaml", BAD)
        found: list[str] = []
        while "dataset/few" not in found:
            found += [c["asset"] for c in watching.next()["changes"]]
    finally:
        code, err = watching.end()
    assert code == 130
    assert "requires" in err
    assert "Traceback" not in err


def replace(file: Path, text: str) -> None:
    beside = file.with_suffix(".tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)  # noqa: PTH105 - as editors and mounted volumes do


def test_the_schedule_alone_looks_again(aims: Any) -> None:
    watching = Watching(aims, "--every", "1s", "--no-on-change")
    try:
        times = [watching.next()["at"] for _ in range(3)]
    finally:
        code, _ = watching.end()
    assert code == 130
    assert times == sorted(times)


TESTED = """\
rules:
  - id: t/tested
    controls: [A.6.2.4]
    title: Its tests pass
    applies_to: [Model]
    require: $all([t.passed for t in evaluation.tests])
    severity: high
    rationale: It was not shown to work.
    remediation: Mend it.
"""
COUNTED = GOOD.replace("loans", "listing")


def test_a_report_that_says_otherwise_is_a_changed_manifest(aims: Any) -> None:
    aims.write("inventory/listing.yaml", LISTING)
    aims.write("reports/counted.yaml", COUNTED)
    first = look(aims)
    assert (first.code, first.report["failing"]) == (0, [])
    aims.write("reports/counted.yaml", COUNTED.replace("100000", "3"))
    ran = look(aims)
    [change] = ran.report["changes"]
    assert (ran.code, change["asset"], change["causes"]) == (1, "dataset/listing", ["manifest"])
    assert "sources" not in json.dumps(change)
    aims("watch", "--once", "--state", "s.json")
    aims.write("reports/counted.yaml", COUNTED)
    assert "its manifest or evidence on it has changed" in aims("watch", "--once", "--state", "s.json").out


def test_a_written_report_is_looked_at_at_once_and_own_files_are_not(aims: Any) -> None:
    """Also one that was broken meanwhile; the state and the output, kept in the workspace, are no news."""
    aims.write("inventory/listing.yaml", f"{MODEL}  evidence: [{{file: ../reports/tests.xml}}]\n")
    report = aims.folder / "reports" / "tests.xml"
    passed = '<testsuite name="scorer" tests="1"><testcase classname="t" name="test_it"/></testsuite>'
    aims.write("reports/tests.xml", passed)
    aims.write("policies/tested.yaml", POLICY.split("rules:")[0].replace("own", "tested") + TESTED)
    out = aims.folder / "looks.json"
    with out.open("wb") as stream:
        process = subprocess.Popen(
            aims.command("watch", "--format", "json", "--every", "1d", "--state", "s.json"),
            cwd=aims.folder,
            env={**aims.environment, "PYTHONUNBUFFERED": "1"},
            stdout=stream,
            stderr=subprocess.PIPE,
        )

    def looks() -> list[Any]:
        return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]

    def until(count: int) -> None:
        end = time.monotonic() + 30
        while len(looks()) < count and time.monotonic() < end:
            time.sleep(0.1)
        time.sleep(2.5)  # and no more than that
        assert len(looks()) == count

    try:
        until(1)
        report.write_text("<testsuite", encoding="utf-8")
        until(2)
        report.write_text(passed.replace("/></", "><failure/></testcase></"), encoding="utf-8")
        until(3)
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, b"Traceback" in err) == (130, False)
    first, broken, mended = looks()
    assert first["failing"] == []
    assert broken["unread_since"] == mended["read_again"] == ["reports/tests.xml"]
    assert mended["failing"] == ["model/scorer"]
