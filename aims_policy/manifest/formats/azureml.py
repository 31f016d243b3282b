"""Models and data assets of Azure Machine Learning: what ``az ml`` is given and shows, and what the REST API tells.

Tags and properties are free: they become labels, except those that the registries' own assets give a meaning
(``license``, ``task``, ``languages``, ``datasets``, ``inputModalities`` …), which an asset's ``system_metadata`` has as
well. Its publisher is its supplier; an ``author`` may be a colleague. When an entry was made, and by whom, tells
neither when the model was nor who answers for it. ``custom`` names no licence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import Cursor, folded, told_by
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.mlflow_flavors import read_flavor
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.manifest.manifest import Located

FORMATS = ("azureml-model", "azureml-data")
TITLE = "Azure Machine Learning asset"
VERSIONS = "az ml v2 (YAML and JSON), REST API, registries"
STRENGTH = "declared"
KEYS = told_by("$schema", "id")
YIELDS = {"azureml-data": ("Dataset",)}
_OF_THE_ENTRY = """creation_context resourceGroup resource_group datastore latest_version utc_time_created type
    model_format default_deployment_template allowed_deployment_templates systemData properties.isAnonymous
    properties.isArchived properties.modelType properties.dataType properties.autoRebuild properties.referencedUris
    properties.provisioningState auto_delete_setting""".split()  # noqa: SIM905 - a list of words reads better
_OF_SERVING = """sharedComputeCapacityEnabled SKU hiddenLayerScanned supportedComputes inferenceSupportedEnvs preview
    keywords licenseDescription inference_compute_allow_list inference_supported_envs
    finetune_compute_allow_list evaluation_compute_allow_list""".split()  # noqa: SIM905 - as above
IGNORED = frozenset(
    ["$schema", "id", "latest version", *_OF_THE_ENTRY]
    + [f"{where}.{name}" for where in ("system_metadata", "tags", "properties") for name in _OF_SERVING]
)

_SCHEMAS = ("https://azuremlschemas", "http://azuremlschemas")
_KINDS = {"model": "azureml-model", "data": "azureml-data", "dataset": "azureml-data"}
_REGISTRIES = "azureml://registries/"
_PROVIDER = "microsoft.machinelearningservices"
_JOBS = "azureml://jobs/"
_STAGES = {"archived": "retired", "none": ""}
_UNSAID = frozenset(["custom", "other"])
_NO_DATASET = frozenset(["publicly available sources"])
_OF_REST = ("modelUri", "modelType", "dataUri", "dataType")


def detect(document: Located) -> str:
    """By the schema that a file names, or by the id of an entry in a workspace or a registry."""
    value = document.value
    schema = value.get("$schema") if type(value) is dict else None
    if type(schema) is not str:
        found = _id(value)
        return "" if found is None else found.format
    kind = schema.rpartition("/")[2].removesuffix(".schema.json")
    return _KINDS.get(kind, "") if schema.startswith(_SCHEMAS) else ""


def convert(document: Located, format: str) -> list[Draft]:  # noqa: A002 (the word of the house)
    root = Cursor(document.value, ())
    draft = Draft("Model" if format == "azureml-model" else "Dataset", document)
    rest = root.to("properties").has(*_OF_REST)
    told = root.to("properties") if rest else root
    _identity(draft, root, of_rest=rest)
    draft.text("metadata.description", *told.to("description"))
    if draft.kind == "Model":
        _model(draft, told)
    else:
        draft.text("content.summary", *told.to("description"))
        draft.label("azureml.path", *(told.to("path") or told.to("local_path") or told.to("dataUri")))
    _supplier(draft, told.to("system_metadata", "publisher"))
    for name, entry in told.to("system_metadata").entries():
        _said(draft, name, entry)
    for free in ("tags", "properties"):
        _free(draft, told.to(free))
    return [draft] if draft.tree else []


def nearly(document: Located) -> str:
    value = document.value
    path = value.get("path") if type(value) is dict and "publish" in value else None
    if type(path) is not dict or path.keys().isdisjoint(("container_name", "storage_name")):
        return ""
    return (
        "this tells Azure's registries where a model's files are; `spec.yaml` beside it describes the model"
    )


class _Id(NamedTuple):
    format: str
    name: str
    version: str | None


def _id(value: Any) -> _Id | None:
    """Of ``…/models/NAME/versions/VERSION`` in a workspace or a registry, or of ``…/models/NAME`` in a list."""
    identity = value.get("id") if type(value) is dict else None
    if type(identity) is not str or "/" not in identity:
        return None
    steps, version = identity.split("/"), None
    if len(steps) > 4 and steps[-2] == "versions":
        *steps, _, version = steps
    is_azure = identity.startswith(_REGISTRIES) or _PROVIDER in (step.lower() for step in steps)
    kind = _KINDS.get(steps[-2].removesuffix("s")) if is_azure else None
    return None if kind is None or not steps[-1] else _Id(kind, steps[-1], version)


def _identity(draft: Draft, root: Cursor, *, of_rest: bool) -> None:
    """Where the REST API says ``name`` it means the version, and leaves the asset's name to the id."""
    found, at = _id(root.value), ("id",)
    if not of_rest:
        draft.text("metadata.name", *root.to("name"))
        draft.text("metadata.version", *root.to("version"))
    if found is not None:
        draft.text("metadata.name", found.name, at)
        draft.text("metadata.version", found.version, at)
        draft.used.update(root.to(name).at for name in ("name", "type") if of_rest)


