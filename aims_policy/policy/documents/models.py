"""The files that policy authors write, as pydantic models: policies and their tests, appetite, waivers, and others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

KindName = Literal["Model", "Dataset", "AISystem", "Supplier", "Organization"]
Severity = Literal["low", "medium", "high", "critical"]
Enforcement = Literal["deny", "warn", "audit"]
TierName = Literal["minimal", "limited", "high", "critical"]

Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
RuleId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*/[a-z0-9][a-z0-9\-]*$", max_length=120)
]
RulePattern = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*/[a-z0-9*][a-z0-9\-*]*$", max_length=120)
]
"""One control at the least: nobody excludes everything with a star."""
ControlId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(\.\d+)+$", max_length=40)]
SignedAsset = Annotated[
    str, StringConstraints(pattern=r"^(model|dataset|supplier|\*)/[^/\n]+$", max_length=250)
]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$"),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Identity(Strict):
    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    version: str | None = None
    description: str | None = None
    owner: str | None = None


class RuleDocument(Strict):
    id: RuleId = Field(description="Unique, for example A.7.5/sources-recorded")
    controls: list[ControlId] = Field(min_length=1, description="Annex A controls that the rule implements")
    title: Line = Field(description="What holds when the rule passes, in a short sentence")
    applies_to: list[KindName] = Field(min_length=1, description="Kinds of manifest that it speaks of")
    when: Line | None = Field(default=None, description="Condition under which it applies")
    require: Line = Field(description="Condition that must hold")
    severity: Severity = Field(description="How grave a finding is")
    rationale: Line = Field(description="Why it matters")
    remediation: Line = Field(description="What to do about a finding")


class PolicyDocument(Strict):
    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["Policy"]
    metadata: Identity
    rules: list[RuleDocument] = Field(min_length=1)


class EnforcementTable(Strict):
    """Per severity: environment to enforcement; ``default`` holds for every other environment."""

    low: dict[str, Enforcement]
    medium: dict[str, Enforcement]
    high: dict[str, Enforcement]
    critical: dict[str, Enforcement]


class DaysBySeverity(Strict):
    low: int = Field(ge=0, le=3650)
    medium: int = Field(ge=0, le=3650)
    high: int = Field(ge=0, le=3650)
    critical: int = Field(ge=0, le=3650)


class WaiverLimits(Strict):
    max_days: DaysBySeverity


class AppetiteDocument(Strict):
    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["RiskAppetite"]
    metadata: Identity
    risk_matrix: Annotated[
        list[Annotated[list[int], Field(min_length=5, max_length=5)]], Field(min_length=5, max_length=5)
    ] = Field(description="Risk level by likelihood (rows) and impact (columns), each 1 to 5")
    enforcement: EnforcementTable
    waivers: WaiverLimits
    tiers: dict[TierName, dict[str, Any]] = Field(description="Limits by risk tier, from minimal to critical")


class WaiverDocument(Strict):
    id: Line
    rules: list[RuleId] = Field(min_length=1)
    assets: list[Annotated[str, StringConstraints(pattern=r"^[a-z]+/.+$")]] = Field(min_length=1)
    approver: Line
    justification: Annotated[str, StringConstraints(min_length=20, max_length=2_000)]
    granted: Day
    expires: Day
    environments: list[str] | None = None


class _Waivers(Strict):
    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["Waivers"]
    metadata: Identity | None = None


class WaiversDocument(_Waivers):
    """As it is loaded: one waiver that is malformed does nothing, and the others hold."""

    waivers: list[dict[str, Any]]


class WaiversForm(_Waivers):
    """As an editor checks it: every waiver is to be well-formed."""

    waivers: list[WaiverDocument]


class Override(Strict):
    rule: RuleId | None = None
    rules: list[RulePattern] = Field(
        default=[], description="With assets: ids of several rules, as A.6.2.6/*; * stands for any characters"
    )
    severity: Severity | None = None
    exclude: bool | None = None
    assets: list[Line] = Field(
        default=[],
        description="Ids that it is for, as model/sorter-*; * stands for any characters. None: for all",
    )
    justification: Annotated[str, StringConstraints(min_length=20, max_length=2_000)]


class NamespaceDocument(Strict):
    namespace: Line = Field(description="Name of a Kubernetes namespace; * stands for any characters")
    environment: Line = Field(description="Environment that what is deployed there is decided for")


class ServingResourceDocument(Strict):
    kind: Line = Field(description="Kind of the custom resource")
    group: Annotated[str, StringConstraints(max_length=253)] = Field(description="Its API group")
    uris: list[Line] = Field(
        default=[], description="Where it names models, as spec.model.uri; * is any one step, ** any number"
    )


class AdmissionDocument(Strict):
    """What `aims serve` decides of Kubernetes objects. Lists of signs add to the defaults."""

    environments: list[NamespaceDocument] = Field(default=[], description="The first that matches holds")
    default_environment: Line = "production"
    digest: Literal["required", "optional"] = Field(
        default="required", description="Whether the annotation aims/asset needs an aims/digest beside it"
    )
    resources: list[ServingResourceDocument] = Field(default=[], description="Kinds that serve models")
    ignored_kinds: list[Line] = Field(default=[], description="Kinds that run nothing, as Kind.group")
    env: list[Line] = Field(default=[], description="Environment variables that name a model")
    flags: list[Line] = Field(default=[], description="Arguments that name a model, as --model")
    schemes: list[Line] = Field(default=[], description="Schemes of URIs that are always models, as hf")
    images: list[Line] = Field(default=[], description="Images of model servers; * stands for any characters")
    ignored_images: list[Line] = Field(default=[], description="Images that are no model servers")


class SigningKey(Strict):
    file: Line = Field(description="File with a public key or certificate (PEM)")
    assets: list[SignedAsset] = Field(
        min_length=1, description="Ids of the assets that it may sign; * stands for any characters"
    )


class Signing(Strict):
    keys: list[str | SigningKey] = Field(
        default=[],
        description="What signatures are verified against: files with public keys or certificates (PEM)",
    )


class LeastTier(Strict):
    """Assets that are held to a tier, whatever their manifests say; one that declares a stricter tier keeps it."""

    assets: list[Line] = Field(
        min_length=1, description="Ids, as model/credit-*; * stands for any characters"
    )
    least: TierName = Field(description="The tier, or a stricter one, that they are held to")


class WorkspaceDocument(Strict):
    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["Workspace"]
    metadata: Identity
    policies: list[str] = Field(default=["iso42001"], min_length=1)
    appetite: str = "default"
    inventory: list[str] = []
    waivers: list[str] = []
    overrides: list[Override] = []
    extensions: dict[KindName, str] = {}
    admission: AdmissionDocument = AdmissionDocument()
    signing: Signing = Signing()
    tiers: list[LeastTier] = []
    statement: str | None = Field(default=None, description="File with the Statement of Applicability")


class ControlDecision(Strict):
    """What people decided on one control. What is left out is told as missing; form alone is checked here."""

    control: ControlId = Field(description="Of Annex A, as A.7.5, or one of the organization's own")
    title: Line | None = Field(default=None, description="Of a control of the organization's own")
    applicable: bool | None = Field(default=None, description="Whether the organization needs the control")
    ground: Literal["no_risk_needs_it", "not_required_externally"] | None = Field(
        default=None, description="Of an exclusion: what it rests on"
    )
    justification: Line | None = Field(default=None, description="Why it is applicable, or why it is not")
    risks: list[Line] = Field(default=[], description="Ids of the risks that it treats, as RR-071")
    responsible: Line | None = Field(default=None, description="Who answers for the control")
    implementation: Line | None = Field(default=None, description="How it is put into practice")
    documents: list[Line] = Field(default=[], description="Where that is written down")


class StatementDocument(Strict):
    """The Statement of Applicability (clause 6.1.3): all that people decide of it. It changes no decision."""

    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["StatementOfApplicability"]
    metadata: Identity
    approver: Line | None = Field(default=None, description="Who of the management approved it")
    approved_on: Day | None = Field(default=None, description="When")
    risk_treatment_plan: Line | None = Field(default=None, description="Where the risk treatment plan is")
    controls: list[ControlDecision] = Field(min_length=1)


class RuleTestEvidence(Strict):
    strength: Literal["declared", "tool", "verified"]
    spec: dict[str, Any]


class RuleTestDocument(Strict):
    name: Line
    rule: RuleId
    manifest: str | dict[str, Any]
    set: dict[str, Any] = {}
    remove: list[str] = []
    expect: Literal["pass", "fail", "missing", "not_applicable", "error"]
    missing: list[str] | None = None
    at: Day | None = None
    environment: str | None = None
    organization: dict[str, Any] | None = None
    upstream: dict[str, Any] | None = None
    evidence: list[RuleTestEvidence] = []


class PolicyTestDocument(Strict):
    apiVersion: Literal["aims/v1"]  # noqa: N815 - the word Kubernetes users expect
    kind: Literal["PolicyTest"]
    policy: str
    at: Day | None = None
    environment: str | None = None
    manifests: dict[str, dict[str, Any]] = {}
    tests: list[RuleTestDocument] = Field(min_length=1)


DOCUMENTS: dict[str, type[Strict]] = {
    "Policy": PolicyDocument,
    "RiskAppetite": AppetiteDocument,
    "Waivers": WaiversDocument,
    "Workspace": WorkspaceDocument,
    "PolicyTest": PolicyTestDocument,
    "StatementOfApplicability": StatementDocument,
}

FORMS: dict[str, type[Strict]] = {**DOCUMENTS, "Waivers": WaiversForm}
"""What the published JSON Schemas are made from."""
