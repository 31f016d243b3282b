"""The AISystem manifest."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.manifest.models import sections as s
from aims_policy.manifest.models.metadata import Envelope, EvidenceFile
from aims_policy.manifest.models.vocabulary import (
    Accountable,
    Affected,
    AnnexCObjective,
    Approver,
    Count,
    DatasetRef,
    EffectText,
    Flag,
    Level,
    LimitsText,
    MeasureText,
    MitigationText,
    ModelRef,
    Moment,
    OversightText,
    Prose,
    PurposeText,
    Section,
    Stage,
    StoppingText,
    Text,
    about,
)


class ModelUse(Section):
    ref: ModelRef | None = about("Model, by name")
    version: Text | None = about("Version in use")
    purpose: PurposeText | None = about("What the system uses it for")


class SystemDatasetUse(Section):
    ref: DatasetRef | None = about("Dataset, by name")
    version: Text | None = about("Version in use")
    purpose: PurposeText | None = about("What the system uses it for")


class Components(Section):
    models: list[ModelUse] | None = about("Every model of the system")
    datasets: list[SystemDatasetUse] | None = about("Every dataset that the system itself reads or writes")


class ResourceEntry(Section):
    type: Literal["data", "tooling", "compute", "people", "software"] | None = about("Kind of resource")
    name: Text | None = about("Name")
    stage: Stage | None = about("Life-cycle stage that needs it")
    description: Prose | None = about("What it is for")


class Resources(Section):
    entries: list[ResourceEntry] | None = about("Resources for each life-cycle stage")
    bom: s.BillOfMaterials | None = about("AI-BOM of the system")
    reviewed_on: Moment | None = about("When the list was last reviewed")


class Accountability(Section):
    owner: Accountable | None = about("Who is accountable for the system")
    risk_owner: Accountable | None = about("Who owns its risks")
    approver: Approver | None = about("Who approves its release")
    developers: list[Text] | None = about("Who builds it")


class TeamMember(Section):
    person: Accountable | None = about("Person or post")
    role: Text | None = about("Role in the life cycle")
    stage: Stage | None = about("Stage")
    competence: Prose | None = about("Education, training or experience for it")
    record_digest: Text | None = about("Digest of the competence record, sha256:<hex>")
    trained_on: Moment | None = about("Last training")
    valid_until: Moment | None = about("Until when the competence is held to be current")


class ImpactOnPeople(Section):
    aspect: (
        Literal[
            "fairness",
            "accountability",
            "transparency",
            "security_and_privacy",
            "safety_and_health",
            "financial",
            "accessibility",
            "human_rights",
        ]
        | None
    ) = about("Aspect of the effect on people")
    group: Affected | None = about("Who is affected")
    severity: Level | None = about("1 negligible to 5 severe")
    likelihood: Level | None = about("1 rare to 5 almost certain")
    description: EffectText | None = about("What the effect is, harmful or beneficial")
    mitigation: MitigationText | None = about("What is done about it")


class SocietalImpact(Section):
    aspect: (
        Literal["environment", "economy", "government", "health_and_safety", "norms_and_culture"] | None
    ) = about("Aspect of the effect on society")
    severity: Level | None = about("1 negligible to 5 severe")
    description: EffectText | None = about("What the effect is, harmful or beneficial")
    mitigation: MitigationText | None = about("What is done about it")


class MisuseScenario(Section):
    scenario: Prose | None = about("How it could be misused")
    safeguard: MitigationText | None = about("What prevents it")


class ImpactAssessment(Section):
    """Result of the AI system impact assessment (clause 6.1.4, 8.4)."""

    author: Text | None = about("Who wrote it")
    approver: Approver | None = about("Who approved it")
    date: Moment | None = about("When it was made or last revised")
    next_due: Moment | None = about("When it is next due")
    covers_version: Text | None = about("Version of the system that it covers")
    location: Text | None = about("Where it is kept")
    digest: Text | None = about("Digest, sha256:<hex>")
    retention_years: Count | None = about("How long it is kept, years")
    affected_groups: list[Affected] | None = about("Groups of people that the system affects")
    individuals: list[ImpactOnPeople] | None = about("Effects on individuals and groups")
    societal: list[SocietalImpact] | None = about("Effects on society")
    misuse: list[MisuseScenario] | None = about("Foreseeable misuse")
    fed_into_risk_assessment: Flag | None = about("Whether the result went into the risk assessment")


class SystemObjective(Section):
    annex_c: AnnexCObjective | None = about("Annex C.2 objective")
    measure: MeasureText | None = about("How it is measured")
    target: Text | None = about("What is to be reached")
    stage: Stage | None = about("At which stage it is checked")
    oversight: OversightText | None = about("Human-oversight mechanism that serves it")
    status: Literal["met", "not_met", "not_yet_measured"] | None = about("Where it stands")
    checked_on: Moment | None = about("When that was last checked")


class Requirement(Section):
    id: Text | None = about("Identifier")
    statement: Prose | None = about("What must hold")
    rationale: Prose | None = about("Why")
    acceptance: Prose | None = about("How it is accepted")
    status: Literal["proposed", "agreed", "implemented", "verified", "waived"] | None = about("Status")
    verified_by: Text | None = about("Test or record that verifies it")


class Requirements(Section):
    purpose: PurposeText | None = about("Why the system exists")
    business_case: Prose | None = about("What it is worth")
    revision: Text | None = about("Revision of the requirements")
    for_version: Text | None = about("Version of the system that they are for")
    items: list[Requirement] | None = about("The requirements")
    reviewed_on: Moment | None = about("When they were last reviewed")


class UserInformation(Section):
    location: Text | None = about("Where users find it")
    purpose: PurposeText | None = about("What the system is for, in users' words")
    discloses_ai: Flag | None = about("Whether people are told that they deal with AI")
    how_to_use: Prose | None = about("How to use it")
    how_to_override: StoppingText | None = about("How to contest or set aside an output")
    technical_needs: Text | None = about("What is needed to run it")
    oversight_needs: OversightText | None = about("What people must watch")
    accuracy: Prose | None = about("How accurate it is, for whom")
    limits: LimitsText | None = about("What it cannot do")
    impact_summary: EffectText | None = about("Effects on people, in short")
    contact: Text | None = about("Whom to ask")
    updated_on: Moment | None = about("When it was last updated")
    version: Text | None = about("Version of the system that it describes")


class UseApproval(Section):
    """Approval to use a system that was bought in."""

    required: Flag | None = about("Whether the system is bought in and so needs it")
    approver: Approver | None = about("Who approved its use")
    date: Moment | None = about("When")
    legal_check: Prose | None = about("Result of the legal check")
    sourcing_check: Prose | None = about("Result of the sourcing and cost check")


class AISystemSpec(Section):
    evidence: list[EvidenceFile] | None = about("Files that more evidence on this asset comes from")
    intended_use: s.IntendedUse | None = None
    observed_use: list[s.ObservedUse] | None = None
    lifecycle: s.Lifecycle | None = None
    risk: s.Risk | None = None
    components: Components | None = None
    resources: Resources | None = None
    tooling: s.Tooling | None = None
    compute: s.Compute | None = None
    accountability: Accountability | None = None
    team: list[TeamMember] | None = None
    impact_assessment: ImpactAssessment | None = None
    objectives: list[SystemObjective] | None = None
    use_objectives: list[SystemObjective] | None = None
    requirements: Requirements | None = None
    evaluation: s.Evaluation | None = None
    fairness: s.Fairness | None = None
    robustness: s.Robustness | None = None
    explainability: s.Explainability | None = None
    limitations: s.Limitations | None = None
    human_oversight: s.HumanOversight | None = None
    deployment: s.Deployment | None = None
    monitoring: s.Monitoring | None = None
    event_logging: s.EventLogging | None = None
    documentation: list[s.DocumentEntry] | None = None
    user_information: UserInformation | None = None
    external_reporting: s.ReportingChannel | None = None
    incident_response: s.IncidentResponse | None = None
    reporting_obligations: list[s.Obligation] | None = None
    use_approval: UseApproval | None = None
    responsibilities: s.ResponsibilityMatrix | None = None
    suppliers: list[s.SupplierUse] | None = None
    customers: list[s.CustomerRecord] | None = None
    approvals: list[s.Approval] | None = None
    extensions: dict[str, Any] | None = about("Fields of the organization, typed by its own JSON Schema")


class AISystem(Envelope):
    """An AI system: what people meet, made of models, data, software and rules of use."""

    kind: Literal["AISystem"]
    spec: AISystemSpec | None = None
