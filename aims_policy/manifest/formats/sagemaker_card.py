"""SageMaker model cards, to Models: the describe output, the bare content, a CloudFormation resource.

The content is JSON text inside the describe output (read there with positions of that file), snake_case in the
service's schema and PascalCase in CloudFormation. The schema: ``model_card_schema.json`` of sagemaker-core.

``risk_rating`` is the card's own scale of three; High, Medium and Low become the tiers high, limited and minimal, and
Unknown is a gap. ``ModelCardStatus`` speaks of the card and not of the model, so it is no approval. Metrics of a
training job were taken on training data and are no evaluation: they are not read as one. Only metrics of type number or
string are measurements; graphs and matrices are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, folded, opened, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.paths import path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("sagemaker-model-card",)
TITLE = "SageMaker model card"
VERSIONS = "describe output, content, CloudFormation"
STRENGTH = "declared"
IGNORED = frozenset(["AWSTemplateFormatVersion", "Description"])

_FRAME = (
    "ModelCardArn", "ModelCardVersion", "ModelCardStatus", "CreationTime", "CreatedBy", "LastModifiedTime",
    "LastModifiedBy", "ModelCardProcessingStatus", "SecurityConfig",
)  # fmt: skip
_SECTIONS = frozenset(
    folded(name)
    for name in (
        "model_overview", "model_package_details", "intended_uses", "business_details", "training_details",
        "evaluation_details", "additional_information",
    )
)  # fmt: skip
_TIERS = {"high": "high", "medium": "limited", "low": "minimal"}
_STATUSES = {"approved": "approved", "rejected": "rejected", "pendingmanualapproval": "pending"}
_RESOURCE = "AWS::SageMaker::ModelCard"

KEYS = told_by("ModelCardName", "Resources", "Type", *_SECTIONS)


def detect(document: Located) -> str:
    """By name and content of a described card, by its CloudFormation type, or by two sections of the content."""
    root = Cursor(document.value, ())
    return "sagemaker-model-card" if any(True for _ in _cards(root)) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    for card in list(_cards(Cursor(document.value, ()))):
        document = opened(document, card.to("Content").at)
    root = Cursor(document.value, ())
    drafts = [_draft(document, card) for card in _cards(root)]
    for draft in drafts[:1]:
        draft.used.update(beside(root, (_RESOURCE,)))
    return drafts


def _cards(root: Cursor) -> Iterator[Cursor]:
    """Where cards stand: what has a name and a content, or the content alone."""
    if (root.to("ModelCardName") and root.to("Content")) or is_content(root):
        yield root
    for _, resource in root.to("Resources").entries():
        if resource.to("Type").value == _RESOURCE:
            yield resource.to("Properties")
    if root.to("Type").value == _RESOURCE:
        yield root.to("Properties")


def beside(root: Cursor, types: tuple[str, ...]) -> Iterator[Steps]:
    """What of a CloudFormation template says nothing of the resources of these types."""
    for _, resource in root.to("Resources").entries():
        kind = resource.to("Type")
        yield kind.at if kind.value in types else resource.at


def is_content(value: Cursor) -> bool:
    """Whether it has the sections of a card: two of them, or one and nothing else."""
    names = {folded(name) for name, _ in value.entries()}
    found = names & _SECTIONS
    return len(found) >= 2 or (bool(found) and names == found)


def _draft(document: Located, card: Cursor) -> Draft:
    draft = Draft("Model", document)
    content = card.to("Content") or card
    draft.used.update(card.to(name).at for name in _FRAME)
    # The name of the model, which the content may say, goes before the name of the card.
    read_content(draft, content)
    draft.text("metadata.name", *card.to("ModelCardName"))
    for tag in card.to("Tags").each():
        key = tag.to("Key")
        if type(key.value) is str:
            draft.used.add(key.at)
            draft.label(key.value, *tag.to("Value"))
    return draft


def read_content(draft: Draft, content: Cursor) -> None:
    """The sections of a card into a draft; a model package has them too."""
    draft.used.update(content.to(name).at for name in ("schema_version", "$schema"))
    _overview(draft, content.to("model_overview"))
    _package(draft, content.to("model_package_details"))
    _uses(draft, content.to("intended_uses"), content.to("business_details"))
    _training(draft, content.to("training_details"))
    for number, evaluation in enumerate(content.to("evaluation_details").each()):
        _evaluation(draft, evaluation, number)
    more = content.to("additional_information")
    ethical = more.to("ethical_considerations")
    if ethical:
        draft.text("risk.entries[0].description", *ethical)
        draft.put("risk.entries[0].dimension", "ethical", ethical.at)
    draft.text("limitations.recommendations", *more.to("caveats_and_recommendations"))
    for name, entry in more.to("custom_details").entries():
        draft.label(name, *entry)


def _overview(draft: Draft, overview: Cursor) -> None:
    draft.text("metadata.name", *overview.to("model_name"))
    draft.text("metadata.version", *overview.to("model_version"))
    draft.text("metadata.description", *overview.to("model_description"))
    draft.text("metadata.owner", *overview.to("model_owner"))
    draft.text("design.task", *overview.to("problem_type"))
    draft.text("design.algorithm", *overview.to("algorithm_type"))
    for artifact in overview.to("model_artifact").each():
        draft.text("provenance.artifact", *artifact)
    for image in overview.to("inference_environment", "container_image").each():
        _image(draft, image, "serving")


def _package(draft: Draft, package: Cursor) -> None:
    draft.text("metadata.name", *(package.to("model_package_name") or package.to("model_package_group_name")))
    draft.text("metadata.version", *package.to("model_package_version"))
    draft.text("metadata.description", *package.to("model_package_description"))
    draft.text("design.task", *package.to("task"))
    for algorithm in package.to("source_algorithms").each():
        draft.text("design.algorithm", *algorithm.to("algorithm_name"))
    approval(draft, package.to("model_approval_status"), package.to("model_package_version"))
    for container in package.to("inference_specification", "containers").each():
        draft.text("provenance.artifact", *container.to("model_data_url"))
        _image(draft, container.to("image"), "serving")


def approval(draft: Draft, status: Cursor, version: Cursor) -> None:
    """The registry's word on a model package: ``Approved``, ``Rejected`` or ``PendingManualApproval``."""
    if type(status.value) is not str:
        return
    word = _STATUSES.get(status.value.lower(), status.value)
    draft.put("deployment.registry_status", word, status.at)
    draft.put("approvals[0].decision", word, status.at)
    draft.text("approvals[0].version", *version)


