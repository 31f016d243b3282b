"""The Supplier manifest."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.manifest.models import sections as s
from aims_policy.manifest.models.metadata import Envelope, EvidenceFile
from aims_policy.manifest.models.vocabulary import (
    Accountable,
    Flag,
    Moment,
    Prose,
    Quantity,
    Section,
    Text,
    about,
)


class Profile(Section):
    service: Text | None = about("What it supplies")
    contact: Text | None = about("E-mail, https address or telephone")
    country: Text | None = about("Country of establishment")
    relationship_owner: Accountable | None = about("Who in the organization answers for the relationship")
    critical: Flag | None = about("Whether a system could not run without it")


class SupplierFinding(Section):
    issue: Text | None = about("What was found")
    severity: Literal["low", "medium", "high", "critical"] | None = about("Severity")
    corrective_action: Prose | None = about("What the supplier does about it")
    due: Moment | None = about("By when")
    closed_on: Moment | None = about("When it was closed")


class SupplierAssessment(Section):
    date: Moment | None = about("When it was assessed")
    next_due: Moment | None = about("When it is next due")
    assessor: Text | None = about("Who assessed")
    method: Prose | None = about("How")
    result: Literal["approved", "approved_with_conditions", "rejected"] | None = about("Result")
    open_findings: Quantity | None = about("Number of findings still open; 0 is said, not left out")
    findings: list[SupplierFinding] | None = about("What was found")
    digest: Text | None = about("Digest of the report, sha256:<hex>")


class Contract(Section):
    reference: Text | None = about("Contract")
    ends: Moment | None = about("When it ends")
    responsible_ai_clause: Prose | None = about("Clause on responsible development and use of AI")
    audit_right: Flag | None = about("Whether the organization may audit")
    incident_notice_hours: Quantity | None = about("Hours in which the supplier tells of incidents")
    change_notice_days: Quantity | None = about("Days of notice before a change")


class Delivery(Section):
    item: Text | None = about("Model, dataset or service")
    documentation: Text | None = about("Model card, data card or AI-BOM that came with it")
    digest: Text | None = about(
        "Digest of what was delivered; of a service, of its documentation, sha256:<hex>"
    )
    signature: s.Signature | None = about("Signature of what was delivered")


class SupplierSpec(Section):
    evidence: list[EvidenceFile] | None = about("Files that more evidence on this asset comes from")
    profile: Profile | None = None
    lifecycle: s.Lifecycle | None = None
    risk: s.Risk | None = None
    assessment: SupplierAssessment | None = None
    contract: Contract | None = None
    responsibilities: s.ResponsibilityMatrix | None = None
    deliveries: list[Delivery] | None = None
    approvals: list[s.Approval] | None = None
    documentation: list[s.DocumentEntry] | None = None
    extensions: dict[str, Any] | None = about("Fields of the organization, typed by its own JSON Schema")


class Supplier(Envelope):
    """A third party that supplies models, data or services."""

    kind: Literal["Supplier"]
    spec: SupplierSpec | None = None
