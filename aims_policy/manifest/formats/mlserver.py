"""``model-settings.json`` of MLServer (Seldon's and KServe's inference server) to a Model.

It tells which model a server loads, from where, and with which runtime; nothing of purpose or quality. For the runtime
of Hugging Face models ``extra`` names task and model. MLServer passes over fields that it does not know, so others
may stand in it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft, mapping

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("mlserver",)
TITLE = "MLServer model settings"
VERSIONS = "MLServer 0.2 to 1.7"
STRENGTH = "declared"
KEYS = told_by("implementation")
IGNORED = frozenset(
    """$schema parallel_workers warm_workers max_batch_size max_batch_time cache_enabled inputs.datatype inputs.shape
    inputs.parameters inputs.tags outputs.datatype outputs.shape outputs.parameters outputs.tags
    parameters.environment_path parameters.environment_tarball parameters.inference_pool_gid
    parameters.autogenerate_inference_pool_gid parameters.content_type""".split()  # noqa: SIM905 - a list of words
)

_KNOWN = frozenset(
    """$schema name version implementation platform versions inputs outputs parameters parallel_workers warm_workers
    max_batch_size max_batch_time cache_enabled""".split()  # noqa: SIM905 - a list of words reads better
)
_RUNTIME = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_VERSIONED = re.compile(r"([^/\s]+)/([^/\s]+)")
_LOCAL = ("/", "./", "../")


def detect(document: Located) -> str:
    """By the Python path of a runtime: of one of MLServer's own; or of one called as theirs are, or with a model's
    place, beside nothing but what MLServer knows."""
    value = document.value
    runtime = value.get("implementation") if type(value) is dict else None
    if type(runtime) is not str or not _RUNTIME.fullmatch(runtime):
        return ""
    if type(value.get("name")) is not str and type(value.get("parameters")) is not dict:
        return ""
    if runtime.startswith("mlserver"):
        return "mlserver"
    is_model = (
        runtime.endswith(("Model", "Runtime")) or type(mapping(value.get("parameters")).get("uri")) is str
    )
    return "mlserver" if is_model and value.keys() <= _KNOWN else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    if not root.to("implementation"):
        return []
    draft, parameters = Draft("Model", document), root.to("parameters")
    draft.text("metadata.name", *root.to("name"))
    draft.text("metadata.version", *(parameters.to("version") or root.to("version")))
    draft.text("provenance.artifact", *parameters.to("uri"))
    _component(draft, root.to("implementation"), "serving")
    _component(draft, root.to("platform"), "training")
    for dependency in root.to("versions").each():
        _component(draft, dependency, "training")
    for side in ("inputs", "outputs"):
        for tensor in root.to(side).each():
            draft.text(f"design.{side}[+]", *tensor.to("name"))
    draft.label("mlserver.format", *parameters.to("format"))
    _hugging_face(draft, parameters.to("extra"))
    return [draft]


def _component(draft: Draft, told: Cursor, purpose: str) -> None:
    """The runtime that serves; or what the model was trained with: ``sklearn`` or ``sklearn/1.4``."""
    if type(told.value) is not str or not told.value:
        return
    path, parts = draft.entry("tooling.components"), _VERSIONED.fullmatch(told.value)
    draft.put(f"{path}.name", parts[1] if parts else told.value, told.at)
    if parts:
        draft.put(f"{path}.version", parts[2], told.at)
    draft.put(f"{path}.purpose", purpose, told.at)


def _hugging_face(draft: Draft, extra: Cursor) -> None:
    """What is loaded from the Hub is a model that this one is built from; from a folder, it is this one."""
    draft.text("design.task", *extra.to("task"))
    pretrained = extra.to("pretrained_model")
    if type(pretrained.value) is str and pretrained.value.startswith(_LOCAL):
        draft.text("provenance.artifact", *pretrained)
    elif pretrained:
        draft.put("provenance.base_models[0].ref", *pretrained)
