"""The body of a card: what its headed sections and labelled lines say."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from aims_policy.manifest.foreign.sections import sections_with
from aims_policy.manifest.formats.hf_card.headings import (
    DATASET,
    DATASET_LABELS,
    DATASHEET,
    LAST,
    MODEL,
    MODEL_LABELS,
    all_folded,
    folded,
)
from aims_policy.manifest.formats.hf_card.prose import label_before, label_of, unsaid
from aims_policy.manifest.formats.hf_card.results import results
from aims_policy.manifest.placeholders import absence

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.foreign.sections import Section
    from aims_policy.manifest.paths import Steps

_NO_NAMES = frozenset(
    [
        "introduction",
        "overview",
        "readme",
        "model card",
        "dataset card",
        "model description",
        "dataset description",
        "description",
        "usage",
        "summary",
        "dataset summary",
        "model summary",
    ]
)
"""First headings that name a section and not the asset."""

_OF_DATASETS = {**DATASHEET, **DATASET}
_DASHES = ":|\u2013\u2014-"  # also en and em
_TITLE = re.compile(
    rf"\s*[{_DASHES}]?\s*\b(?:(?:model|dataset|data)\s+card|datasheet)\b\s*(?:for\b|of\b|[{_DASHES}])?\s*",
    re.IGNORECASE,
)
_TOOL = re.compile(r"(\S[^:]{0,60}?)[\s:]+v?(\d[\w.+-]{0,60})\s*")
_WEIGHT = re.compile(
    r"(\d{1,12}(?:\.\d{1,12})?)\s*(kg|kilograms?|g|grams?|t|tons?|tonnes?)\b.{0,60}", re.IGNORECASE
)
_LABELLED = re.compile(r"[-*+]\s+(?:\*\*|__)[^*_]{1,60}:?(?:\*\*|__)")
_DESCRIPTIONS = ("metadata.description", "content.summary")
_KILOGRAMS = {"k": Decimal(1), "g": Decimal("0.001"), "t": Decimal(1000)}


def fill_body(draft: Draft, body: list[Section]) -> None:
    is_model = draft.kind == "Model"
    headings, labels = (MODEL, MODEL_LABELS) if is_model else (_OF_DATASETS, DATASET_LABELS)
    last: list[tuple[str, str, int]] = []
    for index, heading in enumerate(all_folded([section["heading"] for section in body])):
        if heading in headings:
            how, path = headings[heading]
            if heading in LAST:
                last.append((how, path, index))
            else:
                _section(draft, how, path, body[index], ("body", index))
    for how, path, index in last:
        _section(draft, how, path, body[index], ("body", index))
    for index in sections_with(_label_line(draft.kind), body):
        _labels(draft, labels, body[index], ("body", index))
    if is_model:
        results(draft, body)
    _name(draft, body)


@cache
def _label_line(kind: str) -> re.Pattern[str]:
    """A line that begins with one of the kind's labels: a quick look, before lines are taken apart."""
    labels = MODEL_LABELS if kind == "Model" else DATASET_LABELS
    firsts = "".join({case for label in labels for case in (label[0], label[0].upper())})
    words = "|".join(map(re.escape, labels))
    # Most lines are told by their first letter, before words are compared in any case.
    return re.compile(
        rf"\n[-*_+ \t]*+(?:(?:[^\S\n]|(?i:\[optional\]))[-*_+ \t]*+)*+(?=[{firsts}])(?i:{words})"
    )


def _section(draft: Draft, how: str, path: str, section: Section, at: Steps) -> None:
    if how == "text":
        _prose(draft, path, section, at)
    elif how == "items":
        _items(draft, path, section["items"], (*at, "items"))
    elif how == "biases":
        for index, item in enumerate(section["items"]):
            _item(draft, f"{path}[{index}].description", item, (*at, "items", index))
    elif how == "risks":
        _risks(draft, path, section, at)
    elif how == "data":
        _training_data(draft, path, section, at)
    else:
        _listed(draft, how, path, section, at)


def _items(draft: Draft, path: str, items: list[str], source: Steps) -> None:
    reasons = list(map(unsaid, items))
    if not any(reasons):
        draft.texts(path, items, source)
        return
    for index, (item, reason) in enumerate(zip(items, reasons, strict=True)):
        _put(draft, f"{path}[+]", item, reason, (*source, index))


def _item(draft: Draft, path: str, item: str, source: Steps) -> None:
    _put(draft, path, item, unsaid(item), source)


def _put(draft: Draft, path: str, item: str, reason: str, source: Steps) -> None:
    if reason:
        draft.gap(path, reason, source)
    else:
        draft.put(path, item, source)


