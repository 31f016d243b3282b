"""The words that manifest fields are built from: texts, numbers, moments, references, choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema


class Section(BaseModel):
    """A group of fields. Unknown fields are errors; nearly all may be left out: rules demand, models describe."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True)
class Reference:
    """Marks a text that names another asset.

    ``kind`` is the asset kind meant when the text carries no prefix (``loans`` or ``dataset/loans``);
    ``relation`` is the edge the graph draws from this asset to the named one.
    """

    kind: str
    relation: str


@dataclass(frozen=True)
class Party:
    """Marks a text that names a person, post or group; ``relation`` is the edge from that stakeholder to the asset."""

    relation: str


@dataclass(frozen=True)
class Proof:
    """Marks a flag that is true only where it was checked here: a document that says so is no evidence of it."""


@dataclass(frozen=True)
class Sentences:
    """Marks a text that is evidence by what it says, in words of its own.

    The same words in a field that asks for something else are evidence of neither. ``subjects`` are what it speaks
    of, where other fields ask for that as well: fields that share one may say the same.
    """

    subjects: tuple[str, ...] = ()


Text = str
Flag = bool
Proven = Annotated[bool, Proof()]
Number = Annotated[Decimal, WithJsonSchema({"type": "number"})]
Count = Annotated[Decimal, Field(ge=0, multiple_of=1), WithJsonSchema({"type": "integer", "minimum": 0})]
Quantity = Annotated[Decimal, Field(ge=0), WithJsonSchema({"type": "number", "minimum": 0})]
Level = Annotated[
    Decimal, Field(ge=1, le=5, multiple_of=1), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 5})
]
DreadScore = Annotated[
    Decimal, Field(ge=0, le=10), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10})
]
Moment = Annotated[
    datetime,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$",
            "description": "ISO 8601 date or date-time; without an offset it is UTC",
        }
    ),
]
Labels = dict[str, str]

ModelRef = Annotated[str, Reference("Model", "uses")]
BaseModelRef = Annotated[str, Reference("Model", "fine_tuned_from")]
DatasetRef = Annotated[str, Reference("Dataset", "uses")]
TrainedOn = Annotated[str, Reference("Dataset", "trained_on")]
EvaluatedOn = Annotated[str, Reference("Dataset", "evaluated_on")]
DerivedFrom = Annotated[str, Reference("Dataset", "derived_from")]
SuppliedBy = Annotated[str, Reference("Supplier", "supplied_by")]

Owner = Annotated[str, Party("owns")]
Accountable = Annotated[str, Party("is_accountable_for")]
Approver = Annotated[str, Party("approves")]
Overseer = Annotated[str, Party("oversees")]
Affected = Annotated[str, Party("is_affected_by")]
Informed = Annotated[str, Party("is_informed_of")]

Prose = Annotated[str, Sentences()]
AssumptionsText = Annotated[str, Sentences(("assumptions",))]
BiasText = Annotated[str, Sentences(("bias",))]
EffectText = Annotated[str, Sentences(("effect",))]
LimitsAssumptionsText = Annotated[str, Sentences(("limits", "assumptions"))]
LimitsBiasText = Annotated[str, Sentences(("limits", "bias"))]
LimitsText = Annotated[str, Sentences(("limits",))]
MeasureText = Annotated[str, Sentences(("measure",))]
MitigationText = Annotated[str, Sentences(("mitigation",))]
OversightText = Annotated[str, Sentences(("oversight",))]
PopulationText = Annotated[str, Sentences(("population",))]
PreparingText = Annotated[str, Sentences(("preparing",))]
PurposeText = Annotated[str, Sentences(("purpose",))]
RecoveryText = Annotated[str, Sentences(("recovery",))]
ReviewingText = Annotated[str, Sentences(("reviewing",))]
RightsText = Annotated[str, Sentences(("rights",))]
StoppingText = Annotated[str, Sentences(("stopping",))]
TreatmentText = Annotated[str, Sentences(("treatment",))]
UpdatingText = Annotated[str, Sentences(("updating",))]

Stage = Literal["inception", "design", "development", "verification", "staging", "production", "retired"]
Tier = Literal["minimal", "limited", "high", "critical"]
# ISO/IEC 42001 Annex C lists these as ideas for objectives and risk sources; only their ids are used here.
AnnexCObjective = Literal[
    "C.2.1", "C.2.2", "C.2.3", "C.2.4", "C.2.5", "C.2.6", "C.2.7", "C.2.8", "C.2.9", "C.2.10", "C.2.11"
]
AnnexCRiskSource = Literal["C.3.1", "C.3.2", "C.3.3", "C.3.4", "C.3.5", "C.3.6", "C.3.7"]
# What clauses 4 to 10 ask an organization to keep, by the catalogue's own names (catalog/data/clauses.yaml).
DocumentedInformation = Literal[
    "aims_scope", "ai_policy", "risk_actions", "risk_assessment_process", "risk_treatment_process",
    "statement_of_applicability", "risk_treatment_plan", "impact_assessment", "ai_objectives", "competence",
    "operation", "risk_assessments", "risk_treatments", "impact_assessments", "monitoring", "internal_audits",
    "management_reviews", "nonconformities",
]  # fmt: skip


def about(description: str, **more: Any) -> Any:
    """An optional field with what an author should write into it."""
    return Field(default=None, description=description, **more)
