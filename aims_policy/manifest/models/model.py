"""The Model manifest."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.manifest.models import sections as s
from aims_policy.manifest.models.metadata import Envelope, EvidenceFile
from aims_policy.manifest.models.vocabulary import (
    BaseModelRef,
    Flag,
    Labels,
    Moment,
    Prose,
    Section,
    SuppliedBy,
    Text,
    TrainedOn,
    about,
)


class Design(Section):
    task: Text | None = about("Task, for example text-classification")
    learning_approach: (
        Literal[
            "supervised",
            "unsupervised",
            "semi_supervised",
            "self_supervised",
            "reinforcement",
            "rule_based",
            "other",
        ]
        | None
    ) = about("Learning approach")
    architecture: Prose | None = about("Architecture")
    algorithm: Text | None = about("Algorithm")
    training_method: Prose | None = about("How it is trained, and refined")
    inputs: list[Text] | None = about("What goes in")
    outputs: list[Text] | None = about("What comes out")
    interface: Prose | None = about("How others call it")
    hyperparameters: Labels | None = about("Hyperparameters, as text")
    security_threats: list[Text] | None = about("Threats considered in design")
    requirement_ids: list[Text] | None = about("Requirements it meets")
    languages: list[Text] | None = about("Natural languages it is for")


class DatasetUse(Section):
    ref: TrainedOn | None = about("Dataset, by name")
    role: Literal["training", "validation", "test", "production", "fine_tuning"] | None = about(
        "What it is used as"
    )
    version: Text | None = about("Version of the dataset")
    digest: Text | None = about("Digest of the data, sha256:<hex>")
    description: Prose | None = about("What it holds")


class TrainingData(Section):
    datasets: list[DatasetUse] | None = about("Every dataset used, by role")
    preprocessing: Text | None = about("How data is prepared for training")


class BaseModelUse(Section):
    ref: BaseModelRef | None = about("Model it starts from, by name")
    relation: Literal["finetune", "adapter", "merge", "quantized", "distilled", "other"] | None = about("How")
    supplier: SuppliedBy | None = about("Supplier of that model")
    license: Text | None = about("Its licence")
    digest: Text | None = about("Its digest, sha256:<hex>")


class ModelProvenance(Section):
    artifact_digest: Text | None = about("Digest of the model's files, sha256:<hex>")
    artifact: Text | None = about("Where the artifact is")
    repository: Text | None = about("Source repository")
    commit: Text | None = about("Commit it was built from")
    training_run: Text | None = about("Run that produced it")
    created: Moment | None = about("When it was produced")
    base_models: list[BaseModelUse] | None = about("Models it is built from")
    third_party: Flag | None = about("Whether it comes from outside the organization")
    signature: s.Signature | None = about("Signature of the artifact")
    license: Text | None = about("SPDX licence id of the model")


class ModelSpec(Section):
    evidence: list[EvidenceFile] | None = about("Files that more evidence on this asset comes from")
    intended_use: s.IntendedUse | None = None
    lifecycle: s.Lifecycle | None = None
    risk: s.Risk | None = None
    design: Design | None = None
    training_data: TrainingData | None = None
    tooling: s.Tooling | None = None
    compute: s.Compute | None = None
    evaluation: s.Evaluation | None = None
    fairness: s.Fairness | None = None
    robustness: s.Robustness | None = None
    explainability: s.Explainability | None = None
    limitations: s.Limitations | None = None
    human_oversight: s.HumanOversight | None = None
    monitoring: s.Monitoring | None = None
    deployment: s.Deployment | None = None
    provenance: ModelProvenance | None = None
    suppliers: list[s.SupplierUse] | None = None
    approvals: list[s.Approval] | None = None
    documentation: list[s.DocumentEntry] | None = None
    extensions: dict[str, Any] | None = about("Fields of the organization, typed by its own JSON Schema")


class Model(Envelope):
    """A trained model."""

    kind: Literal["Model"]
    spec: ModelSpec | None = None
