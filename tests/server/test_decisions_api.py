"""Manifests in, decisions out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.server.conftest import WORKSPACE, Served

GOOD = {
    "apiVersion": "aims/v1",
    "kind": "Model",
    "metadata": {"name": "posted"},
    "spec": {"intended_use": {"summary": "Posting"}, "design": {"task": "ranking"}},
}
EMPTY = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "posted"}, "spec": {}}
CARD = "---\nlicense: mit\npipeline_tag: text-classification\n---\n# Cards\n\n## Intended use\n\nSorting of letters.\n"


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_manifest_is_decided_as_the_command_line_does(client: httpx.Client, tmp_path: Path) -> None:
    answer = client.post("/v1/decisions", json=EMPTY)
    assert answer.status_code == 200
    [decision] = answer.json()["decisions"]
    file = tmp_path / "manifest.json"
    file.write_bytes(answer.request.content)
    command = [sys.executable, "-m", "aims_policy", "evaluate", "-w", str(WORKSPACE), "--format", "json"]
    ran = subprocess.run(
        [*command, "--at", decision["at"], str(file)], capture_output=True, text=True, check=False
    )
    [own] = json.loads(ran.stdout)["decisions"]
    assert own["subject"].pop("file") == str(file)
    assert decision["subject"].pop("file") == "manifest.json"
    for found in (*own["findings"], *decision["findings"]):
        for gap in (*found["missing"], *found["evidence"]):
            gap.pop("file")
        found.pop("policy_file")
    assert decision == own


def test_the_report_holds_to_the_published_schema(client: httpx.Client) -> None:
    from jsonschema import Draft202012Validator

    from aims_policy.policy.shipped import shipped

    schema = json.loads((shipped("schemas") / "decision.schema.json").read_text("utf-8"))
    for manifest in (GOOD, EMPTY):
        Draft202012Validator(schema).validate(client.post("/v1/decisions", json=manifest).json())


@pytest.mark.parametrize(("manifest", "verdict"), [(GOOD, "pass"), (EMPTY, "fail")])
def test_the_verdict_is_in_the_answer(client: httpx.Client, manifest: Any, verdict: str) -> None:
    assert client.post("/v1/decisions", json=manifest).json()["verdict"] == verdict


def test_the_environment_is_asked_for(client: httpx.Client) -> None:
    answer = client.post("/v1/decisions?environment=staging", json=GOOD)
    assert answer.json()["decisions"][0]["environment"] == "staging"
    assert client.post("/v1/decisions", params={"environment": "a b"}, json=GOOD).status_code == 400
    assert client.post("/v1/decisions?enviroment=staging", json=GOOD).status_code == 400


@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/decisions/batch"])
def test_an_environment_is_asked_for_once(client: httpx.Client, path: str) -> None:
    asked = f"{path}?environment=production&environment=development"
    answer = client.post(asked, content=b"{}", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["title"]) == (400, "repeated-parameter")


def test_a_decision_can_be_read_again(client: httpx.Client) -> None:
    answer = client.post("/v1/decisions", json=GOOD, headers={"x-request-id": "read-again"})
    assert answer.headers["x-request-id"] == "read-again"
    entry = client.get(answer.headers["location"]).json()
    assert entry["decision"] == answer.json()["decisions"][0]
    assert (entry["id"], entry["source"]) == (answer.headers["x-decision-ids"], "server")
    assert entry["request_id"] == "read-again"
    for other in ("0" * 32, "a" * 400, "%2e%2e", "ä", "' OR 1=1"):
        assert client.get(f"/v1/decisions/{other}").status_code == 404


def test_formats_are_told_by_content_and_type(client: httpx.Client) -> None:
    as_card = client.post("/v1/decisions", content=CARD, headers={"content-type": "text/markdown"})
    assert as_card.json()["decisions"][0]["subject"]["format"] == "hf-model-card"
    named = client.post("/v1/decisions?as=hf-model-card", content=CARD)
    assert named.json()["decisions"][0]["subject"]["format"] == "hf-model-card"
    wrong = client.post("/v1/decisions?as=hf-modle-card", content=CARD)
    assert (wrong.status_code, wrong.json()["title"]) == (400, "unknown-format")
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post("/v1/decisions", content=CARD, headers=form).status_code == 415


def test_several_documents_are_several_decisions(client: httpx.Client) -> None:
    text = "\n---\n".join(json.dumps(m) for m in (GOOD, {**EMPTY, "metadata": {"name": "other"}}))
    answer = client.post("/v1/decisions", content=text, headers={"content-type": "application/yaml"})
    assert [d["verdict"] for d in answer.json()["decisions"]] == ["pass", "fail"]
    assert len(answer.headers["x-decision-ids"].split(",")) == 2


def test_what_cannot_be_read_is_told_with_its_place_and_without_its_content(client: httpx.Client) -> None:
    spec = "spec:\n  intendd_use: hush-4711\n  risk: {tier: hush-4711}\n"
    text = f"apiVersion: aims/v1\nkind: Model\nmetadata: {{name: x}}\n{spec}"
    answer = client.post("/v1/decisions", content=text, headers={"content-type": "application/yaml"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = [(d["code"], d["line"], d["column"]) for d in answer.json()["diagnostics"]]
    assert ("unknown-field", 5, 3) in told
    assert "did you mean `intended_use`?" in answer.text
    assert "hush" not in answer.text


def test_a_batch_is_answered_line_by_line(client: httpx.Client) -> None:
    asked = [
        {"manifest": GOOD, "ref": "first"},
        {"manifest": EMPTY, "environment": "staging"},
        {"manifest": "apiVersion: aims/v1\nkind: Model\nmetadata: {name: as-yaml}\nspec: {}\n"},
        {"manifest": CARD, "as": "hf-model-card"},
        {"manifest": {"kind": "hush-4711"}},
        {"manifst": {}},
    ]
    body = "\n".join(json.dumps(line) for line in asked) + "\nhush-4711\n\n" + json.dumps(asked[0])
    answer = client.post(
        "/v1/decisions/batch", content=body, headers={"content-type": "application/x-ndjson"}
    )
    found = lines(answer)
    assert [line["index"] for line in found] == list(range(8))
    assert [line.get("verdict") for line in found] == [
        "pass",
        "fail",
        "fail",
        "pass",
        None,
        None,
        None,
        "pass",
    ]
    assert [line["ref"] for line in found] == ["first", *[None] * 6, "first"]
    assert found[1]["decisions"][0]["environment"] == "staging"
    assert client.get(f"/v1/decisions/{found[0]['decisions'][0]['id']}").status_code == 200
    assert [line["problem"]["status"] for line in found[4:7]] == [422, 422, 422]
    assert "hush" not in answer.text


def test_a_batch_in_full(client: httpx.Client) -> None:
    body = json.dumps({"manifest": EMPTY})
    sent = {"content-type": "application/x-ndjson"}
    [line] = lines(client.post("/v1/decisions/batch?detail=full", content=body, headers=sent))
    assert line["decisions"][0]["decision"]["digest"] == line["decisions"][0]["digest"]
    assert client.post("/v1/decisions/batch?detail=none", content=body, headers=sent).status_code == 400


def test_a_batch_is_answered_while_it_is_sent(client: httpx.Client) -> None:
    def body() -> Any:
        for number in range(3):
            yield json.dumps({"manifest": GOOD, "ref": str(number)}).encode() + b"\n"

    with client.stream(
        "POST", "/v1/decisions/batch", content=body(), headers={"content-type": "application/x-ndjson"}
    ) as answer:
        answered = [json.loads(line)["ref"] for line in answer.iter_lines()]
    assert answered == ["0", "1", "2"]


def test_what_decides_can_be_looked_at(client: httpx.Client) -> None:
    bundle = client.get("/v1/bundle").json()
    assert [r["id"] for r in bundle["rules"]] == [
        "A.6.2.3/task-recorded",
        "A.7.2/upstream-passes",
        "A.9.4/purpose-stated",
    ]
    assert bundle["assets"] == 6
    controls = client.get("/v1/controls").json()["controls"]
    assert len(controls) == 38
    assert next(c for c in controls if c["id"] == "A.9.4")["rules"] == ["A.9.4/purpose-stated"]
    decided = client.post("/v1/decisions", json=GOOD).json()["decisions"][0]
    assert decided["bundle_digest"] == bundle["digest"] == client.get("/readyz").json()["bundle"]


def test_figures_for_prometheus(client: httpx.Client) -> None:
    client.post("/v1/decisions", json=EMPTY)
    client.post("/v1/decisions?environment=made-up-by-a-client", json=EMPTY)
    text = client.get("/metrics").text
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert float(figures['aims_decisions_total{environment="production",verdict="fail"}']) >= 1
    missing = 'aims_control_findings_total{control="A.9.4",environment="production",outcome="missing"}'
    assert float(figures[missing]) >= 1
    assert 'aims_decisions_total{environment="other",verdict="fail"}' in figures
    assert "made-up" not in text
    digest = client.get("/readyz").json()["bundle"]
    assert figures[f'aims_bundle_info{{digest="{digest}"}}'] == "1.0"
    assert 'aims_request_duration_seconds_bucket{le="0.1",route="/v1/decisions"}' in figures
    assert {"aims_queue_length", "aims_queue_limit"} <= set(figures)


def test_logs_have_the_request_and_not_the_manifest(server: Served, client: httpx.Client) -> None:
    secret = {**EMPTY, "metadata": {"name": "hush-4711", "description": "hush-4711"}}
    client.post("/v1/decisions", json=secret, headers={"x-request-id": "logged-1"})
    client.post("/v1/decisions", content=b'{"hush-4711": [', headers={"x-request-id": "logged-2"})
    client.get("/hush-4711", headers={"x-request-id": "hush 4711"})
    from tests.server.conftest import until

    until(lambda: any(line.get("request_id") == "logged-2" for line in server.events("request")))
    [line] = [line for line in server.events("request") if line.get("request_id") == "logged-1"]
    assert (line["route"], line["status"], line["verdicts"]) == ("/v1/decisions", 200, ["fail"])
    assert "hush" not in server.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/decisions", 405), ("DELETE", "/v1/bundle", 405), ("GET", "/v1/bundle/", 404),
     ("POST", "/healthz", 405), ("OPTIONS", "/v1/decisions", 405)],
)  # fmt: skip
def test_other_paths_and_methods(client: httpx.Client, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert status != 405 or answer.headers["allow"]
