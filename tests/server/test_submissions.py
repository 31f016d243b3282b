"""Evidence beside a posted manifest: as parts of a form, in a submission in JSON, and in the lines of a batch."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy.ledger import open_ledger
from aims_policy.ledger.replay import replay
from aims_policy.policy.load import load_bundle
from aims_policy.server.api.multipart import parts
from aims_policy.server.problems import Problem
from tests.manifest.test_signature import Shop
from tests.server.conftest import Served, serving

ENVELOPE = "application/vnd.aims.submission+json"
MANIFEST = """\
apiVersion: aims/v1
kind: Model
metadata: {name: posted}
spec:
  evidence: [{file: reports/listed.xml}]
"""
UNLISTED = MANIFEST.replace("  evidence: [{file: reports/listed.xml}]", "  intended_use: {summary: Posting}")
PASSED = '<testsuite name="posted" tests="1"><testcase classname="t" name="test_it"/></testsuite>'
FAILED = PASSED.replace("/></", "><failure/></testcase></")
POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: own}
rules:
  - id: A.6.2.4/tests-passed
    controls: [A.6.2.4]
    title: Every test passed
    applies_to: [Model]
    require: $all([t.passed and $as_strong_as(t, "tool") for t in evaluation.tests])
    severity: high
    rationale: It would not work.
    remediation: Mend it.
  - id: A.6.2.5/signed
    controls: [A.6.2.5]
    title: It is signed
    applies_to: [Model]
    when: '"signed" in metadata.labels ?? false'
    require: provenance.signature.verified
    severity: high
    rationale: Files are swapped.
    remediation: Sign it.
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "own.yaml").write_text(POLICY)
    (folder / "aims.yaml").write_text(
        "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: acme}\npolicies: [own.yaml]\n"
        "signing: {keys: [release.pem]}\n"
    )
    Shop(folder)
    return folder


@pytest.fixture(scope="module")
def served(shop: Path) -> Any:
    ledger = ("--ledger", str(shop / "ledger.db"), "--keep-inputs", "--max-body", "200000")
    with serving(shop, *ledger) as server:
        yield server


@pytest.fixture
def client(served: Served) -> Any:
    with served.client() as client:
        yield client


def form(manifest: str, *evidence: tuple[str, str], name: str = "model.yaml") -> list[tuple[str, Any]]:
    return [("manifest", (name, manifest)), *(("evidence", file) for file in evidence)]


def submitted(manifest: Any, *evidence: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {"manifest": manifest, "evidence": [{"file": n, "content": c} for n, c in evidence], **more}


def post(client: httpx.Client, value: Any, **options: Any) -> httpx.Response:
    content = value if isinstance(value, str | bytes) else json.dumps(value)
    return client.post("/v1/decisions", content=content, headers={"content-type": ENVELOPE}, **options)


def outcome(answer: httpx.Response) -> tuple[str, list[str]]:
    """The verdict, and the files that the decision was made from besides the manifest."""
    assert answer.status_code == 200, answer.text
    [decision] = answer.json()["decisions"]
    return decision["verdict"], [source["file"] for source in decision["subject"]["sources"]]


@pytest.mark.parametrize(("report", "verdict"), [(PASSED, "pass"), (FAILED, "fail")])
@pytest.mark.parametrize(("manifest", "file"), [(MANIFEST, "reports/listed.xml"), (UNLISTED, "tests.xml")])
def test_evidence_counts_however_it_is_sent(
    client: httpx.Client, manifest: str, file: str, report: str, verdict: str
) -> None:
    expected = (verdict, [file])
    assert outcome(client.post("/v1/decisions", files=form(manifest, (file, report)))) == expected
    assert outcome(post(client, submitted(manifest, (file, report)))) == expected
    line = json.dumps(submitted(manifest, (file, report), ref="x"))
    sent = {"content-type": "application/x-ndjson"}
    answer = client.post("/v1/decisions/batch?detail=full", content=f"{line}\n{line}", headers=sent)
    for found in map(json.loads, answer.text.splitlines()):
        assert (found["verdict"], found["ref"]) == (verdict, "x")
        assert [s["file"] for s in found["decisions"][0]["decision"]["subject"]["sources"]] == [file]


def test_without_its_evidence_nothing_is_decided(client: httpx.Client) -> None:
    yaml = {"content-type": "application/yaml"}
    alone = client.post("/v1/decisions", content=MANIFEST, headers=yaml)
    assert (alone.status_code, alone.json()["diagnostics"][0]["code"]) == (422, "no-folder")
    other = client.post("/v1/decisions", files=form(MANIFEST, ("reports/other.xml", PASSED)))
    assert (other.status_code, other.json()["diagnostics"][0]["code"]) == (422, "not-at-hand")


def test_a_report_on_another_asset_is_refused(client: httpx.Client) -> None:
    other = "apiVersion: aims/v1\nkind: Model\nmetadata: {name: other}\nspec: {design: {task: ranking}}\n"
    answer = client.post("/v1/decisions", files=form(UNLISTED, ("other.yaml", other)))
    assert (answer.status_code, answer.json()["diagnostics"][0]["code"]) == (422, "other-asset")
    told = submitted(UNLISTED, ("other.yaml", other), ("tests.xml", PASSED))
    told["evidence"][0]["asset"] = "model/posted"
    assert outcome(post(client, told)) == ("pass", ["other.yaml", "tests.xml"])


def test_a_manifest_in_any_format_may_have_evidence(client: httpx.Client) -> None:
    card = "---\nlicense: mit\nmodel-index: [{name: posted}]\n---\n# posted\n"
    report = PASSED.replace(' name="posted"', "")
    answer = client.post("/v1/decisions", files=form(card, ("tests.xml", report), name="README.md"))
    assert outcome(answer) == ("pass", ["tests.xml"])


def test_a_signature_is_verified_with_the_keys_that_the_server_trusts(
    client: httpx.Client, shop: Path
) -> None:
    bundle = json.loads((shop / "model.sig").read_text())
    statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))
    manifest: dict[str, Any] = {
        "apiVersion": "aims/v1",
        "kind": "Model",
        "metadata": {"name": "posted", "labels": {"signed": "yes"}},
        "spec": {
            "evaluation": {"tests": []},
            "evidence": [{"file": "tests.xml"}, {"file": "model.sig"}],
            "provenance": {"artifact_digest": f"sha256:{statement['subject'][0]['digest']['sha256']}"},
        },
    }
    files = (("tests.xml", PASSED), ("model.sig", (shop / "model.sig").read_text()))
    assert outcome(post(client, submitted(manifest, *files)))[0] == "pass"
    manifest["spec"]["provenance"]["artifact_digest"] = f"sha256:{'1' * 64}"
    manifest["spec"]["provenance"]["signature"] = {"present": True, "verified": True}
    assert outcome(post(client, submitted(manifest, *files)))[0] == "fail"


def test_what_was_submitted_is_kept_and_decides_again(client: httpx.Client, shop: Path) -> None:
    listed = client.post("/v1/decisions", files=form(MANIFEST, ("reports/listed.xml", PASSED)))
    handed = post(client, submitted(UNLISTED, ("reports/listed.xml", FAILED)))
    bundle = load_bundle(workspace=shop, cache=False)
    with open_ledger(str(shop / "ledger.db")) as ledger:
        for answer in (listed, handed):
            entry = ledger.get(answer.headers["x-decision-ids"])
            assert entry is not None
            assert [i.name for i in entry.inputs][-1] == "reports/listed.xml"
            found = replay(entry, bundle)
            assert (found.status, found.verdict) == ("identical", answer.json()["verdict"])


@pytest.mark.parametrize(
    ("files", "status", "code"),
    [
        ([("evidence", ("a.xml", PASSED))], 422, "wrong-fields"),
        ([*form(MANIFEST), ("manifest", ("b.yaml", MANIFEST))], 422, "wrong-fields"),
        ([*form(MANIFEST), ("hush-4711", ("b.yaml", MANIFEST))], 422, "wrong-fields"),
        (form(MANIFEST, ("../up.xml", PASSED)), 422, "bad-file-name"),
        (form(MANIFEST, ("/etc/passwd", PASSED)), 422, "bad-file-name"),
        (form(MANIFEST, ("a.xml", PASSED), ("./a.xml", FAILED)), 422, "same-file-name"),
        (form(MANIFEST, ("manifest.yaml", PASSED)), 422, "same-file-name"),
        (form(MANIFEST, ("big.xml", "x" * 300_000)), 413, "too-large"),
        (form(MANIFEST, *((f"{n}.xml", "") for n in range(101))), 422, "too-many-files"),
        (form(MANIFEST, *((f"{n}.xml", "") for n in range(400))), 422, "too-many-files"),
    ],
)
def test_wrong_forms(client: httpx.Client, files: Any, status: int, code: str) -> None:
    answer = client.post("/v1/decisions", files=files)
    assert (answer.status_code, answer.json()["title"]) == (status, code)
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("{", "malformed-submission"),
        ({"evidence": []}, "malformed-submission"),
        ({"manifest": {}, "evidence": [{"file": "a.xml"}]}, "malformed-submission"),
        (
            {"manifest": {}, "evidence": [{"file": "a", "content": "", "strength": "tool"}]},
            "malformed-submission",
        ),
        ({"manifest": {}, "environment": "staging"}, "malformed-submission"),
        ({"manifest": {}, "evidence": [{"file": "", "content": ""}]}, "bad-file-name"),
        ({"manifest": {}, "evidence": [{"file": "a\nb", "content": ""}]}, "bad-file-name"),
        ({"manifest": "\ud800"}, "malformed-submission"),
    ],
)
def test_wrong_submissions(client: httpx.Client, value: Any, code: str) -> None:
    answer = post(client, value)
    assert (answer.status_code, answer.json()["title"]) == (422, code)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("multipart/form-data", b"--x--"),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\ncontent-disposition: form-data; name=manifest\r\n\r\n{}",
        ),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-type: text/plain\r\n\r\n{}\r\n--x--"),
        (f"multipart/form-data; boundary={'x' * 71}", b""),
    ],
)
def test_bodies_that_are_no_form(client: httpx.Client, media: str, body: bytes) -> None:
    answer = client.post("/v1/decisions", content=body, headers={"content-type": media})
    assert (answer.status_code, answer.json()["title"]) == (400, "malformed-body")


NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=9)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, st.binary(max_size=80)), max_size=5))
def test_a_form_is_read_as_it_was_written(fields: list[tuple[str, str, bytes]]) -> None:
    if not fields:
        return
    request = httpx.Request("POST", "http://x", files=[(name, (file, data)) for name, file, data in fields])
    found = parts(request.headers["content-type"], request.read())
    assert [(p.name, p.filename, p.data) for p in found] == fields


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"--b", b"\r\n--b--", b"\r\n--b\r\n", b"\r\n\r\n"]))
def test_no_bytes_make_the_reader_of_forms_fall_over(data: bytes, piece: bytes) -> None:
    for body in (data, piece + data, data + piece, b"--b\r\n" + data + b"\r\n--b--"):
        try:
            parts("multipart/form-data; boundary=b", body)
        except Problem as problem:
            assert problem.status in (400, 422)
