"""Kubernetes objects that run models (KServe, Seldon, plain workloads), to a Model for each model that they run.

What an object runs is found by `manifest.foreign.workloads`, which the admission server asks, too. An object with a
whole native manifest in its annotation ``aims/manifest`` yields that manifest. Of the others an object says little:
which artifact, where it is rolled out gradually, on what hardware. A digest in an annotation or in an OCI reference is
that of what is deployed.

A name is that of ``aims/asset``, else what the object calls the model, else the object's own where it runs one model,
else the artifact's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import at
from aims_policy.manifest.foreign.artifact_uris import pinned
from aims_policy.manifest.foreign.cursor import Cursor
from aims_policy.manifest.foreign.draft import Draft
from aims_policy.manifest.foreign.workloads import ASSET, DIGEST, MANIFEST, claim_of, group_of, workload
from aims_policy.manifest.paths import KEY
from aims_policy.named_tuple import NamedTuple
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.containers import ModelUse
    from aims_policy.manifest.foreign.workloads import Workload
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("kubernetes",)
TITLE = "Kubernetes object"
VERSIONS = "KServe, Seldon, workloads, AdmissionReview v1"
STRENGTH = "declared"
YIELDS = {"kubernetes": ("Model", "Dataset", "AISystem")}
IGNORED = frozenset(
    """apiVersion kind metadata.name metadata.namespace metadata.annotations metadata.uid metadata.generation
    metadata.resourceVersion metadata.creationTimestamp metadata.managedFields metadata.ownerReferences
    metadata.generateName status request request.object.apiVersion request.object.kind
    items.apiVersion items.kind items.metadata.name items.metadata.namespace""".split()  # noqa: SIM905 - a list of words reads better
)

_API_VERSION = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?v\d+(?:(?:alpha|beta)\d+)?")
_READ_ELSEWHERE = frozenset(["aims", "sagemaker.services.k8s.aws"])
_KINDS = {"model": "Model", "dataset": "Dataset", "aisystem": "AISystem"}
_FRAMEWORKS = frozenset(
    "sklearn xgboost tensorflow pytorch onnx triton lightgbm paddle pmml huggingface".split()  # noqa: SIM905 - a list of words
)
_NOTHING = Cursor(None, ())
_ROLLOUT = (
    ("predictor", "canaryTrafficPercent"),
    ("canaryTrafficPercent",),
    ("strategy", "type"),
    ("updateStrategy", "type"),
)
"""Below ``spec``."""
_TELLING = frozenset(["image", "modelFormat", "storageUri", "runtime", "resources", "implementation"])


def detect(document: Located) -> str:
    """By ``apiVersion`` and ``kind`` as Kubernetes writes them, and ``metadata`` or a list of objects below."""
    value = document.value
    if type(value) is not dict or group_of(value) in _READ_ELSEWHERE:
        return ""
    version, kind = value.get("apiVersion"), value.get("kind")
    if type(version) is not str or type(kind) is not str or not _API_VERSION.fullmatch(version):
        return ""
    below = {"AdmissionReview": "request", "List": "items"}.get(kind, "metadata")
    return "kubernetes" if type(value.get(below)) in (dict, list) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    """Raises SourceError `no-asset`, by the object's kind, where nothing runs a model."""
    objects = [one for one in _objects(Cursor(document.value, ())) if type(one.value) is dict]
    drafts = [_draft(document, one, asset) for one in objects for asset in _assets(one, workload(one.value))]
    if not drafts and objects:
        kind = objects[0].to("kind")
        what = f"this `{kind.value[:60]}`" if type(kind.value) is str else "this object"
        hint = "a model that cannot be seen is named by an annotation: `aims/asset: model/<name>`"
        message = f"{what} runs no model that can be seen"
        raise SourceError((at(document, document.span(kind.at), "no-asset", message, help=hint),))
    for draft in drafts[:1]:
        request = Cursor(document.value, ()).to("request")  # of an AdmissionReview only the object is read
        draft.used.update(entry.at for name, entry in request.entries() if name != "object")
    return drafts


def inline(document: Located) -> list[Steps]:
    """Where native manifests stand as text in annotations."""
    if not detect(document):
        return []
    found = [(one, claim_of(one.value)) for one in _objects(Cursor(document.value, ())) if one.value]
    return [(*one.at, *claim.paths[MANIFEST]) for one, claim in found if claim.manifest]


def _objects(root: Cursor) -> Iterator[Cursor]:
    kind = root.to("kind").value
    if kind == "AdmissionReview":
        yield root.to("request", "object")
    elif kind == "List":
        yield from root.to("items").each()
    else:
        yield root


class _Asset(NamedTuple):
    """What one draft is about: the kind and name of an asset, what shows it, and the digest that is claimed for it."""

    kind: str
    name: Cursor
    use: ModelUse | None
    digest: Cursor