def _model(draft: Draft, told: Cursor) -> None:
    path = next(
        filter(None, (told.to(name) for name in ("path", "local_path", "model_uri"))), Cursor(None, ())
    )
    draft.text("provenance.artifact", *path)
    draft.text("provenance.training_run", *told.to("job_name"))
    if type(path.value) is str and path.value.startswith(_JOBS):
        draft.text("provenance.training_run", path.value.removeprefix(_JOBS).partition("/")[0], path.at)
    stage = told.to("stage")
    if type(stage.value) is str and (word := _STAGES.get(stage.value.lower(), stage.value.lower())):
        draft.put("lifecycle.stage", word, stage.at)
    for flavor, entry in told.to("flavors").entries():
        read_flavor(draft, flavor, entry.to("data") or entry)  # the REST API has each in a `data` of its own
        draft.used.add(entry.at)
    _supplier(draft, told.to("intellectual_property", "publisher"))
    _parents(draft, told.to("variantInfo"))


def _parents(draft: Draft, variant: Cursor) -> None:
    """The assets that this one is a variant of; quantization makes it one that is quantized."""
    quantized = variant.to("variantMetadata", "quantization")
    for parent in variant.to("parents").each():
        path = draft.entry("provenance.base_models")
        draft.put(f"{path}.ref", *parent.to("assetId"))
        if quantized.value:
            draft.put(f"{path}.relation", "quantized", quantized.at)


def _free(draft: Draft, tags: Cursor) -> None:
    """Tags and properties. One without a value is a mark, and says no more than its name."""
    draft.used.update((tags.at,) if tags.value in ({}, "") else ())
    for name, entry in tags.entries():
        if not _said(draft, name, entry):
            if entry.value == "":
                draft.used.add(entry.at)
            draft.label(name, None if entry.value == "" else entry.value, entry.at)


def _said(draft: Draft, name: str, told: Cursor) -> bool:
    """Whether a field or tag has a meaning by its name, and was read so."""
    known = (_OF_MODELS if draft.kind == "Model" else _OF_DATA).get(folded(name))
    if known is None or told.value in ([], {}):
        return False
    if known is _document and not str(told.value).endswith(".md"):
        return False  # a word on an evaluation, or a note
    known(draft, told)
    return True


def _text(path: str) -> Callable[[Draft, Cursor], None]:
    return lambda draft, told: draft.text(path, *told)


def _texts(path: str) -> Callable[[Draft, Cursor], None]:
    """A list, or a text with commas in its place; one that was given before stays the only one."""

    def put(draft: Draft, told: Cursor) -> None:
        draft.used.add(told.at)
        if not draft.has(draft.steps(path)):
            for one in _listed(told):
                draft.put(f"{path}[+]", *one)

    return put


def _listed(told: Cursor) -> Iterator[Cursor]:
    for one in told.each():
        if type(one.value) is str:
            yield from (Cursor(part.strip(), one.at) for part in one.value.split(",") if part.strip())
        else:
            yield one


def _licence(path: str) -> Callable[[Draft, Cursor], None]:
    def put(draft: Draft, told: Cursor) -> None:
        if type(told.value) is str and told.value.strip().lower() in _UNSAID:
            draft.gap(path, f"`{told.value.strip()}` names no licence", told.at)
        else:
            draft.text(path, *told)

    return put


def _datasets(draft: Draft, told: Cursor) -> None:
    draft.used.add(told.at)
    for one in _listed(told):
        path = f"{draft.entry('training_data.datasets')}.ref"
        if type(one.value) is str and one.value.lower() in _NO_DATASET:
            draft.gap(path, f"`{one.value}` names no dataset", one.at)
        else:
            draft.put(path, *one)


def _tasks(draft: Draft, told: Cursor) -> None:
    draft.text("design.task", *(told.to("inferenceTasks") or told))


def _document(draft: Draft, told: Cursor) -> None:
    """A file beside the asset, as ``evaluation: evaluation.md``."""
    path = draft.entry("documentation")
    draft.text(f"{path}.title", told.at[-1], told.at)
    draft.text(f"{path}.location", *told)


def _supplier(draft: Draft, publisher: Cursor) -> None:
    if publisher:
        draft.put("suppliers[0].ref", *publisher)


def _base(draft: Draft, told: Cursor) -> None:
    draft.put(f"{draft.entry('provenance.base_models')}.ref", *told)


_OF_MODELS: dict[str, Callable[[Draft, Cursor], None]] = {
    "displayname": _text("metadata.title"),
    "summary": _text("metadata.description"),
    "license": _licence("provenance.license"),
    "languages": _texts("design.languages"),
    "inputmodalities": _texts("design.inputs"),
    "outputmodalities": _texts("design.outputs"),
    "task": _tasks,
    "tasks": _tasks,
    "industry": _text("intended_use.domain"),
    "datasets": _datasets,
    "trainingdataset": _datasets,
    "evaluation": _document,
    "notes": _document,
    "huggingfacemodelid": _base,
}
"""By the name as it is compared: in tags, in properties and in ``system_metadata``."""
_OF_DATA: dict[str, Callable[[Draft, Cursor], None]] = {
    "displayname": _text("metadata.title"),
    "license": _licence("acquisition.license"),
    "languages": _texts("content.languages"),
}
