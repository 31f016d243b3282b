"""What the objects of Kubeflow's model registry and the models of its catalog have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.metrics import is_known
from aims_policy.manifest.foreign.splits import is_no_evaluation, plain_metric

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.cursor import Cursor
    from aims_policy.manifest.foreign.draft import Draft

OF_THE_ENTRY = (
    "id", "logo", "externalId", "createTimeSinceEpoch", "lastUpdateTimeSinceEpoch", "source_id",
)  # fmt: skip
"""What tells of the entry in the registry, and nothing of the model."""

_NUMBER = "double_value"
_VALUES = ("string_value", "int_value", _NUMBER, "bool_value")


def describe(draft: Draft, model: Cursor) -> None:
    """What a registered model and one of the catalog say of themselves."""
    draft.text("metadata.name", *model.to("name"))
    draft.text("metadata.description", *model.to("description"))
    if model.to("provider"):
        draft.put("suppliers[0].ref", *model.to("provider"))
    draft.text("provenance.license", *model.to("license"))
    draft.texts("design.languages", *model.to("language"))
    draft.text("tooling.components[0].name", *model.to("libraryName"))
    if model.to("tasks").value:
        draft.text("design.task", *model.to("tasks"))
    for name in ("maturity", "licenseLink"):
        draft.label(name, *model.to(name))
    label_properties(draft, model)


def label_properties(draft: Draft, one: Cursor) -> None:
    """``customProperties``: a number by the name of a known metric is a measurement, all others are labels.

    One without a value is a mark, and says no more than its name.
    """
    for name, value in properties(one):
        draft.used.add(value.at[:-1])
        if value.at[-1] == _NUMBER and is_known(plain_metric(name)) and not is_no_evaluation(name):
            path = draft.measurement(plain_metric(name), value.value, value.at, value.at)
            draft.put(f"{path}.source_metric", name, value.at)
        elif value.value != "":
            draft.label(name, *value)


def properties(one: Cursor) -> Iterator[tuple[str, Cursor]]:
    """Each of the ``customProperties``, which are typed: ``{"metadataType": …, "string_value": …}``."""
    for name, typed in one.to("customProperties").entries():
        value = next((typed.to(kind) for kind in _VALUES if typed.to(kind)), None)
        if value is not None:
            yield name, value
