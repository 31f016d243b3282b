"""The interface as its own description has it: every operation tried with made-up requests, every answer held to it."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from aims_policy.server.app import ROUTES
from tests.server.conftest import Served


@pytest.fixture(scope="module")
def api(server: Served) -> Any:
    """As schemathesis reads it."""
    return schemathesis.openapi.from_url(f"{server.url}/openapi.json")


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(_context: Any, value: Any) -> bytes:
    """A text as it is, anything else as one line."""
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "surrogatepass")


EXCLUDED = [
    # This server is on a loopback address and lets everybody in; test_authentication.py has one that does not.
    ignored_auth,
    # What the schema calls valid may be no manifest, and what it calls wrong may be one: any text may be Markdown.
    negative_data_rejection,
    positive_data_acceptance,
]


OPERATIONS = [(r.path, next(iter(r.methods - {"HEAD"}))) for r in ROUTES if r.methods]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_operation(api: Any, server: Served, path: str, method: str) -> None:
    @given(api[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def positive(case: Any) -> None:
        case.call_and_validate(base_url=server.url, excluded_checks=EXCLUDED)

    @given(api[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    def negative(case: Any) -> None:
        case.call_and_validate(base_url=server.url, excluded_checks=EXCLUDED)

    positive()
    if api[path][method].definition.raw.get("parameters") or method == "POST":
        negative()
    assert not server.events("fault")


def test_the_document_describes_every_route(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    routed = {(r.path, m) for r in ROUTES for m in (r.methods or ()) if m != "HEAD"}
    assert described == routed


def test_its_examples_are_true(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    tried = set()
    for path in ("/v1/decisions", "/v1/decisions/batch", "/k8s/validate"):
        operation = document["paths"][path]["post"]
        [answer] = operation["responses"]["200"]["content"].values()
        components = {"components": document["components"]}
        for media, content in operation["requestBody"]["content"].items():
            if "example" not in content:
                continue
            Draft202012Validator({**content["schema"], **components}).validate(content["example"])
            told = sent(client, path, media, content["example"])
            assert told.status_code == 200
            tried.add(media)
            found = told.json() if path != "/v1/decisions/batch" else told.text
            for one in (found, answer["example"]):
                Draft202012Validator({**answer["schema"], **components}).validate(one)
            if isinstance(content["example"], dict) and "evidence" in content["example"]:
                [decision] = told.json()["decisions"]
                assert [s["file"] for s in decision["subject"]["sources"]] == ["reports/tests.xml"]
    batch = document["paths"]["/v1/decisions/batch"]["post"]
    line = json.loads(batch["responses"]["200"]["content"][NDJSON]["example"])
    assert (line["ref"], [d["subject"]["name"] for d in line["decisions"]]) == (
        "build 4711",
        ["credit-scorer"],
    )
    assert told.json()["response"]["uid"] == answer["example"]["response"]["uid"]
    assert told.json()["response"]["allowed"] == answer["example"]["response"]["allowed"]
    assert {"multipart/form-data", "application/vnd.aims.submission+json", NDJSON, "application/yaml"} < tried


NDJSON = "application/x-ndjson"


def sent(client: httpx.Client, path: str, media: str, example: Any) -> httpx.Response:
    if media == "multipart/form-data":
        files = [("evidence", ("reports/tests.xml", text)) for text in example["evidence"]]
        return client.post(path, files=[("manifest", ("model.yaml", example["manifest"])), *files])
    content = example if isinstance(example, str) else json.dumps(example)
    return client.post(path, content=content, headers={"content-type": media})
