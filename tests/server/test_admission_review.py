"""``POST /k8s/validate`` as the API server calls it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.server.conftest import Served, inference_service, review

CASES = yaml.safe_load((Path(__file__).parent / "reviews" / "cases.yaml").read_text("utf-8"))
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "kubernetes"
JSON = {"content-type": "application/json"}


def ask(client: httpx.Client, body: Any, path: str = "/k8s/validate?timeout=10s") -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    return checked(answer.json(), body)


def checked(answer: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """The response in an answer, which holds to what Kubernetes asks of it."""
    assert set(answer) == {"apiVersion", "kind", "response"}
    assert (answer["apiVersion"], answer["kind"]) == (asked["apiVersion"], "AdmissionReview")
    found: dict[str, Any] = answer["response"]
    assert set(found) <= {"uid", "allowed", "status", "warnings", "auditAnnotations"}
    assert found["uid"] == asked["request"]["uid"]
    assert isinstance(found["allowed"], bool)
    assert found["allowed"] == (found["status"]["code"] == 200)
    assert found["status"]["message"]
    for warning in found.get("warnings", []):
        assert 0 < len(warning) <= 120
        assert warning.isprintable()
    for key, value in found.get("auditAnnotations", {}).items():
        assert re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", key)
        assert isinstance(value, str)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_reviews(client: httpx.Client, case: dict[str, Any]) -> None:
    value = case["object"]
    more = {k: case[k] for k in ("operation", "namespace", "subResource") if k in case}
    asked = review(value if isinstance(value, dict) else None, **more)
    asked["request"]["object"] = value
    found = ask(client, asked)
    assert (found["allowed"], found["status"]["code"]) == (case["allowed"], case["code"]), found
    for text in case.get("message", []):
        assert text in found["status"]["message"]
    assert found.get("auditAnnotations", {}).get("reason") == case.get("reason")
    for warning in case.get("warnings", []):
        assert warning in found["warnings"]
    if "assets" in case:
        assert found["auditAnnotations"]["assets"] == case["assets"]
    assert "secret-4711" not in json.dumps(found)


def test_the_version_comes_back(client: httpx.Client) -> None:
    ask(client, {**review(inference_service()), "apiVersion": "admission.k8s.io/v1beta1"})


def test_audit_refuses_nothing_and_says_what_would_have_been(client: httpx.Client) -> None:
    denied = ask(client, review(inference_service("s3://models/unknown")))
    audited = ask(client, review(inference_service("s3://models/unknown")), "/k8s/audit")
    assert (denied["allowed"], audited["allowed"]) == (False, True)
    assert audited["auditAnnotations"]["would-be-denied"] == str(denied["status"]["code"])
    assert audited["warnings"][0].startswith("would be denied: ")
    here = ask(client, review(inference_service("s3://models/unknown")), "/k8s/audit/staging")
    assert here["auditAnnotations"]["environment"] == "staging"


def test_the_environment_of_the_webhooks_path(client: httpx.Client) -> None:
    found = ask(client, review(inference_service()), "/k8s/validate/staging")
    assert found["auditAnnotations"]["environment"] == "staging"
    assert client.post("/k8s/validate/a%20b", json=review(inference_service())).status_code == 400


@pytest.mark.parametrize(
    ("change", "status", "title"),
    [
        ({"apiVersion": "admission.k8s.io/v2"}, 400, "unknown-version"),
        ({"apiVersion": "v1"}, 400, "unknown-version"),
        ({"kind": "ConversionReview"}, 400, "not-an-admission-review"),
        ({"request": None}, 400, "malformed-review"),
        ({"request": []}, 400, "malformed-review"),
        ({"request": {"operation": "CREATE"}}, 400, "malformed-review"),
        ({"request": {"uid": ""}}, 400, "malformed-review"),
        ({"request": {"uid": 5}}, 400, "malformed-review"),
        ({"request": {"uid": "x" * 1000}}, 400, "malformed-review"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    client: httpx.Client, change: dict[str, Any], status: int, title: str
) -> None:
    answer = client.post("/k8s/validate", json={**review(inference_service()), **change})
    assert (answer.status_code, answer.json()["title"]) == (status, title)


@pytest.mark.parametrize("sent", ["text/plain", "application/yaml", "application/jsonp", ""])
def test_other_content_types_are_refused(client: httpx.Client, sent: str) -> None:
    body = json.dumps(review(inference_service())).encode()
    answer = client.post("/k8s/validate", content=body, headers={"content-type": sent})
    assert answer.status_code == 415


def test_json_with_a_charset_is_json(client: httpx.Client) -> None:
    body = json.dumps(review(inference_service())).encode()
    answer = client.post(
        "/k8s/validate", content=body, headers={"content-type": "application/json; charset=utf-8"}
    )
    assert answer.status_code == 200


def test_every_decision_is_recorded_and_a_dry_run_is_not(client: httpx.Client) -> None:
    found = ask(client, review(inference_service(), uid="recorded"))
    own = found["auditAnnotations"]["entries"]
    entry = client.get(f"/v1/decisions/{own}").json()
    assert (entry["source"], entry["request_id"]) == ("admission", "recorded")
    assert entry["decision"]["digest"] == found["auditAnnotations"]["decisions"]
    assert "entries" not in ask(client, review(inference_service(), dryRun=True))["auditAnnotations"]


def test_warnings_are_worst_first_and_the_rest_is_counted() -> None:
    from aims_policy.server.kubernetes.review import answer, shortened

    warnings = shortened([f"{'w' * 200} {i}" for i in range(20)], "decision sha256:1")
    assert len(warnings) == 8
    assert warnings[-1] == "+13 more, decision sha256:1"
    asked = review(inference_service())
    own = answer(asked["apiVersion"], allowed=True, code=200, message="m\u202e", warnings=warnings)
    assert len(checked(json.loads(own.to(asked["request"]["uid"])), asked)["warnings"][0]) == 120


def test_what_denies_comes_before_what_warns(client: httpx.Client) -> None:
    value = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "empty"}, "spec": {}}
    warnings = ask(client, review(value))["warnings"]
    assert [w.split(" ")[0] for w in warnings] == ["A.9.4/purpose-stated", "A.6.2.3/task-recorded"]


def test_recorded_reviews_and_real_objects(client: httpx.Client, server: Served) -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    answered = 0
    for file in sorted(CORPUS.iterdir()):
        text = file.read_bytes()
        try:
            documents = [json.loads(text)] if file.suffix == ".json" else list(yaml.safe_load_all(text))
        except (ValueError, yaml.YAMLError):
            assert client.post("/k8s/validate", content=text, headers=JSON).status_code == 400
            continue
        for document in documents:
            if not isinstance(document, dict):
                continue
            if document.get("kind") == "AdmissionReview":
                body = document
            elif "uid" in document and "operation" in document:
                body = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": document}
            else:
                body = review(document)
            answer = client.post("/k8s/validate", content=json.dumps(body, default=str), headers=JSON)
            if not body["request"].get("uid"):
                assert answer.status_code == 400
                continue
            assert answer.status_code == 200, (file.name, answer.text)
            found = checked(answer.json(), body)
            answered += 1
            if body is not document and document.get("kind") in ("InferenceService", "SeldonDeployment"):
                assert not found["allowed"], file.name
    assert answered > 40
    assert not server.events("fault")