def _uses(draft: Draft, uses: Cursor, business: Cursor) -> None:
    draft.text("intended_use.summary", *uses.to("purpose_of_model"))
    draft.text("intended_use.summary", *business.to("business_problem"))
    draft.text("intended_use.domain", *business.to("line_of_business"))
    draft.texts("intended_use.use_cases", *uses.to("intended_uses"))
    draft.texts("limitations.known", *uses.to("factors_affecting_model_efficiency"))
    draft.text("risk.rationale", *uses.to("explanations_for_risk_rating"))
    rating = uses.to("risk_rating")
    if type(rating.value) is str:
        draft.put("risk.tier", _TIERS.get(rating.value.lower(), rating.value), rating.at)


def _training(draft: Draft, training: Cursor) -> None:
    draft.text("design.training_method", *training.to("training_observations"))
    job = training.to("training_job_details")
    draft.text("provenance.training_run", *job.to("training_arn"))
    for index, dataset in enumerate(job.to("training_datasets").each()):
        draft.text(f"training_data.datasets[{index}].ref", *dataset)
        draft.put(f"training_data.datasets[{index}].role", "training", dataset.at)
    for image in job.to("training_environment", "container_image").each():
        _image(draft, image, "training")
    for name in ("hyper_parameters", "user_provided_hyper_parameters"):
        for parameter in job.to(name).each():
            key = parameter.to("name")
            if type(key.value) is str:
                draft.used.add(key.at)
                path = path_text(("design", "hyperparameters", key.value))
                draft.text(path, *parameter.to("value"))


def _image(draft: Draft, image: Cursor, purpose: str) -> None:
    if image:
        path = draft.entry("tooling.components")
        draft.text(f"{path}.name", *image)
        draft.put(f"{path}.purpose", purpose, image.at)


def _evaluation(draft: Draft, evaluation: Cursor, number: int) -> None:
    draft.used.add(evaluation.to("name").at)
    datasets = list(evaluation.to("datasets").each())
    if number == 0:
        draft.text("evaluation.protocol", *evaluation.to("evaluation_observation"))
        if len(datasets) == 1:
            draft.text("evaluation.test_dataset", *datasets[0])
    for group in evaluation.to("metric_groups").each():
        draft.used.add(group.to("name").at)
        for metric in group.to("metric_data").each():
            if metric.to("type").value in ("number", "string", None):
                draft.used.update((metric.to("type").at, metric.to("notes").at))
                name, value = metric.to("name"), metric.to("value")
                path = draft.measurement(name.value, value.value, name.at, value.at)
                if len(datasets) == 1:
                    draft.text(f"{path}.dataset", *datasets[0])
                draft.text(f"{path}.report", *evaluation.to("evaluation_job_arn"))
