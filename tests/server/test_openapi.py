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
    for path in ("/v1/decisions", "/k8s/validate"):
        operation = document["paths"][path]["post"]
        [(media, request)] = [
            (m, c["example"]) for m, c in operation["requestBody"]["content"].items() if "example" in c
        ]
        [answer] = operation["responses"]["200"]["content"].values()
        content = request if isinstance(request, str) else json.dumps(request)
        told = client.post(path, content=content, headers={"content-type": media})
        assert told.status_code == 200
        components = {"components": document["components"]}
        for found in (told.json(), answer["example"]):
            Draft202012Validator({**answer["schema"], **components}).validate(found)
    assert told.json()["response"]["uid"] == answer["example"]["response"]["uid"]
    assert told.json()["response"]["allowed"] == answer["example"]["response"]["allowed"]
