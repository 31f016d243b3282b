"""The Dataset manifest."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.manifest.models import sections as s
from aims_policy.manifest.models.measurement import Measurement
from aims_policy.manifest.models.metadata import Envelope, EvidenceFile
from aims_policy.manifest.models.vocabulary import (
    Accountable,
    BiasText,
    Count,
    DerivedFrom,
    Flag,
    LimitsBiasText,
    Moment,
    Number,
    Owner,
    PopulationText,
    PreparingText,
    Prose,
    Quantity,
    RightsText,
    Section,
    SuppliedBy,
    Text,
    about,
)


class Content(Section):
    summary: Prose | None = about("What the data is")
    categories: list[Text] | None = about("Kinds of data, for example tabular, text, personal")
    records: Count | None = about("Number of records")
    features: list[Text] | None = about("Fields of a record")
    languages: list[Text] | None = about("Natural languages")
    period_start: Moment | None = about("Start of the time that it covers")
    period_end: Moment | None = about("End of that time")
    last_updated: Moment | None = about("When it last changed")
    role: list[Literal["training", "validation", "test", "production"]] | None = about("What it is used as")
    formats: list[Text] | None = about("File formats")


class Representativeness(Section):
    population: PopulationText | None = about("Population that the system will meet")
    method: Prose | None = about("How the data was compared with it")
    gaps: list[LimitsBiasText] | None = about("Who or what is under-represented")
    assessed_on: Moment | None = about("When")


class Governance(Section):
    owner: Owner | None = about("Who owns the data")
    steward: Accountable | None = about("Who looks after it")
    privacy_handling: Prose | None = about("How personal data is protected")
    security_handling: Prose | None = about("How it is secured")
    poisoning_threats: list[Prose] | None = about("Ways it could be poisoned, and what prevents them")
    representativeness: Representativeness | None = about("How it compares with the operating population")
    retention_days: Count | None = about("How long it is kept, days")
    maintenance: Text | None = about("How it is kept up to date, by whom, and for how long")
    access: Prose | None = about("Who may use it")
    confidentiality: Literal["public", "internal", "confidential", "restricted"] | None = about("Class")


class Acquisition(Section):
    method: Prose | None = about("How it was collected")
    source_type: Literal["collected", "purchased", "public", "synthetic", "shared", "derived"] | None = about(
        "Where it comes from"
    )
    started: Moment | None = about("Start of collection")
    ended: Moment | None = about("End of collection")
    quantity: Text | None = about("How much")
    subjects: PopulationText | None = about("Who the data is about: demographics, numbers")
    contains_personal_data: Flag | None = about("Whether people can be identified")
    sensitive_categories: list[Text] | None = about("Special categories of personal data in it")
    license: Text | None = about("Licence")
    rights: RightsText | None = about("Right to use it for this purpose")
    prior_use: Text | None = about("What it was used for before")
    lawful_basis: (
        Literal[
            "consent",
            "contract",
            "legal_obligation",
            "vital_interests",
            "public_task",
            "legitimate_interests",
            "not_personal",
        ]
        | None
    ) = about("Lawful basis, where personal data")
    consent: RightsText | None = about("How consent was given, where that is the basis")
    supplier: SuppliedBy | None = about("Supplier of the data, by name")


class QualityRequirement(Section):
    """A data quality measure with its limits (the idea of ISO/IEC 5259-2) and what was found."""

    measure: Text | None = about("Measure, for example completeness, accuracy, label_error_rate")
    minimum: Number | None = about("Value must be at least this")
    maximum: Number | None = about("Value must be at most this")
    value: Number | None = about("What was measured")
    measured_on: Moment | None = about("When")
    passed: Flag | None = about("Whether the limits are met")
    tool: Text | None = about("Tool that measured it")


class KnownBias(Section):
    description: BiasText | None = about("The bias")
    effect: Prose | None = about("What it does to performance and fairness")
    mitigation: Prose | None = about("What is done about it")


class Quality(Section):
    requirements: list[QualityRequirement] | None = about("Measures with limits and results")
    requirement_count: Count | None = about("Number of these measures, in all reports together")
    bias_examined: Flag | None = about("Whether the data was examined for bias")
    known_biases: list[KnownBias] | None = about("Biases found")
    bias_assessed_on: Moment | None = about("When")
    measurements: list[Measurement] | None = about(
        "Further measurements, for example drift against a baseline"
    )
    noise: Text | None = about("Known errors and noise")


class SourceEntry(Section):
    name: Text | None = about("Source")
    dataset: DerivedFrom | None = about("Dataset it was derived from, by name")
    location: Text | None = about("Where it came from")
    obtained_on: Moment | None = about("When")
    license: Text | None = about("Its licence")
    digest: Text | None = about("Digest as obtained, sha256:<hex>")


class ProvenanceEvent(Section):
    type: Literal["creation", "update", "copy", "transform", "validation", "transfer"] | None = about(
        "What happened"
    )
    actor: Text | None = about("Who did it")
    time: Moment | None = about("When")
    input_digest: Text | None = about("Digest of what went in; the first event has none")
    output_digest: Text | None = about("Digest of what came out")
    description: Text | None = about("What was done")


class DataProvenance(Section):
    sources: list[SourceEntry] | None = about("Every source of the data")
    events: list[ProvenanceEvent] | None = about("What happened to it since, as an unbroken chain")
    digest: Text | None = about("Digest of the data as it is now, sha256:<hex>")
    signature: s.Signature | None = about("Signature of the data")


class PreparationStep(Section):
    method: (
        Literal[
            "cleaning",
            "deduplication",
            "imputation",
            "normalisation",
            "labelling",
            "encoding",
            "augmentation",
            "anonymisation",
            "sampling",
            "splitting",
            "filtering",
            "other",
        ]
        | None
    ) = about("Method")
    description: PreparingText | None = about("What was done")
    tool: Text | None = about("Tool")
    tool_version: Text | None = about("Its version")
    reason: Prose | None = about("Why")


class Annotation(Section):
    protocol: PreparingText | None = about("How labels were made")
    platform: Text | None = about("Where")
    annotators: Text | None = about("Who: number, training, demographics")
    per_item: Quantity | None = about("Labels for each item")
    agreement: Number | None = about("Agreement between annotators")
    machine_tools: list[Text] | None = about("Tools that labelled automatically")


class Preparation(Section):
    selection_criteria: Prose | None = about("What was kept and what was left out, and why")
    steps: list[PreparationStep] | None = about("What was done, in order")
    annotation: Annotation | None = about("How labels were made")
    missing_values: Prose | None = about("How missing values were treated")


class DatasetSpec(Section):
    evidence: list[EvidenceFile] | None = about("Files that more evidence on this asset comes from")
    content: Content | None = None
    intended_use: s.IntendedUse | None = None
    lifecycle: s.Lifecycle | None = None
    risk: s.Risk | None = None
    governance: Governance | None = None
    acquisition: Acquisition | None = None
    quality: Quality | None = None
    provenance: DataProvenance | None = None
    preparation: Preparation | None = None
    limitations: s.Limitations | None = None
    suppliers: list[s.SupplierUse] | None = None
    approvals: list[s.Approval] | None = None
    documentation: list[s.DocumentEntry] | None = None
    extensions: dict[str, Any] | None = about("Fields of the organization, typed by its own JSON Schema")


class Dataset(Envelope):
    """A dataset, in one version."""

    kind: Literal["Dataset"]
    spec: DatasetSpec | None = None
