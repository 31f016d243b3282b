"""Registered models and their versions in Databricks' Unity Catalog (REST API 2.1), to Models.

The model's name is that of three levels, ``catalog.schema.model``, as everything else in Databricks calls it. Its owner
answers for it there: who may grant and drop it. ``status`` says that files were uploaded, an alias is a name like any
other. What MLflow's own API tells of the same version is read as that of MLflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.cursor import Cursor, told_by
from aims_policy.manifest.foreign.draft import Draft

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("unity-catalog-model",)
TITLE = "Unity Catalog model"
VERSIONS = "REST API 2.1, JSON and YAML"
STRENGTH = "declared"
KEYS = told_by("catalog_name")
IGNORED = frozenset(
    """id metastore_id created_at created_by updated_at updated_by status browse_only securable_type securable_kind
    run_workspace_id effective_predictive_optimization_flag""".split()  # noqa: SIM905 - a list of words reads better
)

_LEVELS = ("catalog_name", "schema_name")
_OF_MODELS = ("model_name", "full_name", "name")
_OF_VERSIONS = frozenset(["version", "source", "run_id"])


def detect(document: Located) -> str:
    """A version names its model. What has a name may be anything of a schema, unless its kind or its files tell."""
    value = document.value
    if type(value) is not dict or not all(type(value.get(level)) is str for level in _LEVELS):
        return ""
    if type(value.get("model_name")) is str:
        return "unity-catalog-model" if value.keys() & _OF_VERSIONS else ""
    is_model = value.get("securable_type") == "REGISTERED_MODEL" or (
        type(value.get("name")) is str and "/models/" in str(value.get("storage_location"))
    )
    return "unity-catalog-model" if is_model else ""


def convert(document: Located, _format: str) -> list[Draft]:
    root = Cursor(document.value, ())
    named = next(filter(None, (root.to(name) for name in _OF_MODELS)), None)
    if named is None:
        return []
    draft = Draft("Model", document)
    levels = [root.to(level) for level in _LEVELS]
    draft.used.update(one.at for one in (*levels, root.to("name"), root.to("model_name")))
    draft.text("metadata.name", *_full(root, levels, named))
    draft.text("metadata.version", *root.to("version"))
    draft.text("metadata.description", *root.to("comment"))
    draft.text("metadata.owner", *root.to("owner"))
    draft.text("provenance.training_run", *root.to("run_id"))
    location = root.to("source") or root.to("storage_location")
    draft.text("provenance.artifact", *location)
    draft.used.add(root.to("storage_location").at)
    _aliases(draft, root)
    return [draft]


def _full(root: Cursor, levels: list[Cursor], named: Cursor) -> Cursor:
    if root.to("full_name"):
        return root.to("full_name")
    parts = [one.value for one in (*levels, named)]
    if all(type(part) is str and part for part in parts):
        return Cursor(".".join(parts), named.at)
    return named


def _aliases(draft: Draft, root: Cursor) -> None:
    """Those that mean this version; a registered model has them of all of its versions, with their numbers."""
    found = []
    for one in root.to("aliases").each():
        name, number = one.to("alias_name"), one.to("version_num")
        draft.used.add(one.at)
        if type(name.value) is str:
            known = root.to("version") or not number
            found.append((name.value if known else f"{name.value}@{number.value}", name.at))
    if found:
        draft.text('metadata.labels["unity.aliases"]', ", ".join(text for text, _ in found), found[0][1])
