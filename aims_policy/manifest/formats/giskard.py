"""Scan reports of Giskard 2 (``ScanReport.to_json``) to security tests and evaluation tests of a Model.

The report maps the class of each detector to the issues that it found, by level. A detector that failed is written as
one that found nothing (the scanner catches its exception and goes on), so only what was found is evidence: of an empty
entry it cannot be said that it passed. A detector that is not in the report was not run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.runs import Given, Run, Verdict, put_verdict
from aims_policy.manifest.paths import KEY

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located

FORMATS = ("giskard-scan",)
TITLE = "Giskard scan report"
VERSIONS = "2"
STRENGTH = "tool"
IGNORED: frozenset[str] = frozenset()

_LEVELS = ("major", "medium", "minor")
_SILENT = "nothing was found, and the report says the same of a detector that failed"
# The detectors of giskard.scanner: how the model is attacked, or "" where it is only evaluated.
_DETECTORS = {
    "TextPerturbationDetector": "stress",
    "NumericalPerturbationDetector": "stress",
    "LLMPromptInjectionDetector": "prompt_injection",
    "LLMCharsInjectionDetector": "prompt_injection",
    **dict.fromkeys(
        (
            *("LLMHarmfulContentDetector", "LLMStereotypesDetector", "LLMInformationDisclosureDetector"),
            *("LLMBasicSycophancyDetector", "LLMImplausibleOutputDetector", "LLMFaithfulnessDetector"),
        ),
        "red_team",
    ),
    **dict.fromkeys(
        (
            *(
                "PerformanceBiasDetector",
                "OverconfidenceDetector",
                "UnderconfidenceDetector",
                "EthicalBiasDetector",
            ),
            *("DataLeakageDetector", "StochasticityDetector", "SpuriousCorrelationDetector"),
            "LLMOutputFormattingDetector",
        ),
        "",
    ),
}

KEYS = told_by(*_DETECTORS)


def detect(document: Located) -> str:
    """Nothing but detectors, one of Giskard's own among them, each with known levels of lists of issues."""
    value = document.value
    if type(value) is not dict or not value.keys() & _DETECTORS.keys():
        return ""
    for detector, levels in value.items():
        if not detector.endswith("Detector") or type(levels) is not dict:
            return ""
        if any(level not in _LEVELS or type(issues) is not list for level, issues in levels.items()):
            return ""
    return "giskard-scan"


def convert(document: Located, _format: str) -> list[Draft]:
    draft = Draft("Model", document)
    for detector, levels in mapping(document.value).items():
        if type(levels) is dict:
            _detector(draft, detector, levels)
    return [draft] if draft.tree else []


def _detector(draft: Draft, detector: str, levels: dict[str, Any]) -> None:
    found = [one for level in _LEVELS for one in elements(levels.get(level), (detector, level))]
    kind, at = _DETECTORS.get(detector, ""), (detector,)
    path = draft.entry("robustness.tests" if kind else "evaluation.tests")
    draft.used.add(at)
    draft.put(f"{path}.name", detector, (*at, KEY))
    put_verdict(draft, path, Verdict(False, "", found[0][1]) if found else Verdict(None, _SILENT, at))
    run = Run(tool=Given("giskard", (*at, KEY)))
    if kind:
        draft.put(f"{path}.type", kind, (*at, KEY))
        run.of_attack(draft, path, at)
    else:
        run.of_test(draft, path)
        if found:
            draft.text(f"{path}.message", found[0][0], found[0][1])
