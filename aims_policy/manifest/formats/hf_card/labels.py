"""What labelled items and two-column tables say in the sections that tell what a model is and is for.

``- **Version:** 1.1`` is the model's version under "Model Details", and under "Environment" that of something else.
Only what no heading and no front matter says is filled in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.manifest.formats.hf_card.headings import folded
from aims_policy.manifest.formats.hf_card.prose import label_of, unsaid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.foreign.sections import Section
    from aims_policy.manifest.paths import Steps

_DETAILS = frozenset(
    ["model details", "model overview", "model description", "model information", "model summary", "overview"]
)
_USES = frozenset(["intended use", "intended uses", "uses", "intended use & limitations", "use"])
_OF_DETAILS = {
    **dict.fromkeys(("version", "model version"), "metadata.version"),
    **dict.fromkeys(("task", "problem type"), "design.task"),
    **dict.fromkeys(("architecture", "model architecture"), "design.architecture"),
    **dict.fromkeys(("algorithm", "model algorithm"), "design.algorithm"),
    **dict.fromkeys(("framework", "library"), "tooling.components[0].name"),
    **dict.fromkeys(("input", "inputs", "input format"), "design.inputs[+]"),
    **dict.fromkeys(("output", "outputs", "output format"), "design.outputs[+]"),
    **dict.fromkeys(("sha256", "artifact sha256", "model sha256"), "provenance.artifact_digest"),
    **dict.fromkeys(("purpose", "intended use"), "intended_use.summary"),
}
_OF_USES = {
    **dict.fromkeys(
        ("primary use", "primary uses", "primary use case", "primary use cases", "use case", "use cases"),
        "intended_use.use_cases[+]",
    ),
    **dict.fromkeys(
        ("users", "intended users", "primary users", "primary intended users", "target users"),
        "intended_use.users[+]",
    ),
    **dict.fromkeys(
        ("out-of-scope", "out of scope", "out-of-scope use", "out-of-scope uses", "not intended for"),
        "intended_use.out_of_scope[+]",
    ),
}
_EMPHASIS = re.compile(r"[*`]")
_LONGEST = 400
"""Longer values are prose that begins with a word and a colon, unless they say what a model is not for."""


def fill_labels(draft: Draft, body: list[Section]) -> None:
    """The labelled values of a model's card."""
    for index, section in enumerate(body):
        heading = folded(section["heading"])
        labels = _OF_DETAILS if heading in _DETAILS else _OF_USES if heading in _USES else {}
        if labels:
            for label, value, at in _labelled(section, ("body", index)):
                path = labels.get(label, "")
                if (
                    path
                    and value
                    and not unsaid(value)
                    and not draft.has(draft.steps(path.removesuffix("[+]")))
                ):
                    _put(draft, path, value, at)


def _put(draft: Draft, path: str, value: str, at: Steps) -> None:
    if path == "provenance.artifact_digest":
        draft.digest(path, value, at)
    elif path.endswith("[+]") or len(value) <= _LONGEST:
        draft.put(path, value, at)


def _labelled(section: Section, at: Steps) -> Iterator[tuple[str, str, Steps]]:
    """(label, value, where) of the items, and of the rows of tables with two columns."""
    for index, item in enumerate(section["items"]):
        label, value, _ = label_of(item)
        yield label, _EMPHASIS.sub("", value), (*at, "items", index)
    for index, line in enumerate(section["lines"]):
        if line.startswith("|") and line.count("|") == 3:
            cells = [_EMPHASIS.sub("", cell).strip() for cell in line.strip("|").split("|")]
            yield cells[0].casefold(), cells[1], (*at, "lines", index)
