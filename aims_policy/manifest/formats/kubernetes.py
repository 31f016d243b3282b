"""Kubernetes objects that run models (KServe, Seldon, plain workloads), to a Model for each model that they run.

What an object runs is found by `manifest.workloads`, which the admission server asks, too. An object with a whole
native manifest in its annotation ``aims/manifest`` yields that manifest. Of the others an object says little: which
artifact, where it is rolled out gradually, on what hardware. A digest in an annotation or in an OCI reference is that
of what is deployed.

A name is that of ``aims/asset``, else what the object calls the model, else the object's own where it runs one model,
else the artifact's address.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.diagnostics import at
from aims_policy.manifest.cursor import Cursor
from aims_policy.manifest.draft import Draft
from aims_policy.manifest.workloads import ASSET, DIGEST, MANIFEST, group_of, workload
from aims_policy.source import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps
    from aims_policy.manifest.workloads import ModelUse, Workload

FORMATS = ("kubernetes",)
TITLE = "Kubernetes object"
VERSIONS = "KServe, Seldon Core 1 and 2, workloads of apps/v1, batch/v1 and v1, AdmissionReview"
STRENGTH = "declared"
IGNORED = frozenset(
    """apiVersion kind metadata.name metadata.namespace metadata.annotations metadata.uid metadata.generation
    metadata.resourceVersion metadata.creationTimestamp metadata.managedFields metadata.ownerReferences
    metadata.generateName status request request.object.apiVersion request.object.kind
    items.apiVersion items.kind items.metadata.name items.metadata.namespace""".split()  # noqa: SIM905 - a list of words reads better
)

_API_VERSION = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?v\d+(?:(?:alpha|beta)\d+)?")
_READ_ELSEWHERE = frozenset(["aims", "sagemaker.services.k8s.aws"])
_KINDS = {"model": "Model", "dataset": "Dataset", "aisystem": "AISystem"}
_OCI_DIGEST = re.compile(r"@(sha256:[0-9a-f]{64})$")
_ROLLOUT = (
    ("spec", "predictor", "canaryTrafficPercent"),
    ("spec", "canaryTrafficPercent"),
    ("spec", "strategy", "type"),
    ("spec", "updateStrategy", "type"),
)


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
    drafts = [draft for one in objects for draft in _drafts(document, one, workload(one.value))]
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
    found = [(one, workload(one.value).claim) for one in _objects(Cursor(document.value, ())) if one.value]
    return [(*one.at, *claim.paths[MANIFEST]) for one, claim in found if claim.manifest]


def _objects(root: Cursor) -> Iterator[Cursor]:
    kind = root.to("kind").value
    if kind == "AdmissionReview":
        yield root.to("request", "object")
    elif kind == "List":
        yield from root.to("items").each()
    else:
        yield root


def _drafts(document: Located, one: Cursor, found: Workload) -> Iterator[Draft]:
    """One for each asset that the annotation claims and each model that is seen; one claim and one model are one."""
    claim, models = found.claim, _seen(found)
    if len(claim.assets) == 1 and len(models) <= 1:
        yield _draft(document, one, models[0] if models else None, _claimed(claim.assets[0]), 0)
        return
    for index, asset in enumerate(claim.assets):
        yield _draft(document, one, None, _claimed(asset), index)
    for use in models:
        name = _name(one, use, alone=len(models) == 1)
        yield _draft(document, one, use, name, 0 if len(models) == 1 and not claim.assets else None)


def _seen(found: Workload) -> list[ModelUse]:
    """Models, and servers without a model's address only where no address is given: else they serve that one."""
    named = [use for use in found.models if use.uri]
    return named or list(found.models)


def _claimed(asset: str) -> tuple[str, str, Steps | None]:
    """(kind, name, None) of an asset's id, which stands in the annotation."""
    prefix, slash, rest = asset.partition("/")
    kind = _KINDS.get(prefix.lower()) if slash and rest else None
    return (kind, rest, None) if kind else ("Model", asset, None)


