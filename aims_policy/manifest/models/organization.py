"""The Organization manifest: the profile that many Annex A controls are shown by."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.manifest.models import sections as s
from aims_policy.manifest.models.metadata import Envelope, EvidenceFile
from aims_policy.manifest.models.vocabulary import (
    Accountable,
    AnnexCObjective,
    Approver,
    Count,
    DocumentedInformation,
    Flag,
    MeasureText,
    Moment,
    Prose,
    Quantity,
    ReviewingText,
    Section,
    Text,
    about,
)


class Scope(Section):
    """Scope of the management system (clause 4.3)."""

    roles: list[Literal["provider", "producer", "customer", "partner", "subject", "authority"]] | None = (
        about("Roles toward AI (clause 4.1)")
    )
    activities: list[Literal["develop", "provide", "use"]] | None = about(
        "What the organization does with AI"
    )
    boundaries: Text | None = about("Sites, units and technology inside")
    exclusions: Text | None = about("What is outside, and why")


class RelatedPolicy(Section):
    name: Text | None = about("Policy")
    area: (
        Literal["security", "privacy", "quality", "human_resources", "procurement", "safety", "ethics"] | None
    ) = about("Area")
    affected: Flag | None = about("Whether the AI policy touches it")
    review_note: ReviewingText | None = about("What the review found, and what was changed")
    reviewed_on: Moment | None = about("When")


class PolicyReview(Section):
    date: Moment | None = about("When")
    reviewer: Text | None = about("Who")
    outcome: Literal["kept", "changed", "withdrawn"] | None = about("Outcome")
    reason: ReviewingText | None = about("Why")


class AIPolicy(Section):
    version: Text | None = about("Version")
    owner: Accountable | None = about("Who owns it")
    approver: Approver | None = about("Who approved it")
    approver_role: Literal["top_management", "other"] | None = about("Level of the approver")
    approved_on: Moment | None = about("When")
    location: Text | None = about("Where it is")
    digest: Text | None = about("Digest, sha256:<hex>")
    communicated_on: Moment | None = about("When it was communicated to all concerned")
    covers: list[Literal["develop", "provide", "use"]] | None = about("Activities that it covers")
    principles: list[Prose] | None = about("Principles it states")
    related: list[RelatedPolicy] | None = about("Other policies that it was compared with")
    review_interval_days: Count | None = about("How often it is reviewed, days")
    reviews: list[PolicyReview] | None = about("Reviews held")
    last_review: Moment | None = about("Latest review")


class Person(Section):
    name: Text | None = about("Person or post")
    role: Text | None = about("Role")
    contact: Text | None = about("How to reach")
    competence: Prose | None = about("Education, training or experience")
    trained_on: Moment | None = about("Last AI training")


class RaciEntry(Section):
    activity: Text | None = about("Activity")
    responsible: list[Text] | None = about("Who does it")
    accountable: Accountable | None = about("The one who answers for it")
    consulted: list[Text] | None = about("Who is asked")
    informed: list[Text] | None = about("Who is told")


class Roles(Section):
    aims_lead: Accountable | None = about("Who leads the AI management system")
    executive: Accountable | None = about("Member of top management who is accountable")
    people: list[Person] | None = about("People and posts")
    raci: list[RaciEntry] | None = about("Who does, answers for, is asked and is told")
    reviewed_on: Moment | None = about("When roles were last reviewed")
    training_interval_days: Count | None = about("How often people are trained, days")


class ConcernChannel(Section):
    address: Text | None = about("E-mail, https address or telephone")
    confidential: Flag | None = about("Whether reports are confidential")
    anonymous: Flag | None = about("Whether it can be used without giving a name")
    handler: Accountable | None = about("Who handles concerns")
    non_retaliation: Prose | None = about("Protection of those who report")
    response_days: Quantity | None = about("Days to a first answer")
    case_log_digest: Text | None = about("Digest of the case log, sha256:<hex>")
    last_tested: Moment | None = about("When it was last tried out")


class ImpactProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    document: Text | None = about("Where it is described")
    digest: Text | None = about("Digest, sha256:<hex>")
    triggers: list[Prose] | None = about("When an assessment is made")
    elements: (
        list[Literal["sources", "consequences", "likelihood", "measures", "affected_groups", "monitoring"]]
        | None
    ) = about("What an assessment covers")
    roles: list[Text] | None = about("Who takes part")
    scale: Prose | None = about("Scale of impact, and thresholds for sensitive uses")
    feeds: list[Literal["risk_assessment", "design", "use_decision", "information_to_parties"]] | None = (
        about("Where results go")
    )
    reviewed_on: Moment | None = about("When the process was last reviewed")


class Gate(Section):
    name: Text | None = about("Gate")
    criteria: Prose | None = about("Release criteria")
    approver: Approver | None = about("Who opens it")


class DevelopmentProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    document: Text | None = about("Where it is described")
    digest: Text | None = about("Digest, sha256:<hex>")
    stages: list[Text] | None = about("Life-cycle stages")
    gates: list[Gate] | None = about("Gates with release criteria and approver")
    oversight_steps: Prose | None = about("Where people decide")
    stakeholder_engagement: Prose | None = about("How those affected are heard")
    change_control: Prose | None = about("How changes are controlled")
    reviewed_on: Moment | None = about("When the process was last reviewed")


class DataProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    document: Text | None = about("Where it is described")
    digest: Text | None = about("Digest, sha256:<hex>")
    covers: (
        list[Literal["privacy", "security", "poisoning", "transparency", "representativeness", "integrity"]]
        | None
    ) = about("What it covers")
    reviewed_on: Moment | None = about("When the process was last reviewed")


class UseProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    document: Text | None = about("Where it is described")
    digest: Text | None = about("Digest, sha256:<hex>")
    approvals: Prose | None = about("Approvals needed before use")
    cost_check: Prose | None = about("How cost is weighed")
    sourcing_check: Prose | None = about("What is asked of bought-in systems")
    legal_check: Prose | None = about("Which law applies, and who checks it")
    reviewed_on: Moment | None = about("When the process was last reviewed")


class SupplierProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    document: Text | None = about("Where it is described")
    criteria: list[Text] | None = about("What suppliers are chosen and assessed by")
    reassessment_days: Count | None = about("How often they are reassessed, days")
    corrective_action: Prose | None = about("What happens when a supplier falls short")


class CustomerProcess(Section):
    owner: Accountable | None = about("Who owns the process")
    expectations: Prose | None = about("How needs and expectations are found out")
    feedback: Prose | None = about("How customers give feedback")
    duties_told: Prose | None = about("How shared duties and limits are told")


class Processes(Section):
    impact_assessment: ImpactProcess | None = None
    development: DevelopmentProcess | None = None
    data_management: DataProcess | None = None
    use: UseProcess | None = None
    suppliers: SupplierProcess | None = None
    customers: CustomerProcess | None = None


class OrganizationObjective(Section):
    annex_c: AnnexCObjective | None = about("Annex C.2 objective")
    purpose: Literal["development", "use"] | None = about("For responsible development, or responsible use")
    statement: Prose | None = about("What is to be reached")
    measure: MeasureText | None = about("How it is measured")
    target: Text | None = about("Measurable target")
    owner: Accountable | None = about("Who answers for it")
    due: Moment | None = about("By when")
    reviewed_on: Moment | None = about("When progress was last reviewed")


class Change(Section):
    description: Text | None = about("What changed")
    date: Moment | None = about("When")
    significant: Flag | None = about("Whether it asks for a review")


class Changes(Section):
    entries: list[Change] | None = about("Changes that bear on the management system")
    last_significant: Moment | None = about(
        "Latest significant change; where there was none, when the management system began"
    )


class Party(Section):
    name: Text | None = about("Interested party")
    type: Literal["internal", "external"] | None = about("Inside or outside")
    role: Text | None = about("Role")
    interest: Text | None = about("What they need and expect")
    influence: Literal["low", "medium", "high"] | None = about("Influence")


class ManagementDocument(s.DocumentEntry):
    """A document of the management system."""

    holds: list[DocumentedInformation] | None = about(
        "What it holds of the documented information that clauses 4 to 10 ask for"
    )


class OrganizationSpec(Section):
    evidence: list[EvidenceFile] | None = about("Files that more evidence on this asset comes from")
    scope: Scope | None = None
    ai_policy: AIPolicy | None = None
    roles: Roles | None = None
    concern_channel: ConcernChannel | None = None
    processes: Processes | None = None
    objectives: list[OrganizationObjective] | None = None
    changes: Changes | None = None
    external_reporting: s.ReportingChannel | None = None
    incident_response: s.IncidentResponse | None = None
    reporting_obligations: list[s.Obligation] | None = None
    responsibilities: s.ResponsibilityMatrix | None = None
    stakeholders: list[Party] | None = None
    lifecycle: s.Lifecycle | None = None
    risk: s.Risk | None = None
    approvals: list[s.Approval] | None = None
    documentation: list[ManagementDocument] | None = None
    extensions: dict[str, Any] | None = about("Fields of the organization, typed by its own JSON Schema")


class Organization(Envelope):
    """The organization's profile."""

    kind: Literal["Organization"]
    spec: OrganizationSpec | None = None
