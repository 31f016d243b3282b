"""The shapes of what the server takes and gives, as JSON Schemas: the components of its OpenAPI document."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from aims_policy.manifest.evidence.listed import MOST_FILES
from aims_policy.policy.shipped import shipped

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_WHOLE: Json = {"type": "integer"}
_FLAG: Json = {"type": "boolean"}


def schemas() -> Json:
    """All of them, by name."""
    return {**_decision_schemas(), **_told(), **_views(), **_submitted(), **_review(), **_answer()}


def ref(name: str) -> Json:
    """A reference to one."""
    return {"$ref": f"#/components/schemas/{name}"}


@lru_cache(1)
def _decision_schemas() -> Json:
    """The published schema of decisions, its definitions as components."""
    schema = json.loads((shipped("schemas") / "decision.schema.json").read_text("utf-8"))
    text = json.dumps(schema["$defs"]).replace("#/$defs/", "#/components/schemas/Decision.")
    found = {f"Decision.{name}": value for name, value in json.loads(text).items()}
    return {**found, "DecisionReport": ref("Decision.report"), "Decision": ref("Decision.decision")}


def _told() -> Json:
    """What is told of a problem, and of what was recorded."""
    place = _object({"code": _TEXT, "message": _TEXT, "line": _WHOLE, "column": _WHOLE, "help": _TEXT})
    return {
        "Problem": _object(
            {"type": _TEXT, "title": _TEXT, "status": _WHOLE, "detail": _TEXT, "help": _TEXT, "request_id": _TEXT,
             "diagnostics": {"type": "array", "items": place}},
            optional=("help", "diagnostics"),
        ),
        "Entry": _object(
            {"id": _TEXT, "sequence": _WHOLE, "recorded_at": _TEXT, "previous": _TEXT, "hash": _TEXT, "source": _TEXT,
             "request_id": _TEXT, "decision": ref("Decision"),
             "inputs": {
                 "type": "array",
                 "items": _object({"name": _TEXT, "format": _TEXT, "digest": _TEXT, "evidence_on": _TEXT}),
             }}
        ),
    }  # fmt: skip


def _views() -> Json:
    """What can be looked at."""
    rule = _object({"id": _TEXT, "controls": _TEXTS, "title": _TEXT, "severity": _TEXT, "applies_to": _TEXTS})
    waiver = _object({"id": _TEXT, "rules": _TEXTS, "assets": _TEXTS, "expires": _TEXT})
    control = _object({"id": _TEXT, "title": _TEXT, "objective": _TEXT, "rules": _TEXTS})
    ledger = _object({"failing": _FLAG, "problem": {"type": ["string", "null"]}})
    return {
        "Bundle": _object(
            {"name": _TEXT, "digest": _TEXT, "appetite": _TEXT, "generation": _WHOLE, "assets": _WHOLE,
             "rules": {"type": "array", "items": rule},
             "waivers": {"type": "array", "items": waiver},
             "notices": {"type": "array", "items": {"type": "object"}}}
        ),
        "Controls": _object(
            {"bundle": _TEXT, "bundle_digest": _TEXT,
             "controls": {"type": "array", "items": control}}
        ),
        "Health": _object({"status": {"const": "ok"}}),
        "Readiness": _object(
            {"ready": _FLAG, "bundle": {"type": ["string", "null"]}, "generation": _WHOLE,
             "reload": _object({"failing": _FLAG, "problems": _TEXTS}),
             "ledger": {"oneOf": [{"type": "null"}, ledger]}}
        ),
    }  # fmt: skip


def _submitted() -> Json:
    """Manifests with files of evidence beside them."""
    return {
        "Submission": _object(
            {"manifest": {"type": ["object", "string"], "description": "The manifest, or its text in any format"},
             "evidence": {"type": "array", "maxItems": MOST_FILES, "items": ref("EvidenceFile")},
             "environment": {**_TEXT, "description": "In batches"},
             "ref": {**_TEXT, "description": "In batches: comes back with the answer"},
             "as": {**_TEXT, "description": "The format of the manifest"}},
            optional=("evidence", "environment", "ref", "as"),
        ),
        "EvidenceFile": _object(
            {"file": {**_TEXT, "description": "The name that the manifest lists it under, or that findings show"},
             "content": {"description": "The text of the file, or its JSON"},
             "asset": {**_TEXT, "description": "The asset that it is for, as model/scorer, where it does not tell"},
             "as": {**_TEXT, "description": "Its format"}},
            optional=("asset", "as"),
        ),
        "Form": _object(
            {"manifest": {**_TEXT, "description": "A file, with its name or type"},
             "evidence": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            optional=("evidence",),
        ),
    }  # fmt: skip


def _review() -> Json:
    """What Kubernetes asks."""
    kind = _object({"group": _TEXT, "version": _TEXT, "kind": _TEXT})
    return {
        "AdmissionReview": {
            "type": "object",
            "required": ["apiVersion", "kind", "request"],
            "properties": {
                "apiVersion": {"enum": ["admission.k8s.io/v1", "admission.k8s.io/v1beta1"]},
                "kind": {"const": "AdmissionReview"},
                "request": {
                    "type": "object",
                    "required": ["uid", "operation"],
                    "properties": {
                        "uid": {"type": "string", "minLength": 1, "maxLength": 200},
                        "kind": {**kind, "required": []},
                        "namespace": _TEXT,
                        "name": _TEXT,
                        "subResource": _TEXT,
                        "operation": {"enum": ["CREATE", "UPDATE", "DELETE", "CONNECT"]},
                        "object": {"type": ["object", "null"]},
                        "oldObject": {"type": ["object", "null"]},
                        "dryRun": _FLAG,
                    },
                },
            },
        },
    }


def _answer() -> Json:
    """What Kubernetes is told."""
    return {
        "AdmissionAnswer": _object(
            {"apiVersion": _TEXT, "kind": {"const": "AdmissionReview"},
             "response": _object(
                 {"uid": _TEXT, "allowed": _FLAG, "status": _object({"code": _WHOLE, "message": _TEXT}),
                  "warnings": {"type": "array", "items": {"type": "string", "maxLength": 120}},
                  "auditAnnotations": {"type": "object", "additionalProperties": _TEXT}},
                 optional=("warnings", "auditAnnotations"),
             )}
        ),
    }  # fmt: skip


def _object(properties: Json, optional: tuple[str, ...] = ()) -> Json:
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
        "properties": properties,
    }
