"""Assets of the inventory with evidence from other files: read with it, watched with it, recorded with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from aims_policy.ledger import open_ledger
from aims_policy.ledger.replay import replay
from aims_policy.policy.load import load_bundle
from tests.server.conftest import inference_service, review, serving, until
from tests.server.test_decisions_api import GOOD

LISTING = """\
apiVersion: aims/v1
kind: Model
metadata: {name: listing, version: "1"}
spec:
  evidence: [{file: ../reports/purpose.yaml}, {file: ../reports/tests.xml}]
  provenance: {artifact: s3://models/listing}
"""
PURPOSE = (
    "apiVersion: aims/v1\nkind: Model\nmetadata: {name: listing}\nspec: {intended_use: {summary: Of use}}\n"
)
PASSED = '<testsuite name="listing" tests="1"><testcase classname="t" name="test_it"/></testsuite>'
FAILED = PASSED.replace("/></", "><failure/></testcase></")
POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: tested, version: 1.0.0}
rules:
  - id: A.6.2.4/tests-pass
    controls: [A.6.2.4]
    title: Its tests pass
    applies_to: [Model]
    when: metadata.name == "listing"
    require: $all([t.passed for t in evaluation.tests])
    severity: critical
    rationale: It was not shown to work.
    remediation: Mend it.
"""


@pytest.fixture
def listing(workspace: Path) -> Path:
    (workspace / "policies" / "tested.yaml").write_text(POLICY)
    (workspace / "reports").mkdir()
    (workspace / "reports" / "purpose.yaml").write_text(PURPOSE)
    (workspace / "reports" / "tests.xml").write_text(PASSED)
    (workspace / "inventory" / "listing.yaml").write_text(LISTING)
    return workspace


def allowed(client: httpx.Client) -> bool:
    asked = review(inference_service("s3://models/listing"))
    answer: bool = client.post("/k8s/validate", json=asked).json()["response"]["allowed"]
    return answer


def test_the_inventory_is_decided_with_its_evidence_as_it_is_now(listing: Path, tmp_path: Path) -> None:
    """A report that gets worse is believed within seconds, also one that no policy or manifest could be."""
    ledger = str(tmp_path / "l.db")
    options = ("--ledger", ledger, "--keep-inputs", "--reload-seconds", "0.2")
    with serving(listing, *options) as served, served.client() as client:
        assert allowed(client)
        (listing / "reports" / "tests.xml").write_text(FAILED)
        until(lambda: not allowed(client))
        (listing / "reports" / "tests.xml").write_text(PASSED)
        until(lambda: allowed(client))
        (listing / "reports" / "purpose.yaml").write_text(PURPOSE.replace("Of use", "TODO"))
        until(lambda: not allowed(client))
    bundle = load_bundle(workspace=listing, cache=False)
    with open_ledger(ledger, create=False) as opened:
        entries = list(opened.entries(name="listing", with_inputs=True))
    assert {e.verdict for e in entries} == {"pass", "fail"}
    for entry in (entries[0], entries[-1]):
        assert [(Path(i.name).name, i.evidence_on) for i in entry.inputs if i.evidence_on] == [
            ("purpose.yaml", "model/listing"),
            ("tests.xml", "model/listing"),
        ]
        assert replay(entry, bundle).status == "identical"


def test_evidence_that_cannot_be_read_keeps_the_last_good_state_until_it_is_mended(listing: Path) -> None:
    with serving(listing, "--reload-seconds", "0.2") as served, served.client() as client:
        assert allowed(client)
        report = listing / "reports" / "tests.xml"
        report.write_text("<testsuite")
        until(lambda: client.get("/readyz").json()["reload"]["failing"])
        assert allowed(client)
        report.unlink()
        until(lambda: "cannot-read" in client.get("/readyz").json()["reload"]["problems"])
        report.write_text(FAILED)
        until(lambda: not allowed(client))
        assert not client.get("/readyz").json()["reload"]["failing"]


@pytest.mark.parametrize("file", ["reports/purpose.yaml", "/etc/hostname", "aims.yaml", "../x"])
def test_no_file_is_read_for_a_stranger(client: httpx.Client, file: str) -> None:
    """Whether it is there or not: the answer is the same."""
    posted: dict[str, Any] = json.loads(json.dumps(GOOD))
    posted["spec"]["evidence"] = [{"file": file}]
    answer = client.post("/v1/decisions", json=posted)
    assert answer.status_code == 422
    [problem] = answer.json()["diagnostics"]
    assert problem["code"] == "no-folder"
    assert problem["message"] == "evidence beside a manifest that came without a file cannot be read"
    asked = review(inference_service(manifest=json.dumps(posted)))
    said = client.post("/k8s/validate", json=asked).json()["response"]
    assert not said["allowed"]
    assert "came without a file" in json.dumps(said)
