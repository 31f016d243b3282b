"""The shapes of what the server takes and gives, as JSON Schemas: the components of its OpenAPI document."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from aims_policy.manifest.evidence.listed import MOST_FILES
from aims_policy.policy.shipped import shipped

Json = dict[str, Any]


def schemas() -> Json:
    """All of them, by name."""
    return {**_decision_schemas(), **_schemas()}


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


def _schemas() -> Json:
    text, whole, flag = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
    texts = {"type": "array", "items": text}
    kind = _object({"group": text, "version": text, "kind": text})
    rule = _object({"id": text, "controls": texts, "title": text, "severity": text, "applies_to": texts})
    waiver = _object({"id": text, "rules": texts, "assets": texts, "expires": text})
    control = _object({"id": text, "title": text, "objective": text, "rules": texts})
    ledger = _object({"failing": flag, "problem": {"type": ["string", "null"]}})
    place = _object({"code": text, "message": text, "line": whole, "column": whole, "help": text})
    return {
        "Problem": _object(
            {"type": text, "title": text, "status": whole, "detail": text, "help": text, "request_id": text,
             "diagnostics": {"type": "array", "items": place}},
            optional=("help", "diagnostics"),
        ),
        "Entry": _object(
            {"id": text, "sequence": whole, "recorded_at": text, "previous": text, "hash": text, "source": text,
             "request_id": text, "decision": ref("Decision"),
             "inputs": {
                 "type": "array",
                 "items": _object({"name": text, "format": text, "digest": text, "evidence_on": text}),
             }}
        ),
        "Bundle": _object(
            {"name": text, "digest": text, "appetite": text, "generation": whole, "assets": whole,
             "rules": {"type": "array", "items": rule},
             "waivers": {"type": "array", "items": waiver},
             "notices": {"type": "array", "items": {"type": "object"}}}
        ),
        "Controls": _object(
            {"bundle": text, "bundle_digest": text,
             "controls": {"type": "array", "items": control}}
        ),
        "Health": _object({"status": {"const": "ok"}}),
        "Readiness": _object(
            {"ready": flag, "bundle": {"type": ["string", "null"]}, "generation": whole,
             "reload": _object({"failing": flag, "problems": texts}),
             "ledger": {"oneOf": [{"type": "null"}, ledger]}}
        ),
        "Submission": _object(
            {"manifest": {"type": ["object", "string"], "description": "The manifest, or its text in any format"},
             "evidence": {"type": "array", "maxItems": MOST_FILES, "items": ref("EvidenceFile")},
             "environment": {**text, "description": "In batches"},
             "ref": {**text, "description": "In batches: comes back with the answer"},
             "as": {**text, "description": "The format of the manifest"}},
            optional=("evidence", "environment", "ref", "as"),
        ),
        "EvidenceFile": _object(
            {"file": {**text, "description": "The name that the manifest lists it under, or that findings show"},
             "content": {"description": "The text of the file, or its JSON"},
             "asset": {**text, "description": "The asset that it is for, as model/scorer, where it does not tell"},
             "as": {**text, "description": "Its format"}},
            optional=("asset", "as"),
        ),
        "Form": _object(
            {"manifest": {**text, "description": "A file, with its name or type"},
             "evidence": {"type": "array", "items": {"type": "string", "format": "binary"}}},
            optional=("evidence",),
        ),
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
                        "namespace": text,
                        "name": text,
                        "subResource": text,
                        "operation": {"enum": ["CREATE", "UPDATE", "DELETE", "CONNECT"]},
                        "object": {"type": ["object", "null"]},
                        "oldObject": {"type": ["object", "null"]},
                        "dryRun": flag,
                    },
                },
            },
        },
        "AdmissionAnswer": _object(
            {"apiVersion": text, "kind": {"const": "AdmissionReview"},
             "response": _object(
                 {"uid": text, "allowed": flag, "status": _object({"code": whole, "message": text}),
                  "warnings": {"type": "array", "items": {"type": "string", "maxLength": 120}},
                  "auditAnnotations": {"type": "object", "additionalProperties": text}},
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
