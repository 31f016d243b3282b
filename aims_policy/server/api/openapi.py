"""The HTTP interface described by itself: OpenAPI 3.1, with examples that this very server computed."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import aims_policy
from aims_policy.manifest.foreign.read import format_names
from aims_policy.server.api.examples import examples
from aims_policy.server.api.multipart import MEDIA_TYPE as MULTIPART
from aims_policy.server.api.schemas import ref, schemas
from aims_policy.server.api.submission import ENVELOPE, SUFFIXES
from aims_policy.server.problems import MEDIA_TYPE
from aims_policy.server.requests import ENVIRONMENT

if TYPE_CHECKING:
    from aims_policy.server.snapshot import Snapshot

Json = dict[str, Any]


def document(snapshot: Snapshot | None) -> Json:
    """The OpenAPI document; with examples once there is something to decide by."""
    found: Json = json.loads(json.dumps(_frame(), default=str))
    if snapshot is not None:
        for path, example in examples(snapshot).items():
            operation = found["paths"][path]["post"]
            for media in operation["requestBody"]["content"]:
                if media in example["request"]:
                    operation["requestBody"]["content"][media]["example"] = example["request"][media]
            [content] = operation["responses"]["200"]["content"].values()
            content["example"] = example["response"]
    return found


@lru_cache(1)
def _frame() -> Json:
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "aims serve",
            "version": aims_policy.__version__,
            "description": "Decisions on models, datasets and AI systems by ISO/IEC 42001 and a risk appetite. "
            "It yields evidence and decisions; it certifies nothing.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"token": []}, {"certificate": []}],
        "paths": {
            "/v1/decisions": {"post": _decide()},
            "/v1/decisions/batch": {"post": _batch()},
            "/v1/decisions/{id}": {"get": _find()},
            "/v1/bundle": {"get": _get("bundle", "What decides: rules, appetite, waivers", "Bundle", 503)},
            "/v1/controls": {"get": _get("controls", "The controls and their rules", "Controls", 503)},
            "/k8s/validate": {"post": _validate("validate", [])},
            "/k8s/validate/{environment}": {
                "post": _validate("validateFor", [_parameter("environment", "path", _environment())])
            },
            "/k8s/audit": {"post": _validate("audit", [])},
            "/k8s/audit/{environment}": {
                "post": _validate("auditFor", [_parameter("environment", "path", _environment())])
            },
            "/healthz": {"get": {**_get("healthz", "Whether the process runs", "Health"), "security": []}},
            "/readyz": {"get": _ready()},
            "/metrics": {"get": _metrics()},
            "/openapi.json": {"get": _get("openapi", "This document", None)},
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "certificate": {"type": "mutualTLS"},
            },
            "schemas": schemas(),
        },
    }


def _decide() -> Json:
    content = {m: {"schema": _body_schema(m)} for m in SUFFIXES if m}
    content |= {ENVELOPE: {"schema": ref("Submission")}, MULTIPART: {"schema": ref("Form")}}
    return {
        "operationId": "decide",
        "summary": "Decide a manifest",
        "description": "The body is a manifest in any format that is read; YAML may hold several documents. Files of "
        "evidence come beside it as parts of a form or in a submission: those that the manifest lists under "
        "spec.evidence are found by their names, the others are taken for the asset that they speak of. The "
        "verdict is in the answer: a manifest that fails is a successful request.",
        "parameters": [
            _parameter("environment", "query", {**_environment(), "default": "production"}),
            _parameter("as", "query", {"enum": list(format_names())}),
        ],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {
                "description": "The decisions",
                "headers": {
                    "x-decision-ids": _header(
                        "Ids in the ledger, one for each decision, with commas between"
                    ),
                    "location": _header("Where the decision can be read again, if it is one"),
                    "x-not-recorded": _header("Why it was not recorded, where nothing is enforced"),
                },
                "content": {"application/json": {"schema": ref("DecisionReport")}},
            },
            **_problems(400, 408, 413, 415, 422, 503),
        },
    }


def _batch() -> Json:
    return {
        "operationId": "decideMany",
        "summary": "Decide many manifests",
        "description": "One Submission a line, answered by one line each, in order, as they come. Read while you send.",
        "parameters": [
            _parameter("environment", "query", {**_environment(), "default": "production"}),
            _parameter("detail", "query", {"enum": ["brief", "full"], "default": "brief"}),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        "responses": {
            "200": {
                "description": "One line for each",
                "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
            },
            **_problems(400, 415, 503),
        },
    }


def _find() -> Json:
    return {
        **_get("find", "A recorded decision", "Entry", 400, 404, 503),
        "parameters": [_parameter("id", "path", {"type": "string", "minLength": 1})],
    }


def _validate(own: str, parameters: list[Json]) -> Json:
    return {
        "operationId": own,
        "summary": "Answer a Kubernetes AdmissionReview"
        + (", refusing nothing" if own.startswith("audit") else ""),
        "description": "The webhook of a ValidatingWebhookConfiguration. A denial is a successful request.",
        "parameters": [*parameters, _parameter("timeout", "query", {"type": "string"})],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": ref("AdmissionReview")}},
        },
        "responses": {
            "200": {
                "description": "Whether it is let in",
                "content": {"application/json": {"schema": ref("AdmissionAnswer")}},
            },
            **_problems(400, 408, 413, 415, 503),
        },
    }


def _ready() -> Json:
    content = {"application/json": {"schema": ref("Readiness")}}
    return {
        "operationId": "readyz",
        "summary": "Whether decisions can be made",
        "security": [],
        "responses": {
            "200": {"description": "They can", "content": content},
            "503": {"description": "They cannot yet", "content": content},
            **_problems(400),
        },
    }


def _metrics() -> Json:
    content = {"text/plain": {"schema": {"type": "string"}}}
    return {
        "operationId": "metrics",
        "summary": "Figures for Prometheus",
        "responses": {"200": {"description": "In its text format", "content": content}, **_problems(401)},
    }


def _get(own: str, summary: str, schema: str | None, *problems: int) -> Json:
    content = {"application/json": {"schema": ref(schema) if schema else {"type": "object"}}}
    return {
        "operationId": own,
        "summary": summary,
        "responses": {"200": {"description": summary, "content": content}, **_problems(400, *problems)},
    }


def _problems(*statuses: int) -> Json:
    content = {MEDIA_TYPE: {"schema": ref("Problem")}}
    what = {
        400: "The request is wrong",
        401: "Nobody who is known",
        404: "It is not there",
        408: "The body did not arrive in time",
        413: "The body is too large",
        415: "Not sent as what it must be",
        422: "The body cannot be read",
        503: "Not now: busy, not ready, or it cannot be recorded",
    }
    return {str(s): {"description": what[s], "content": content} for s in dict.fromkeys((401, *statuses))}


def _parameter(name: str, where: str, schema: Json) -> Json:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def _environment() -> Json:
    return {"type": "string", "pattern": f"^{ENVIRONMENT}$"}


def _header(description: str) -> Json:
    return {"description": description, "schema": {"type": "string"}}


def _body_schema(media: str) -> Json:
    return {"type": "object"} if media.endswith("json") else {"type": "string"}