def _name(one: Cursor, use: ModelUse, *, alone: bool) -> tuple[str, str, Steps | None]:
    beside = one
    for step in use.path[:-1]:
        beside = Cursor(beside.value[step], (*beside.at, step))
    named = beside.to("name") if use.path[-1:] == ("uri",) else Cursor(None, ())
    if alone and not named:
        named = one.to("metadata", "name")
    text = named.value if type(named.value) is str and named.value else use.uri
    return "Model", text, named.at if text == named.value else (*one.at, *use.path)


def _draft(
    document: Located,
    one: Cursor,
    use: ModelUse | None,
    named: tuple[str, str, Steps | None],
    claimed: int | None,
) -> Draft:
    kind, name, source = named
    draft = Draft(kind, document)
    annotations = one.to("metadata", "annotations")
    claim = workload(one.value).claim
    places = {key: (*one.at, *path) for key, path in claim.paths.items()}
    if name:
        draft.put("metadata.name", name, source if source is not None else places[ASSET])
    for key, label in one.to("metadata", "labels").entries():
        draft.label(key, *label)
    if kind == "Model":
        if claimed is not None and claimed < len(claim.digests):
            draft.digest("deployment.artifact_digest", claim.digests[claimed], places[DIGEST])
        if use is not None and use.uri:
            _artifact(draft, use, one)
        _rollout(draft, one)
        _serving(draft, one, use)
    draft.used.add(annotations.at)
    return draft


def _artifact(draft: Draft, use: ModelUse, one: Cursor) -> None:
    source = (*one.at, *use.path)
    draft.put("provenance.artifact", use.uri, source)
    digest = _OCI_DIGEST.search(use.uri)
    if digest:
        draft.digest("deployment.artifact_digest", digest[1], source)


def _rollout(draft: Draft, one: Cursor) -> None:
    """The setting and its value as they stand there; a plan in words no object holds."""
    for steps in _ROLLOUT:
        setting = one.to(*steps)
        if type(setting.value) in (str, int):
            draft.put("deployment.plan", f"{steps[-2]} {steps[-1]} {setting.value}", setting.at)


def _serving(draft: Draft, one: Cursor, use: ModelUse | None) -> None:
    """Runtime, framework and hardware of what loads the model: of the model's own entry, else of its container."""
    holder = _holder(one, use)
    framework = holder.to("modelFormat") or one.to("spec", "modelType")
    for name, version in (
        (framework.to("name"), framework.to("version")),
        (holder.to("runtime"), holder.to("runtimeVersion")),
        (holder.to("image"), Cursor(None, ())),
    ):
        if type(name.value) is str:
            index = len(draft.tree.get("tooling", {}).get("components", ()))
            draft.put(f"tooling.components[{index}].name", *name)
            draft.put(f"tooling.components[{index}].purpose", "serving", name.at)
            draft.text(f"tooling.components[{index}].version", *version)
    resources = holder.to("resources")
    asked = resources.to("limits") or resources.to("requests")
    amounts = [(key, entry) for key, entry in asked.entries() if type(entry.value) in (str, int)]
    if amounts:
        text = ", ".join(f"{key} {entry.value}" for key, entry in amounts)
        draft.put("compute.hardware", text, asked.at)


def _holder(one: Cursor, use: ModelUse | None) -> Cursor:
    """The innermost mapping above what told of the model that is a container or describes a model."""
    chain = [one]
    for step in use.path if use is not None else ():
        here = chain[-1]
        if type(here.value) in (dict, list):
            chain.append(Cursor(here.value[step], (*here.at, step)))
    telling = ("image", "modelFormat", "storageUri", "runtime", "resources")
    inward = (c for c in reversed(chain[1:]) if type(c.value) is dict and any(k in c.value for k in telling))
    return next(inward, Cursor(None, one.at))
