"""SageMaker model packages and their groups, to Models.

The API's describe and list output (PascalCase), the SDK's objects (snake_case), CloudFormation resources and the custom
resources of AWS Controllers for Kubernetes (camelCase): one shape, spelled four ways.

``ModelApprovalStatus`` is the registry's decision on exactly this version. Who took it is not said: who modified the
package last need not be who approved it. Reports and baselines are named by S3 locations only, of which a manifest
could judge nothing; give the reports themselves as evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, opened, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.formats.sagemaker_card import approval, beside, is_content, read_content

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("sagemaker-model-package", "sagemaker-model-package-group")
TITLE = "SageMaker model package"
VERSIONS = "API of 2017-07-24, SDK, CloudFormation, ACK v1alpha1"
STRENGTH = "declared"
_FRAME = """ModelPackageArn CreatedBy CreationTime LastModifiedTime LastModifiedBy CertifyForMarketplace
    ModelPackageStatus ModelPackageStatusDetails ValidationSpecification SamplePayloadUrl SkipModelValidation
    ModelPackageGroupArn ModelPackageGroupStatus SecurityConfig ClientToken ModelPackageRegistrationType""".split()  # noqa: SIM905 - a list of words reads better
IGNORED = frozenset(
    ["AWSTemplateFormatVersion", "Description", "Type", "apiVersion", "kind", "metadata.namespace"]
)

_TYPES = {
    "AWS::SageMaker::ModelPackage": "sagemaker-model-package",
    "AWS::SageMaker::ModelPackageGroup": "sagemaker-model-package-group",
    "ModelPackage": "sagemaker-model-package",
    "ModelPackageGroup": "sagemaker-model-package-group",
}
_FRAMES = (
    "ModelPackageName", "ModelPackageGroupName", "ModelPackageSummaryList", "Resources", "Type", "apiVersion",
)  # fmt: skip
_TOLD_BY = (
    "InferenceSpecification", "ModelPackageStatus", "ModelApprovalStatus", "SourceAlgorithmSpecification",
    "ModelPackageArn", "SourceUri",
)  # fmt: skip
_WORDS = frozenset(["development", "staging", "production", "retired", "design", "verification", "inception"])
_DECISIONS = {
    "approved": "approved",
    "rejected": "rejected",
    "pendingapproval": "pending",
    "pending": "pending",
}

KEYS = told_by(*_FRAMES)


def detect(document: Located) -> str:
    root = Cursor(document.value, ())
    return next((name for _, name, _ in _found(root)), "")


def convert(document: Located, _format: str) -> list[Draft]:
    for package, _, _ in list(_found(Cursor(document.value, ()))):
        document = opened(document, package.to("ModelCard", "ModelCardContent").at)
    root = Cursor(document.value, ())
    drafts = [_draft(document, package, name) for package, _, name in _found(root)]
    for draft in drafts[:1]:
        draft.used.update(beside(root, tuple(_TYPES)))
    return drafts


def _found(root: Cursor) -> Iterator[tuple[Cursor, str, Cursor]]:
    """(properties, format, name given from outside) of every package and group."""
    nothing = Cursor(None, ())
    for logical, resource in root.to("Resources").entries():
        kind = _TYPES.get(str(resource.to("Type").value), "")
        if kind and type(resource.to("Type").value) is str and resource.to("Properties"):
            yield resource.to("Properties"), kind, Cursor(logical, resource.at)
    if str(root.to("Type").value).startswith("AWS::SageMaker::ModelPackage"):
        yield root.to("Properties"), _TYPES[str(root.to("Type").value)], nothing
    if str(root.to("apiVersion").value).startswith("sagemaker.services.k8s.aws/"):
        kind = _TYPES.get(str(root.to("kind").value), "")
        if kind:
            yield root.to("spec"), kind, root.to("metadata", "name")
        return
    for one in (root, *root.to("ModelPackageSummaryList").each()):
        if kind := _kind(one):
            yield one, kind, nothing


def _kind(one: Cursor) -> str:
    """Named as a package or a group, and with one more field that only such a description has."""
    if not one.to("ModelPackageName") and not one.to("ModelPackageGroupName"):
        return ""
    if any(one.to(name) for name in _TOLD_BY):
        return "sagemaker-model-package"
    return "sagemaker-model-package-group" if one.to("ModelPackageGroupArn") else ""


def _draft(document: Located, package: Cursor, name: Cursor) -> Draft:
    draft = Draft("Model", document)
    names = (package.to("ModelPackageName"), package.to("ModelPackageGroupName"), name)
    named = next((one for one in names if type(one.value) is str), names[0])  # else a function of a template
    draft.text("metadata.name", *named)
    draft.used.update(one.at for one in names)
    draft.used.update(package.to(field).at for field in _FRAME)
    draft.text("metadata.version", *package.to("ModelPackageVersion"))
    draft.text(
        "metadata.description",
        *(package.to("ModelPackageDescription") or package.to("ModelPackageGroupDescription")),
    )
    approval(draft, package.to("ModelApprovalStatus"), package.to("ModelPackageVersion"))
    _life_cycle(draft, package.to("ModelLifeCycle"))
    origin = package.to("MetadataProperties")
    draft.text("provenance.commit", *origin.to("CommitId"))
    draft.text("provenance.repository", *origin.to("Repository"))
    draft.text("provenance.training_run", *origin.to("GeneratedBy"))
    draft.text("design.task", *package.to("Task"))
    for algorithm in package.to("SourceAlgorithmSpecification", "SourceAlgorithms").each():
        draft.text("design.algorithm", *algorithm.to("AlgorithmName"))
        draft.text("provenance.artifact", *algorithm.to("ModelDataUrl"))
    _inference(draft, package.to("InferenceSpecification"))
    _labels(draft, package)
    card = package.to("ModelCard", "ModelCardContent")
    if is_content(card):
        draft.used.add(package.to("ModelCard", "ModelCardStatus").at)
        read_content(draft, card)
    return draft


def _life_cycle(draft: Draft, cycle: Cursor) -> None:
    """Where a stage and its status are one statement: an approval of what that stage opens, given or not."""
    stage, status = cycle.to("Stage"), cycle.to("StageStatus")
    word = stage.value.lower() if type(stage.value) is str else ""
    if word not in _WORDS:
        return
    draft.put("lifecycle.stage", word, stage.at)
    decision = _DECISIONS.get(status.value.replace(" ", "").lower()) if type(status.value) is str else None
    if decision:
        path = draft.entry("approvals")
        draft.put(f"{path}.stage", word, stage.at)
        draft.put(f"{path}.decision", decision, status.at)


def _inference(draft: Draft, specification: Cursor) -> None:
    for container in specification.to("Containers").each():
        draft.text("provenance.artifact", *container.to("ModelDataUrl"))
        draft.text("provenance.artifact", *container.to("ModelDataSource", "S3DataSource", "S3Uri"))
        for name, version in (("Image", ""), ("Framework", "FrameworkVersion")):
            if container.to(name):
                path = draft.entry("tooling.components")
                draft.text(f"{path}.name", *container.to(name))
                draft.put(f"{path}.purpose", "serving", container.to(name).at)
                if version:
                    draft.text(f"{path}.version", *container.to(version))
    draft.texts("design.inputs", *specification.to("SupportedContentTypes"))
    draft.texts("design.outputs", *specification.to("SupportedResponseMIMETypes"))
    for use in ("Transform", "RealtimeInference"):  # where it could run, which is not where it does
        draft.used.add(specification.to(f"Supported{use}InstanceTypes").at)


def _labels(draft: Draft, package: Cursor) -> None:
    for name, entry in package.to("CustomerMetadataProperties").entries():
        draft.label(name, *entry)
    for tag in package.to("Tags").each():
        key = tag.to("Key")
        if type(key.value) is str:
            draft.used.add(key.at)
            draft.label(key.value, *tag.to("Value"))
