"""The ``meta.json`` of spaCy's trained pipelines (spacy.io/api/data-formats, "Pipeline metadata") to a Model.

A pipeline is known by its language and name together, as its package is. Scores keep spaCy's names (`tag_acc`,
`ents_f`), for several components have an accuracy or an F-score; those by type of label are of a group. They are
fractions, and before version 3, under `accuracy`, per cent, with zeros for components that are not there. Losses and
speeds are of the training and the machine. What spaCy fills in where nobody has said anything (the name `pipeline`,
version `0.0.0`) says nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("spacy-meta",)
TITLE = "spaCy pipeline metadata"
VERSIONS = "meta.json of spaCy 2 and 3"
STRENGTH = "declared"
KEYS = told_by("spacy_version")
IGNORED = frozenset(
    """labels vectors components disabled factories parent_package spacy_git_version size speed email
    performance.speed""".split()  # noqa: SIM905 - a list of words reads better
)

_TEXTS = {
    "description": "metadata.description",
    "author": "metadata.owner",
    "license": "provenance.license",
}
_DEFAULTS = {"name": "pipeline", "version": "0.0.0"}
_BY_LABEL = re.compile(r"(?:_f)?_per_(?:type|feat)$")
_COMPONENTS = {"ents": "ner", "uas": "parser", "las": "parser", "tags": "tagger", "textcat": "textcat"}
"""Of version 2, by how the names of their scores begin."""
_NO_SCORE = re.compile(r"_loss$|^speed$|_desc$")


def detect(document: Located) -> str:
    value = document.value
    if type(value) is not dict or type(value.get("spacy_version")) is not str:
        return ""
    is_pipeline = all(type(value.get(name)) is str for name in ("lang", "name"))
    return "spacy-meta" if is_pipeline and type(value.get("pipeline")) is list else ""


def convert(document: Located, _format: str) -> list[Draft]:
    meta = mapping(document.value)
    if "spacy_version" not in meta:
        return []
    draft = Draft("Model", document)
    _identity(draft, meta)
    for name, path in _TEXTS.items():
        draft.text(path, meta.get(name), (name,))
    draft.texts("design.languages", meta.get("lang"), ("lang",))
    draft.text("design.architecture", meta.get("pipeline") or None, ("pipeline",))
    draft.put("tooling.components[0].name", "spacy", ("spacy_version", KEY))
    draft.text("tooling.components[0].version", meta["spacy_version"], ("spacy_version",))
    for item, place in elements(meta.get("requirements"), ("requirements",)):
        draft.put(f"{draft.entry('tooling.components')}.name", item, place)
    for item, place in elements(meta.get("sources"), ("sources",)):
        _source(draft, item, place)
    _scores(draft, mapping(meta.get("performance")), ("performance",))
    _scores(draft, _of_version_2(meta), ("accuracy",))
    return [draft]


def _identity(draft: Draft, meta: dict[str, Any]) -> None:
    name, language, version = meta.get("name"), meta.get("lang"), meta.get("version")
    if name == _DEFAULTS["name"]:
        draft.used.add(("name",))
    elif type(name) is str and type(language) is str and name and language:
        draft.put("metadata.name", f"{language}_{name}", ("name",))
    else:
        draft.text("metadata.name", name, ("name",))
    if version == _DEFAULTS["version"]:
        draft.gap("metadata.version", "what spaCy fills in where no version is given", ("version",))
    else:
        draft.text("metadata.version", version, ("version",))


def _source(draft: Draft, source: Any, at: Steps) -> None:
    """Data that the pipeline is trained from, with vectors and tools among it: in what role is not said."""
    name, place = (source.get("name"), (*at, "name")) if type(source) is dict else (source, at)
    if name is not None:
        draft.put(f"{draft.entry('training_data.datasets')}.ref", name, place)


def _of_version_2(meta: dict[str, Any]) -> dict[str, Any]:
    """The scores of components that the pipeline has."""
    there = [name for name, _ in elements(meta.get("pipeline"), ()) if type(name) is str]
    return {
        name: value
        for name, value in mapping(meta.get("accuracy")).items()
        if _COMPONENTS.get(name.partition("_")[0], "") in ("", *there)
    }


def _scores(draft: Draft, scores: dict[str, Any], at: Steps) -> None:
    percent = any((exact_number(value) or 0) > 1 for _, value, _, _ in _each(scores, at)) and at == (
        "accuracy",
    )
    for name, value, place, label in _each(scores, at):
        path = draft.measurement(name, value, (*place, KEY), place, percent=percent)
        if not percent and (exact_number(value) or 0) > 1:
            draft.doubt(f"{path}.value", f"`{value}` is no fraction from 0 to 1, as scores of spaCy are")
        if label:
            draft.text(f"{path}.group", *label)


def _each(scores: dict[str, Any], at: Steps) -> Iterator[tuple[str, Any, Steps, tuple[str, Steps] | None]]:
    """(metric, value, where, label) of every score; those by label are P, R and F of each, or one number."""
    for name, value in scores.items():
        by_label = _BY_LABEL.sub("", name)
        if by_label == name or type(value) is not dict:
            is_score = type(value) not in (dict, list, bool) and not _NO_SCORE.search(name)
            if is_score and (value is not None or by_label == name):
                yield name, value, (*at, name), None
            continue
        for label, found in value.items():
            told = (label, (*at, name, label, KEY))
            if type(found) not in (dict, list, bool):
                yield by_label, found, (*at, name, label), told
            for part, score in mapping(found).items():
                if type(score) not in (dict, list, bool):
                    yield f"{by_label}_{part}", score, (*at, name, label, part), told