def _assets(one: Cursor, found: Workload) -> Iterator[_Asset]:
    """One for each asset that the annotation claims and each model that is seen; one claim and one model are one."""
    claim, models = found.claim, _seen(found)
    where = {key: (*one.at, *path) for key, path in claim.paths.items()}
    digests = [Cursor(digest, where[DIGEST]) for digest in claim.digests]
    alone = len(models) == 1
    for index, asset in enumerate(claim.assets):
        kind, name = _claimed(asset)
        use = models[0] if alone and len(claim.assets) == 1 else None
        digest = digests[index] if index < len(digests) else _NOTHING
        yield _Asset(kind, Cursor(name, where[ASSET]), use, digest)
    if alone and len(claim.assets) == 1:
        return
    for use in models:
        unclaimed = digests[0] if alone and digests and not claim.assets else _NOTHING
        yield _Asset("Model", _name(one, use, alone=alone), use, unclaimed)


def _seen(found: Workload) -> list[ModelUse]:
    """Models, and servers without a model's address only where no address is given: else they serve that one."""
    named = [use for use in found.models if use.uri]
    return named or list(found.models)


def _claimed(asset: str) -> tuple[str, str]:
    """Kind and name of an asset's id."""
    prefix, _, rest = asset.partition("/")
    kind = _KINDS.get(prefix.lower()) if rest else None
    return (kind, rest) if kind else ("Model", asset)


def _name(one: Cursor, use: ModelUse, *, alone: bool) -> Cursor:
    """What the object calls the model, else its own name if it runs no other, else the model's address."""
    beside = Cursor(_down(one.value, use.path[:-1])[-1], (*one.at, *use.path[:-1]))
    named = beside.to("name") if use.path[-1:] == ("uri",) else _NOTHING
    if alone and not named:
        named = one.to("metadata", "name")
    is_name = type(named.value) is str and named.value
    return named if is_name else Cursor(use.uri, (*one.at, *use.path))


def _draft(document: Located, one: Cursor, asset: _Asset) -> Draft:
    draft = Draft(asset.kind, document)
    if asset.name.value:
        draft.put("metadata.name", *asset.name)
    for key, label in one.to("metadata", "labels").entries():
        draft.label(key, *label)
    if asset.kind == "Model":
        if asset.use is not None and asset.use.uri:
            _artifact(draft, asset.use, one)  # before the claim: its digest is that of what is really fetched
        draft.digest("deployment.artifact_digest", *asset.digest)
        _rollout(draft, one)
        _serving(draft, one, asset.use)
    draft.used.add(one.to("metadata", "annotations").at)
    return draft


def _artifact(draft: Draft, use: ModelUse, one: Cursor) -> None:
    source = (*one.at, *use.path)
    draft.put("provenance.artifact", use.uri, source)
    digest = pinned(use.uri)
    if digest:
        draft.digest("deployment.artifact_digest", digest, source)


def _rollout(draft: Draft, one: Cursor) -> None:
    """The setting and its value as they stand there; a plan in words no object holds."""
    spec = one.to("spec")
    for steps in _ROLLOUT:
        setting = spec.to(*steps)
        if type(setting.value) in (str, int):
            draft.put("deployment.plan", f"{steps[-1]} {setting.value}", setting.at)


def _serving(draft: Draft, one: Cursor, use: ModelUse | None) -> None:
    """Runtime, framework and hardware of what loads the model: of the model's own entry, else of its container."""
    holder = _holder(one, use)
    framework = holder.to("modelFormat") or one.to("spec", "modelType")
    for name, version in (
        (framework.to("name") or _framework_by_key(holder), framework.to("version")),
        (holder.to("implementation"), _NOTHING),
        (holder.to("runtime"), holder.to("runtimeVersion")),
        (holder.to("image"), _NOTHING),
    ):
        if type(name.value) is str:
            path = draft.entry("tooling.components")
            draft.put(f"{path}.name", *name)
            draft.put(f"{path}.purpose", "serving", name.at)
            draft.text(f"{path}.version", *version)
    resources = holder.to("resources")
    asked = resources.to("limits") or resources.to("requests")
    amounts = [(key, entry) for key, entry in asked.entries() if type(entry.value) in (str, int)]
    if amounts:
        text = ", ".join(f"{key} {entry.value}" for key, entry in amounts)
        draft.put("compute.hardware", text, asked.at)


def _framework_by_key(holder: Cursor) -> Cursor:
    """Before `modelFormat` KServe had a field for each framework."""
    key = holder.at[-1] if holder.at else ""
    return Cursor(key, (*holder.at, KEY)) if key in _FRAMEWORKS else _NOTHING


def _holder(one: Cursor, use: ModelUse | None) -> Cursor:
    """The innermost mapping above what told of the model that is a container or describes a model."""
    path = use.path if use is not None else ()
    values = _down(one.value, path)
    for depth in range(len(path), 0, -1):
        if type(values[depth]) is dict and not _TELLING.isdisjoint(values[depth]):
            return Cursor(values[depth], (*one.at, *path[:depth]))
    return _NOTHING


def _down(value: Any, path: Steps) -> list[Any]:
    """The value and everything on the way to what a path leads to."""
    values = [value]
    for step in path:
        value = value[step]
        values.append(value)
    return values
