"""What headings and labels of the Hub's card templates, in their present and older forms, hold.

A heading leads to (how, path): "text" is all prose of the section, "items" its bullets or paragraphs, the others
say for themselves. A label is a line such as ``- **Hardware Type:** A100``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from aims_policy.manifest.formats.hf_card.translations import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Sequence

MODEL = {
    "model description": ("text", "metadata.description"),
    "model details": ("text", "metadata.description"),
    "model summary": ("text", "metadata.description"),
    "model overview": ("text", "metadata.description"),
    "overview": ("text", "metadata.description"),
    "uses": ("text", "intended_use.summary"),
    "intended use": ("text", "intended_use.summary"),
    "intended uses": ("text", "intended_use.summary"),
    "intended uses & limitations": ("text", "intended_use.summary"),
    "intended uses and limitations": ("text", "intended_use.summary"),
    "direct use": ("items", "intended_use.use_cases"),
    "primary intended uses": ("items", "intended_use.use_cases"),
    "primary uses": ("items", "intended_use.use_cases"),
    "primary use cases": ("items", "intended_use.use_cases"),
    "use cases": ("items", "intended_use.use_cases"),
    "primary intended users": ("items", "intended_use.users"),
    "intended users": ("items", "intended_use.users"),
    "purpose": ("text", "intended_use.summary"),
    "intended purpose": ("text", "intended_use.summary"),
    "downstream use": ("items", "intended_use.use_cases"),
    "out-of-scope use": ("items", "intended_use.out_of_scope"),
    "out of scope use": ("items", "intended_use.out_of_scope"),
    "out-of-scope uses": ("items", "intended_use.out_of_scope"),
    "out of scope uses": ("items", "intended_use.out_of_scope"),
    "out-of-scope use cases": ("items", "intended_use.out_of_scope"),
    "out of scope": ("items", "intended_use.out_of_scope"),
    "out-of-scope": ("items", "intended_use.out_of_scope"),
    "not intended for": ("items", "intended_use.out_of_scope"),
    "misuse and out-of-scope use": ("items", "intended_use.out_of_scope"),
    "misuse, malicious use, and out-of-scope use": ("items", "intended_use.out_of_scope"),
    "limitations": ("items", "limitations.known"),
    "known limitations": ("items", "limitations.known"),
    "limitations and risks": ("items", "limitations.known"),
    "limitations & risks": ("items", "limitations.known"),
    "risks and limitations": ("items", "limitations.known"),
    "caveats": ("items", "limitations.known"),
    "caveats and limitations": ("items", "limitations.known"),
    "limitations and caveats": ("items", "limitations.known"),
    "relevant factors": ("items", "limitations.known"),
    "limitations and recommendations": ("items", "limitations.known"),
    "limitations & recommendations": ("items", "limitations.known"),
    "limitations and bias": ("items", "limitations.known"),
    "limitations and biases": ("items", "limitations.known"),
    "bias and limitations": ("items", "limitations.known"),
    "bias, risks, and limitations": ("items", "limitations.known"),
    "risks, limitations and biases": ("items", "limitations.known"),
    "known biases": ("items", "limitations.biases"),
    "bias": ("items", "limitations.biases"),
    "biases": ("items", "limitations.biases"),
    "bias and fairness": ("items", "limitations.biases"),
    "bias & fairness": ("items", "limitations.biases"),
    "fairness and bias": ("items", "limitations.biases"),
    "recommendations": ("text", "limitations.recommendations"),
    "caveats & recommendations": ("text", "limitations.recommendations"),
    "caveats and recommendations": ("text", "limitations.recommendations"),
    "ethical considerations": ("risks", "ethical"),
    "fairness and ethical considerations": ("risks", "ethical"),
    "ethical considerations and risks": ("risks", "ethical"),
    "preprocessing": ("text", "training_data.preprocessing"),
    "training data": ("data", "training_data.datasets"),
    "training procedure": ("text", "design.training_method"),
    "training": ("text", "design.training_method"),
    "training hyperparameters": ("settings", "design.hyperparameters"),
    "architecture": ("text", "design.architecture"),
    "model architecture": ("text", "design.architecture"),
    "model architecture and objective": ("text", "design.architecture"),
    "evaluation": ("text", "evaluation.protocol"),
    "metrics": ("text", "evaluation.protocol"),
    "testing data": ("text", "evaluation.protocol"),
    "evaluation data": ("text", "evaluation.protocol"),
    "test data": ("text", "evaluation.protocol"),
    "evaluation procedure": ("text", "evaluation.protocol"),
    "explainability": ("text", "explainability.description"),
    "interpretability": ("text", "explainability.description"),
    "model examination": ("text", "explainability.description"),
    "hardware": ("text", "compute.hardware"),
    "framework versions": ("tools", "tooling.components"),
    "model card contact": ("text", "metadata.owner"),
    "model card authors": ("text", "metadata.owner"),
}
DATASET = {
    "dataset summary": ("text", "content.summary"),
    "dataset description": ("text", "content.summary"),
    "data fields": ("items", "content.features"),
    "source data": ("text", "acquisition.method"),
    "initial data collection and normalization": ("text", "acquisition.method"),
    "data collection and processing": ("text", "acquisition.method"),
    "who are the source language producers?": ("text", "acquisition.subjects"),
    "who are the source data producers?": ("text", "acquisition.subjects"),
    "annotations": ("text", "preparation.annotation.protocol"),
    "annotation process": ("text", "preparation.annotation.protocol"),
    "who are the annotators?": ("text", "preparation.annotation.annotators"),
    "personal and sensitive information": ("text", "governance.privacy_handling"),
    "curation rationale": ("text", "preparation.selection_criteria"),
    "licensing information": ("text", "acquisition.license"),
    "social impact of dataset": ("risks", "societal"),
    "discussion of biases": ("biases", "quality.known_biases"),
    "bias, risks, and limitations": ("items", "limitations.known"),
    "other known limitations": ("items", "limitations.known"),
    "known limitations": ("items", "limitations.known"),
    "known data-quality issues": ("items", "limitations.known"),
    "data quality and limitations": ("items", "limitations.known"),
    "known biases": ("biases", "quality.known_biases"),
    "limitations": ("items", "limitations.known"),
    "recommendations": ("text", "limitations.recommendations"),
    "uses": ("text", "intended_use.summary"),
    "intended use": ("text", "intended_use.summary"),
    "direct use": ("items", "intended_use.use_cases"),
    "out-of-scope use": ("items", "intended_use.out_of_scope"),
    "supported tasks and leaderboards": ("text", "intended_use.summary"),
    "dataset card contact": ("text", "metadata.owner"),
    "dataset card authors": ("text", "metadata.owner"),
}
DATASHEET = {
    "motivation": ("text", "intended_use.summary"),
    "composition": ("text", "content.summary"),
    "collection": ("text", "acquisition.method"),
    "collection process": ("text", "acquisition.method"),
    "data collection": ("text", "acquisition.method"),
    "data collection process": ("text", "acquisition.method"),
    "preprocessing": ("text", "preparation.steps[0].description"),
    "preprocessing, cleaning, labeling": ("text", "preparation.steps[0].description"),
    "preprocessing, cleaning, and labeling": ("text", "preparation.steps[0].description"),
    "preprocessing, labeling": ("text", "preparation.steps[0].description"),
    "preprocessing and cleaning": ("text", "preparation.steps[0].description"),
    "distribution": ("text", "governance.access"),
    "maintenance": ("text", "governance.maintenance"),
    "distribution and maintenance": ("text", "governance.maintenance"),
    "distribution & maintenance": ("text", "governance.maintenance"),
    # Some questions of "Datasheets for Datasets", where they are headings.
    "for what purpose was the dataset created?": ("text", "intended_use.summary"),
    "what do the instances that comprise the dataset represent?": ("text", "content.summary"),
    "how was the data associated with each instance acquired?": ("text", "acquisition.method"),
    "was any preprocessing, cleaning, labeling of the data done?": (
        "text",
        "preparation.steps[0].description",
    ),
    "are there tasks for which the dataset should not be used?": ("items", "intended_use.out_of_scope"),
    "who is supporting, hosting, maintaining the dataset?": ("text", "governance.maintenance"),
    "will the dataset be updated?": ("text", "governance.maintenance"),
}
"""Sections of "Datasheets for Datasets" (Gebru et al.); in a file that is none of these they may be anybody's."""

