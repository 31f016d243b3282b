"""Scan reports of Giskard 2 (``ScanReport.to_json``) to security tests and evaluation tests of a Model.

The report maps each group of detectors that ran to the issues it found, by level. An empty group was searched and
nothing was found; a group that is not in the report was not run, and nothing follows from that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.draft import Draft, elements, mapping
from aims_policy.manifest.paths import KEY
from aims_policy.manifest.runs import Given, Run, Verdict, put_verdict

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("giskard-scan",)
TITLE = "Giskard scan report"
VERSIONS = "2"
STRENGTH = "tool"
IGNORED: frozenset[str] = frozenset()

_LEVELS = ("major", "medium", "minor")
# The issue groups of giskard.scanner: how the model is attacked, or "" where it is only evaluated.
_GROUPS = {
    "robustness": "stress",
    "ethical": "",
    "performance": "",
    "performance bias": "",
    "overconfidence": "",
    "underconfidence": "",
    "data leakage": "",
    "stochasticity": "",
    "spurious correlation": "",
    "harmfulness": "red_team",
    "stereotypes": "red_team",
    "hallucination and misinformation": "red_team",
    "sensitive information disclosure": "red_team",
    "output formatting": "",
    "prompt injection": "prompt_injection",
    "injection attacks": "prompt_injection",
    "control character injection": "prompt_injection",
}


def detect(document: Located) -> str:
    """Nothing but known groups, each with known levels of lists of issues."""
    value = document.value
    if type(value) is not dict or not value:
        return ""
    for group, levels in value.items():
        if group.casefold() not in _GROUPS or type(levels) is not dict:
            return ""
        if any(level not in _LEVELS or type(issues) is not list for level, issues in levels.items()):
            return ""
    return "giskard-scan"


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    for group, levels in mapping(document.value).items():
        if type(levels) is dict and group.casefold() in _GROUPS:
            _group(draft, group, levels)
    return [draft] if draft.tree else []


def _group(draft: Draft, group: str, levels: dict[str, Any]) -> None:
    found = [one for level in _LEVELS for one in elements(levels.get(level), (group, level))]
    kind, at = _GROUPS[group.casefold()], (group,)
    path = draft.entry("robustness.tests" if kind else "evaluation.tests")
    draft.used.add(at)
    draft.put(f"{path}.name", group, (*at, KEY))
    run = Run(tool=Given("giskard", (*at, KEY)))
    source = found[0][1] if found else at
    put_verdict(draft, path, Verdict(not found, "", source))
    if kind:
        draft.put(f"{path}.type", kind, (*at, KEY))
        run.of_attack(draft, path, at)
    else:
        run.of_test(draft, path)
        if found:
            draft.text(f"{path}.message", found[0][0], found[0][1])
