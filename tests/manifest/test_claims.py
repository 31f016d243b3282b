"""A claim that takes rules away is believed only where the manifest itself does not show otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read
from aims_policy.source import parse_json

SHAPES = shapes()
DIGEST = "sha256:" + "0a" * 32


def manifest(kind: str, spec: dict[str, Any], file: str = "m.json") -> Manifest:
    metadata = {"name": "scorer-2", "title": "Loan scorer"}
    frame = {"apiVersion": "aims/v1", "kind": kind, "metadata": metadata, "spec": spec}
    [found] = read([parse_json(json.dumps(frame), file)], SHAPES)
    return found


def bought(**more: Any) -> dict[str, Any]:
    return {"provenance": {"third_party": False, "artifact_digest": DIGEST}, **more}


CONTRADICTED: list[tuple[str, dict[str, Any], str, str]] = [
    ("Model", bought(suppliers=[{"ref": "acme", "provides": "scorer-2 over an API"}]),
     "provenance.third_party", "suppliers[0].provides"),
    ("Model", bought(suppliers=[{"provides": "Disks"}, {"provides": "The loan scorer"}]),
     "provenance.third_party", "suppliers[1].provides"),
    ("Model", {"provenance": {"third_party": False, "artifact_digest": DIGEST, "base_models": [
        {"ref": "own"}, {"ref": "x", "supplier": "acme", "digest": DIGEST.upper().replace("SHA", "sha")}]}},
     "provenance.third_party", "provenance.base_models[1].digest"),
    ("AISystem", {"use_approval": {"required": False}, "suppliers": [{"provides": "Loan scorer, hosted"}]},
     "use_approval.required", "suppliers[0].provides"),
    *((kind, {"incident_response": {"incident_count": 0, "incidents": [{"id": "I-1"}]}},
       "incident_response.incident_count", "incident_response.incidents[0]") for kind in ("AISystem", "Organization")),
    ("Supplier", {"assessment": {"open_findings": 0, "findings": [{"closed_on": "2026-01-01"}, {"issue": "no logs"}]}},
     "assessment.open_findings", "assessment.findings[1]"),
]  # fmt: skip

BELIEVED: list[tuple[str, dict[str, Any], str]] = [
    ("Model", bought(suppliers=[{"provides": "Compute for scorer-2"}]), "provenance.third_party"),
    ("Model", bought(suppliers=[{"provides": "scorer-20"}]), "provenance.third_party"),
    ("Model", {"provenance": {"third_party": True}, "suppliers": [{"provides": "scorer-2"}]}, "provenance.third_party"),
    ("AISystem", {"incident_response": {"incident_count": 1, "incidents": [{"id": "I-1"}]}},
     "incident_response.incident_count"),
    ("Supplier", {"assessment": {"open_findings": 0, "findings": [{"closed_on": "2026-01-01"}]}},
     "assessment.open_findings"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "claim", "against"), CONTRADICTED)
def test_a_contradicted_claim_is_no_evidence(
    kind: str, spec: dict[str, Any], claim: str, against: str
) -> None:
    found = manifest(kind, spec)
    assert found.missing[claim].reason == f"contradicted by `{against}`"
    section, _, field = claim.partition(".")
    assert field not in found.data.get(section, {})


@pytest.mark.parametrize(("kind", "spec", "claim"), BELIEVED)
def test_what_contradicts_nothing_stays(kind: str, spec: dict[str, Any], claim: str) -> None:
    section, _, field = claim.partition(".")
    assert field in manifest(kind, spec).data[section]


@pytest.mark.parametrize(("kind", "spec", "claim", "against"), CONTRADICTED)
def test_another_source_contradicts_as_well(
    kind: str, spec: dict[str, Any], claim: str, against: str
) -> None:
    """The claim in the manifest and what shows otherwise in a file of evidence, and the other way round."""
    section, _, field = claim.partition(".")
    claimed = {section: {field: spec[section][field]}}
    rest = json.loads(json.dumps(spec))
    del rest[section][field]
    for one, other in ((claimed, rest), (rest, claimed)):
        found = merged(manifest(kind, one), [manifest(kind, other, "e.json")])
        assert found.missing[claim].reason == f"contradicted by `{against}`"
        assert field not in found.data.get(section, {})