def _prose(draft: Draft, path: str, section: Section, at: Steps) -> None:
    """All lines that say something; those that are only a label of a placeholder, or the template's, do not.

    A description is more than labelled lines, which are read by their labels.
    """
    lines = section["lines"]
    if not lines:
        return
    is_description = path in _DESCRIPTIONS and folded(section["heading"]) not in DATASHEET
    # Whether a line is labelled is told faster than whether it says something, and most of a description are.
    reasons = (
        [_not_prose(line) or unsaid(line) for line in lines] if is_description else [*map(unsaid, lines)]
    )
    if "" in reasons:
        said = "\n".join([line for line, reason in zip(lines, reasons, strict=True) if not reason])
        draft.put(path, said, (*at, "lines", reasons.index("")))
    else:
        draft.gap(path, (is_description and unsaid(lines[0])) or reasons[0], (*at, "lines", 0))


def _not_prose(line: str) -> str:
    return "labelled lines or a table only" if line[0] == "|" or _LABELLED.match(line) else ""


def _risks(draft: Draft, dimension: str, section: Section, at: Steps) -> None:
    for index, item in enumerate(section["items"]):
        entry, source = draft.entry("risk.entries"), (*at, "items", index)
        reason = unsaid(item)
        _put(draft, f"{entry}.description", item, reason, source)
        if not reason:
            draft.put(f"{entry}.dimension", dimension, source)


def _training_data(draft: Draft, path: str, section: Section, at: Steps) -> None:
    """A description, where the front matter names no dataset."""
    if "training_data" not in draft.tree or "datasets" not in draft.tree["training_data"]:
        _prose(draft, f"{path}[0].description", section, at)
        if draft.has(draft.steps(f"{path}[0].description")):
            draft.put(f"{path}[0].role", "training", (*at, "lines", 0))


def _listed(draft: Draft, how: str, path: str, section: Section, at: Steps) -> None:
    """Bullets as the Trainer of transformers writes them: ``- learning_rate: 2e-05``, ``- Transformers 4.11.3``."""
    for index, item in enumerate(section["items"]):
        label, value, _ = label_of(item)
        if how == "settings" and label and value:
            draft.put_key(path, item[: item.index(":")].strip(" *_"), value, (*at, "items", index))
        elif how == "tools" and (tool := _TOOL.fullmatch(item)):
            entry = _library(draft, tool[1]) or draft.entry(path)
            if not draft.has(draft.steps(f"{entry}.name")):
                draft.put(f"{entry}.name", tool[1], (*at, "items", index))
            draft.put(f"{entry}.version", tool[2], (*at, "items", index))


def _library(draft: Draft, name: str) -> str:
    """The path of the tool that the front matter names as `library_name`, without a version, if it is this one."""
    known = draft.tree.get("tooling", {}).get("components", [])
    if not known or "version" in known[0]:
        return ""
    given = known[0].get("name")
    is_it = type(given) is str and given.casefold() == name.casefold()
    return "tooling.components[0]" if is_it else ""


def _labels(draft: Draft, labels: dict[str, str], section: Section, at: Steps) -> None:
    """Labels fill what nothing else did."""
    for index, line in enumerate(section["lines"]):
        label, end = label_before(line)
        path = labels.get(label, "")
        value = line[end:].strip(" *_") if path else ""
        if not value or draft.has(draft.steps(path.removesuffix("[+]"))):
            continue
        source = (*at, "lines", index)
        if path == "compute.training_co2_kg":
            _emissions(draft, path, value, source)
        else:
            _item(draft, path, value, source)
            if path == "provenance.events[0].actor":
                draft.put("provenance.events[0].type", "creation", source)


def _emissions(draft: Draft, path: str, value: str, source: Steps) -> None:
    match = _WEIGHT.fullmatch(value)
    if match is not None:
        draft.put(path, Decimal(match[1]) * _KILOGRAMS[match[2][0].lower()], source)
    else:
        draft.gap(path, unsaid(value) or f"`{value[:60]}` is no weight with its unit", source)


def _name(draft: Draft, body: list[Section]) -> None:
    """From the first heading of the first level, without "Model Card for"; else a dataset's title."""
    for index, section in enumerate(body):
        if section["level"] == 1:
            name = _TITLE.sub("", section["heading"], count=1).strip(" \t*`'\"#")
            template = name.startswith("[") and name.endswith("]")  # [Dataset Name]
            if (
                name
                and not template
                and not {name.lower(), folded(name)} & _NO_NAMES
                and not absence(name)
                and len(name) <= 200
            ):
                draft.put("metadata.name", name, ("body", index))
            break
    title = draft.tree.get("metadata", {}).get("title")
    if type(title) is str and not absence(title):
        draft.put("metadata.name", title, draft.origins["metadata", "title"])
