"""Sections that several kinds of manifest share."""

from __future__ import annotations

from typing import Literal

from aims_policy.manifest.models.measurement import Criterion, Measurement, SecurityTest, TestResult
from aims_policy.manifest.models.vocabulary import (
    Accountable,
    AnnexCObjective,
    AnnexCRiskSource,
    Approver,
    AssumptionsText,
    Count,
    DreadScore,
    EvaluatedOn,
    Flag,
    Informed,
    Level,
    LimitsAssumptionsText,
    LimitsText,
    Moment,
    Number,
    Overseer,
    Prose,
    Proven,
    PurposeText,
    Quantity,
    RecoveryText,
    Section,
    Stage,
    StoppingText,
    SuppliedBy,
    Text,
    Tier,
    TreatmentText,
    UpdatingText,
    about,
)


class Lifecycle(Section):
    stage: Stage | None = about("Where the asset stands in its life cycle")
    first_deployed: Moment | None = about("When it was first put into use")
    last_significant_change: Moment | None = about(
        "When it last changed in a way that asks for reassessment; where it never did, when it was first deployed"
    )
    change_summary: Text | None = about("What changed then")
    review_due: Moment | None = about("When it is due to be reviewed")
    retirement_plan: Text | None = about("How it is taken out of use, and what happens to its data")


class Dread(Section):
    damage: DreadScore | None = about("0..10")
    reproducibility: DreadScore | None = about("0..10")
    exploitability: DreadScore | None = about("0..10")
    affected_users: DreadScore | None = about("0..10")
    discoverability: DreadScore | None = about("0..10")


class RiskEntry(Section):
    """One risk with its level before and after treatment, on the appetite's scale of 1 to 5."""

    id: Text | None = about("Identifier in the risk register")
    description: Text | None = about("What could happen, to whom")
    dimension: Literal["financial", "reputational", "legal", "ethical", "individual", "societal"] | None = (
        about("What it would harm")
    )
    source: AnnexCRiskSource | None = about("Annex C.3 risk source")
    objective: AnnexCObjective | None = about("Annex C.2 objective that it threatens")
    likelihood: Level | None = about("Before treatment, 1 rare to 5 almost certain")
    impact: Level | None = about("Before treatment, 1 negligible to 5 severe")
    treatment: Literal["avoid", "mitigate", "transfer", "accept"] | None = about("Chosen option")
    measures: list[Text] | None = about("What is done about it")
    controls: list[Text] | None = about("Annex A controls that treat it, for example A.6.2.4")
    residual_likelihood: Level | None = about("After treatment, 1..5")
    residual_impact: Level | None = about("After treatment, 1..5")
    accepted_by: Approver | None = about("Who accepted the residual risk")
    accepted_on: Moment | None = about("When")
    stride: (
        list[
            Literal[
                "spoofing",
                "tampering",
                "repudiation",
                "information_disclosure",
                "denial_of_service",
                "elevation_of_privilege",
            ]
        ]
        | None
    ) = about("STRIDE categories, where that method is used")
    dread: Dread | None = about("DREAD scores, where that method is used")


class Risk(Section):
    tier: Tier | None = about("Risk tier; decides which appetite applies")
    rationale: Prose | None = about("Why this tier")
    assessed_on: Moment | None = about("When the risks were last assessed")
    assessor: Text | None = about("Who assessed them")
    method: Text | None = about("Method used")
    entries: list[RiskEntry] | None = about("The risks of this asset")


class Approval(Section):
    stage: Stage | None = about("Life-cycle stage that the approval opens")
    decision: Literal["approved", "rejected", "pending"] | None = about("Outcome")
    approver: Approver | None = about("Who decided; not the one who built it")
    role: Text | None = about("In which role")
    date: Moment | None = about("When")
    version: Text | None = about("Version that was approved")
    digest: Text | None = about("Digest of exactly what was approved, sha256:<hex>")
    conditions: Text | None = about("Conditions attached")
    expires: Moment | None = about("Until when it holds")


class DocumentEntry(Section):
    title: Text | None = about("Title")
    audience: Literal["users", "operators", "partners", "authorities", "developers"] | None = about(
        "Written for"
    )
    location: Text | None = about("Where it is")
    digest: Text | None = about("Digest, sha256:<hex>")
    version: Text | None = about("Version of the asset that it describes")
    approved_by: Approver | None = about("Who approved it")
    date: Moment | None = about("When it was issued")
    limits: LimitsAssumptionsText | None = about("Limits and assumptions it states")


class IntendedUse(Section):
    summary: PurposeText | None = about("What it is for")
    domain: Text | None = about("Field of application")
    users: list[Text] | None = about("Who uses it")
    use_cases: list[Text] | None = about("What it may be used for")
    out_of_scope: list[Text] | None = about("What it must not be used for")
    assessed_context: Prose | None = about("Context that was assessed")
    deployment_context: Text | None = about("Context that it runs in")
    geography: list[Text] | None = about("Countries or regions of use")


