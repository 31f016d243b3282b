"""Descriptions of the BioImage Model Zoo (``bioimageio.yaml``, ``rdf.yaml``; bioimage.io) to a Model or Dataset.

Of the weights the entry without `parent` is the artifact: by the specification the others were converted from it. Test
tensors show that a run can be repeated, and are no results; those stand under ``config.bioimageio.evaluations``, of
which the ones on training and validation data are left out. The specification fills in some texts of its own on biases
and risks: they say nothing of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.formats.bioimageio.card import card
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("bioimageio",)
TITLE = "BioImage Model Zoo description"
VERSIONS = "models 0.3 to 0.5, datasets 0.2 and 0.3"
STRENGTH = "declared"
KEYS = told_by("format_version")
YIELDS = {"bioimageio": ("Model", "Dataset")}
IGNORED = frozenset(
    """format_version type id id_emoji covers tags links attachments uploader icon badges download_url rdf_source
    test_inputs test_outputs sample_inputs sample_outputs run_mode packaged_by version_number version_comment
    authors.affiliation authors.orcid authors.github_user authors.email maintainers.github_user
    maintainers.affiliation maintainers.orcid maintainers.email inputs.axes inputs.shape inputs.data_type
    inputs.data_range inputs.preprocessing inputs.test_tensor inputs.sample_tensor inputs.data inputs.description
    inputs.optional outputs.axes outputs.shape outputs.data_type outputs.data_range outputs.postprocessing
    outputs.test_tensor outputs.sample_tensor outputs.data outputs.halo outputs.description kwargs language
    config.bioimageio.thumbnails config.bioimageio.reproducibility_tolerance""".split()  # noqa: SIM905 - a list of words
)

_TEXTS = {
    "name": "metadata.name",
    "version": "metadata.version",
    "description": "metadata.description",
}
_OF_KIND = {
    "Model": {
        "license": "provenance.license",
        "git_repo": "provenance.repository",
        "timestamp": "provenance.created",
    },
    "Dataset": {"license": "acquisition.license", "description": "content.summary"},
}
_OF_ANY = frozenset(["authors", "cite", "documentation", "weights"])


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or "format_version" not in value or not value.keys() & _OF_ANY:
        return ""
    return "bioimageio" if type(value.get("name")) is str and _kind(value) else ""


def convert(document: Located, _format: str) -> list[Draft]:
    described = mapping(document.value)
    kind = _kind(described)
    if not kind or "format_version" not in described:
        return []
    draft = Draft(kind, document)
    for name, path in (*_TEXTS.items(), *_OF_KIND[kind].items()):
        draft.text(path, described.get(name), (name,))
    _documentation(draft, described)
    if kind == "Model":
        _model(draft, described)
        card(
            draft,
            mapping(mapping(described.get("config")).get("bioimageio")),
            ("config", "bioimageio"),
            described,
        )
    else:
        _dataset(draft, described)
    return [draft]


def _kind(described: dict[str, Any]) -> str:
    """Before version 0.4 a description did not say that it is of a model, but had weights."""
    kind = described.get("type")
    if kind is None and type(described.get("weights")) is dict and "inputs" in described:
        return "Model"
    return {"model": "Model", "dataset": "Dataset"}.get(kind, "") if type(kind) is str else ""


def _model(draft: Draft, described: dict[str, Any]) -> None:
    for people in ("maintainers", "authors"):
        names = [_person(item, place) for item, place in elements(described.get(people), (people,))]
        names = [(name, place) for name, place in names if type(name) is str]
        if names:
            draft.used.update(place for _, place in names)
            draft.put("metadata.owner", ", ".join(name for name, _ in names), names[0][1])
    for side, path in (("inputs", "design.inputs"), ("outputs", "design.outputs")):
        for item, place in elements(described.get(side), (side,)):
            name = "id" if "id" in mapping(item) else "name"
            if mapping(item).get(name) is not None:
                draft.put(f"{path}[+]", item[name], (*place, name))
    _trained_on(draft, described.get("training_data"), ("training_data",))
    for item, place in elements(described.get("parent"), ("parent",)):
        draft.text("provenance.base_models[0].ref", *_linked(item, place))
    _weights(draft, mapping(described.get("weights")), ("weights",))
    if described.get("framework") is not None:  # before version 0.4
        draft.put(f"{draft.entry('tooling.components')}.name", described["framework"], ("framework",))


def _person(person: Any, at: Steps) -> tuple[Any, Steps]:
    """Authors have a name, maintainers at least an account."""
    if type(person) is not dict:
        return person, at
    field = "name" if person.get("name") is not None else "github_user"
    return person.get(field), (*at, field)


def _linked(resource: Any, at: Steps) -> tuple[Any, Steps]:
    """What names another resource: its id, the address of older versions, or the name of one described in place."""
    given = mapping(resource)
    field = next((f for f in ("id", "uri", "name") if given.get(f) is not None), None)
    return (
        (resource if type(resource) is str else None, at) if field is None else (given[field], (*at, field))
    )


def _trained_on(draft: Draft, data: Any, at: Steps) -> None:
    path, (ref, place) = "training_data.datasets[0]", _linked(data, at)
    if ref is None:
        return
    draft.put(f"{path}.ref", ref, place)
    draft.put(f"{path}.role", "training", place)
    draft.text(f"{path}.version", mapping(data).get("version"), (*at, "version"))
    draft.text(f"{path}.description", mapping(data).get("description"), (*at, "description"))


def _weights(draft: Draft, weights: dict[str, Any], at: Steps) -> None:
    originals = [name for name, entry in weights.items() if mapping(entry).get("parent") is None]
    if len(originals) == 1:
        entry, place = mapping(weights[originals[0]]), (*at, originals[0])
        draft.text("provenance.artifact", entry.get("source"), (*place, "source"))
        draft.digest("provenance.artifact_digest", entry.get("sha256"), (*place, "sha256"))
    for name in originals:
        for key, version in mapping(weights[name]).items():
            tool = key.removesuffix("_version")
            if tool != key and tool != "opset":
                path = draft.entry("tooling.components")
                draft.put(f"{path}.name", tool, (*at, name, key, KEY))
                draft.text(f"{path}.version", version, (*at, name, key))


def _dataset(draft: Draft, described: dict[str, Any]) -> None:
    for item, place in elements(described.get("authors"), ("authors",)):
        event = draft.entry("provenance.events")
        draft.put(f"{event}.type", "creation", place)
        draft.text(f"{event}.actor", *_person(item, place))
    for item, place in elements(described.get("maintainers"), ("maintainers",)):
        draft.text("governance.steward", *_person(item, place))
    parent, place = _linked(described.get("parent"), ("parent",))
    if parent is not None:
        draft.put("provenance.sources[0].name", parent, place)
        draft.put("provenance.sources[0].dataset", parent, place)


def _documentation(draft: Draft, described: dict[str, Any]) -> None:
    """The documentation, and what is asked to be cited."""
    given, at = described.get("documentation"), ("documentation",)
    path = draft.entry("documentation")
    if type(given) is dict:
        draft.text(f"{path}.location", given.get("source"), (*at, "source"))
        draft.digest(f"{path}.digest", given.get("sha256"), (*at, "sha256"))
    else:
        draft.text(f"{path}.location", given, at)
    for item, place in elements(described.get("cite"), ("cite",)):
        if type(item) is dict:
            path = draft.entry("documentation")
            draft.text(f"{path}.title", item.get("text"), (*place, "text"))
            for field in ("url", "doi"):
                draft.text(f"{path}.location", item.get(field), (*place, field))