LAST = frozenset(
    ["dataset description", "motivation",
     "model details", "source data", "annotations", "metrics", "testing data", "test data",
     "evaluation data",
     "model card authors", "dataset card authors"]
)  # fmt: skip
"""In the templates these open with links and labels, or another section says it better, and so goes first."""

MODEL_LABELS = {
    "license": "provenance.license",
    "language(s) (nlp)": "design.languages[+]",
    "language(s)": "design.languages[+]",
    "finetuned from model": "provenance.base_models[0].ref",
    "model type": "design.architecture",
    "repository": "provenance.repository",
    "hardware type": "compute.hardware",
    "cloud provider": "compute.provider",
    "compute region": "compute.region",
    "carbon emitted": "compute.training_co2_kg",
}
DATASET_LABELS = {
    "license": "acquisition.license",
    "language(s) (nlp)": "content.languages[+]",
    "language(s)": "content.languages[+]",
    "curated by": "provenance.events[0].actor",
    "point of contact": "metadata.owner",
}

_DROPPED = re.compile(r"[^\w\s&,?-]")
_SLASH = re.compile(r"\s*/\s*")
_NUMBERING = "0123456789. \t"
_LONGEST = 200
"""Longer headings are in no template."""


def folded(heading: str) -> str:
    """A heading as the tables have it: in English, no case, emphasis, emoji, numbering or "[optional]".

    >>> folded("## 2. Out-of-Scope Use [optional]".lstrip("# "))
    'out-of-scope use'
    """
    return _folded(heading) if len(heading) <= _LONGEST else ""


def all_folded(headings: Sequence[str]) -> list[str]:
    """As `folded`, of every heading of a card."""
    if max(map(len, headings), default=0) <= _LONGEST:
        return list(map(_folded, headings))
    return list(map(folded, headings))


@lru_cache(maxsize=512)
def _folded(heading: str) -> str:
    text = heading.casefold().replace("[optional]", "").replace("(optional)", "")
    text = _SLASH.sub(", ", text)
    text = _DROPPED.sub("", text.lstrip(_NUMBERING)).strip()
    return ENGLISH.get(text, text)