class ObservedUse(Section):
    period_end: Moment | None = about("End of the period looked at")
    description: PurposeText | None = about("What it was really used for")
    within_intended_use: Flag | None = about("Whether that is inside the intended use")
    evidence: Text | None = about("Log or report it was seen in")


class Limitations(Section):
    known: list[LimitsText] | None = about("Known technical limits")
    assumptions: list[AssumptionsText] | None = about("What must hold for it to work")
    biases: list[Text] | None = about("Known biases")
    tradeoffs: list[Text] | None = about("What was given up for what")
    recommendations: Prose | None = about("What users should do about them")


class Tool(Section):
    name: Text | None = about("Name")
    version: Text | None = about("Version")
    purpose: (
        Literal["preparation", "training", "optimisation", "evaluation", "serving", "monitoring", "other"]
        | None
    ) = about("What it is used for")
    license: Text | None = about("SPDX licence id")


class BillOfMaterials(Section):
    format: Literal["CycloneDX", "SPDX", "other"] | None = about("Format")
    location: Text | None = about("Where it is")
    digest: Text | None = about("Digest, sha256:<hex>")
    date: Moment | None = about("When it was made")


class Tooling(Section):
    components: list[Tool] | None = about("Frameworks and tools, with versions")
    bom: BillOfMaterials | None = about("AI-BOM that lists all components")


class Compute(Section):
    location: Literal["cloud", "on_premises", "edge", "hybrid"] | None = about("Where it runs")
    provider: Text | None = about("Provider")
    region: Text | None = about("Region or site")
    hardware: Prose | None = about("Processors and accelerators")
    storage: Prose | None = about("Storage")
    training_energy_kwh: Quantity | None = about("Energy of training, kWh")
    inference_energy_kwh: Quantity | None = about("Energy of 1,000 inferences, kWh")
    training_co2_kg: Quantity | None = about("Emissions of training, kg CO2 equivalent")
    method: Prose | None = about("How energy and emissions were measured or estimated")


class Evaluation(Section):
    protocol: Prose | None = about("How it was evaluated")
    test_dataset: EvaluatedOn | None = about("Test dataset; not one it was trained on")
    separation: Prose | None = about("How test data was kept apart from training data")
    criteria: list[Criterion] | None = about("Acceptance criteria, set before the run")
    measurements: list[Measurement] | None = about("Results")
    tests: list[TestResult] | None = about("Tests that pass or fail, as a test tool reports them")
    test_count: Count | None = about("Number of these tests, in all reports together")
    evaluator: Text | None = about("Who evaluated")
    independent: Flag | None = about("Whether the evaluator is independent of the developers")


class Fairness(Section):
    groups: list[Text] | None = about("Groups that were compared")
    attributes: list[Text] | None = about("Protected or sensitive attributes looked at")
    measurements: list[Measurement] | None = about("Group metrics, canonical names and signs")
    rationale: Prose | None = about("Why these groups and metrics")
    mitigations: list[Text] | None = about("What was done against unfairness")


class Robustness(Section):
    measurements: list[Measurement] | None = about(
        "Robustness metrics, for example accuracy under perturbation"
    )
    tests: list[SecurityTest] | None = about("Adversarial, red-team and security tests")
    threats: list[Text] | None = about("AI-specific threats considered")


class Explainability(Section):
    methods: list[Text] | None = about("Methods used, for example SHAP, counterfactuals")
    audience: list[Text] | None = about("Who gets explanations")
    description: Prose | None = about("What an explanation tells them")
    measurements: list[Measurement] | None = about("For example fidelity, stability")
    limits: Prose | None = about("What explanations do not show")


class HumanOversight(Section):
    mode: Literal["in_the_loop", "on_the_loop", "in_command", "none"] | None = about("How people oversee it")
    overseers: list[Overseer] | None = about("Named people or posts")
    can_override: Flag | None = about("Whether they can set aside an output")
    stop_procedure: StoppingText | None = about("How the system is stopped")
    training: Prose | None = about("How overseers are trained")
    last_exercised: Moment | None = about("When override or stop was last tried out")


class MonitoredMetric(Section):
    metric: Text | None = about("Metric watched, for example psi, accuracy")
    baseline: Number | None = about("Value at release")
    alert_threshold: Number | None = about("Value that raises an alert")
    higher_is_better: Flag | None = about("true: alert below the threshold; false: alert above it")
    interval_days: Count | None = about("How often it is looked at, days")
    last_value: Number | None = about("Latest value")
    last_checked: Moment | None = about("When that was")


class Monitoring(Section):
    owner: Accountable | None = about("Who answers for monitoring")
    metrics: list[MonitoredMetric] | None = about("What is watched")
    last_review: Moment | None = about("When results were last reviewed")
    repair_procedure: RecoveryText | None = about("What happens when something fails")
    update_procedure: UpdatingText | None = about("How updates are made and tested")
    support: Text | None = about("Where users get support")
    retraining_rule: UpdatingText | None = about("When it is retrained; 'no learning after release' where so")
    learns_after_release: Flag | None = about("Whether it keeps learning in use")
    security_threats: list[Text] | None = about("AI-specific threats watched for")


