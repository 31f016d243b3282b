"""What the flavors of an MLflow model say of it: the packages that it was saved with, its class, its task."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

_VERSION = re.compile(r"(\w+?)_version")
_PACKAGES = {"lgb": "lightgbm", "xgb": "xgboost", "cb": "catboost"}
_ALGORITHMS = ("model_class",)
_ARCHITECTURES = ("hf_pretrained_class", "pipeline_model_type")
_TASKS = ("task", "task_type")
_HUB_IDS = ("source_model_name", "huggingface_id")


def read_flavor(draft: Draft, flavor: str, entry: Cursor) -> None:
    """What a flavor says of the model and its packages; how the flavor loads its files is its own business."""
    draft.used.add(entry.at)
    for name in _ALGORITHMS:
        draft.text("design.algorithm", *entry.to(name))
    for name in _ARCHITECTURES:
        draft.text("design.architecture", *entry.to(name))
    for name in _TASKS:
        draft.text("design.task", *entry.to(name))
    for name in _HUB_IDS:
        if entry.to(name):
            draft.put("provenance.base_models[0].ref", *entry.to(name))
    for name, given in entry.entries():
        package = _VERSION.fullmatch(name)
        if package and flavor != "python_function":
            put_package(draft, _PACKAGES.get(package[1], package[1]), given)
        elif name in ("python_version", "cloudpickle_version"):
            put_package(draft, name.removesuffix("_version"), given)


def put_package(draft: Draft, name: str, version: Cursor) -> None:
    """A package, named by the key that gives its version."""
    if type(version.value) not in (str, int, Decimal):
        return
    index = _index(draft, name)
    draft.put(f"tooling.components[{index}].name", name, version.at)
    draft.text(f"tooling.components[{index}].version", *version)


def _index(draft: Draft, name: str) -> int:
    """Of the component of that name: two flavors may name one package."""
    components: list[dict[str, Any]] = draft.tree.get("tooling", {}).get("components", [])
    known = (i for i, c in enumerate(components) if c["name"] == name)
    return next(known, len(components))