class ReleaseCriterion(Section):
    name: Text | None = about("Criterion")
    met: Flag | None = about("Whether it was met")
    evidence: Text | None = about("Where that is shown, for example a CI run id")


class Deployment(Section):
    plan: Prose | None = about("How it is rolled out")
    environment: Text | None = about("Target environment")
    environment_differences: Prose | None = about("Differences between test and target environment")
    artifact_digest: Text | None = about("Digest of what is deployed, sha256:<hex>")
    registry_status: Literal["approved", "rejected", "pending"] | None = about("Status in the model registry")
    release_criteria: list[ReleaseCriterion] | None = about("Pre-release criteria")
    rollback: RecoveryText | None = about("How to go back")
    rollback_tested_on: Moment | None = about("When going back was last tried out")
    deployed_on: Moment | None = about("When this version was deployed")


class EventLogging(Section):
    enabled: Flag | None = about("Whether events are recorded in use")
    events: list[Text] | None = about("Which events")
    retention_days: Count | None = about("How long logs are kept, days")
    access: Prose | None = about("Who may read them")
    clock: Text | None = about("Time source")
    sample_digest: Text | None = about("Digest of a sample log, sha256:<hex>")


class Notice(Section):
    to: Informed | None = about("Who was told")
    sent_on: Moment | None = about("When")


class Incident(Section):
    id: Text | None = about("Identifier")
    detected_on: Moment | None = about("When it was noticed")
    severity: Literal["low", "medium", "high", "critical"] | None = about("Severity")
    summary: Prose | None = about("What happened")
    notice_hours: Quantity | None = about("Hours from detection to the first notice")
    notices: list[Notice] | None = about("Who was told, when")
    corrective_action: TreatmentText | None = about("What was done so that it does not happen again")
    closed_on: Moment | None = about("When it was closed")


class IncidentResponse(Section):
    definition: Prose | None = about("What counts as an incident")
    contacts: list[Informed] | None = about("Who is told")
    notice_hours: Quantity | None = about("Longest time to the first notice, hours")
    content: Prose | None = about("What a notice says")
    last_exercise: Moment | None = about("When the plan was last exercised")
    incident_count: Count | None = about("Number of incidents since the last review; 0 is said, not left out")
    incidents: list[Incident] | None = about("The incidents")


class SupplierUse(Section):
    ref: SuppliedBy | None = about("Supplier, by name")
    provides: Text | None = about("What it provides")
    contract: Text | None = about("Contract clause that covers it")


class Signature(Section):
    present: Flag | None = about("Whether a signature exists")
    verified: Proven | None = about(
        "Whether it holds under a trusted key; true counts only where it was verified while deciding"
    )
    signer: Text | None = about("Identity that signed")
    verified_on: Moment | None = about("When it was verified")


class ReportingChannel(Section):
    address: Text | None = about("Public e-mail, https address or telephone")
    public: Flag | None = about("Whether outside parties can use it")
    handler: Accountable | None = about("Who handles reports")
    response_days: Quantity | None = about("Days to a first answer")
    anonymous: Flag | None = about("Whether it can be used without giving a name")
    last_tested: Moment | None = about("When it was last tried out")


class Obligation(Section):
    party: Informed | None = about("Authority, customer or other party")
    ground: Text | None = about("Law or contract that asks for it")
    content: Prose | None = about("What is to be reported")
    due: Moment | None = about("Next due date")
    last_delivered: Moment | None = about("Last delivery")


class Duty(Section):
    """One life-cycle duty and who carries it."""

    duty: (
        Literal[
            "data_supply",
            "development",
            "verification",
            "deployment",
            "operation",
            "monitoring",
            "incident_handling",
            "user_information",
            "privacy",
            "security",
            "retirement",
        ]
        | None
    ) = about("Duty")
    party: Literal["organization", "supplier", "partner", "customer"] | None = about("Who carries it")
    name: Text | None = about("Name of that party")
    contract: Text | None = about("Contract clause")


class ResponsibilityMatrix(Section):
    duties: list[Duty] | None = about("Every life-cycle duty, none left empty")
    pii_role: Literal["controller", "joint_controller", "processor", "none"] | None = about(
        "Role in respect of personal data"
    )
    agreed_on: Moment | None = about("When it was agreed")


class CustomerRecord(Section):
    name: Informed | None = about("Customer or group of customers")
    needs: Prose | None = about("What they need and expect")
    limits_told: LimitsText | None = about("Limits of use they were told")
    shared_duties: Prose | None = about("Duties they carry")
    feedback: Text | None = about("How they give feedback")
    last_contact: Moment | None = about("When expectations were last reviewed")
