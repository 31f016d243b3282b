"""Results of Giskard 3's suites and scans (``SuiteResult.model_dump_json``) to tests of a Model.

A scenario is one test, by the worst of its own status and those of its steps: Giskard calls a scenario without steps
passed, which has shown nothing. Scenarios that carry a ``threat-type`` are attacks. A suite whose count tells of more
failures than its scenarios show is a failed test of its own, so that cutting scenarios out hides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Given, Run, Verdict, put_verdict, said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("giskard-suite",)
TITLE = "Giskard suite or scan result"
VERSIONS = "3"
STRENGTH = "tool"
IGNORED = frozenset(
    """duration_ms recommendation passed_count errored_count skipped_count pass_rate""".split()  # noqa: SIM905 - a list of words
)

_THREAT = "threat-type:"
_TYPES = {"prompt-injection": "prompt_injection", "jailbreak": "jailbreak"}


def detect(document: Located) -> str:
    """A list of nothing but scenarios, each with its name and its steps."""
    results = mapping(document.value).get("results")
    if type(results) is not list or not results:
        return ""
    scenarios = all({"scenario_name", "steps"} <= mapping(result).keys() for result in results)
    return "giskard-suite" if scenarios else ""


def convert(document: Located, _format: str) -> list[Draft]:
    draft, failed = Draft("Model", document), 0
    suite = mapping(document.value)
    for scenario, at in elements(suite.get("results"), ("results",)):
        failed += _scenario(draft, mapping(scenario), at)
    counted = exact_number(suite.get("failed_count"))
    if counted is not None and counted > failed:
        _hidden(draft, f"the suite counts {counted} failed scenarios and shows {failed}", ("failed_count",))
    draft.used.add(("failed_count",))
    return [draft] if draft.tree else []


def _scenario(draft: Draft, scenario: dict[str, Any], at: Steps) -> bool:
    """Whether it failed."""
    threat = next(((tag, place) for tag, place in _tags(scenario, at) if tag.startswith(_THREAT)), None)
    path = draft.entry("robustness.tests" if threat else "evaluation.tests")
    run, verdict = Run(tool=Given("giskard", at)), _verdict(scenario, at)
    draft.used.add(at)
    draft.text(f"{path}.name", scenario.get("scenario_name"), (*at, "scenario_name"))
    put_verdict(draft, path, verdict)
    if threat:
        draft.put(f"{path}.type", _TYPES.get(threat[0].removeprefix(_THREAT), "red_team"), threat[1])
        run.of_attack(draft, path, at)
    else:
        run.of_test(draft, path)
        if verdict.passed is False and verdict.reason:
            draft.put(f"{path}.message", verdict.reason, verdict.source)
    return verdict.passed is False


def _tags(scenario: dict[str, Any], at: Steps) -> Iterator[tuple[str, Steps]]:
    for tag, place in elements(scenario.get("tags"), (*at, "tags")):
        if type(tag) is str:
            yield tag, place


def _verdict(scenario: dict[str, Any], at: Steps) -> Verdict:
    """Failed where anything failed; passed where the scenario did and a check in it."""
    checks = list(_checks(scenario, at))
    told = [(scenario, at), *_steps(scenario, at), *checks]
    for one, place in told[::-1]:  # a check says why
        if one.get("status") == "fail":
            message = one.get("message")
            return Verdict(
                False, message if type(message) is str else "", (*place, "message" if message else "status")
            )
    for one, place in told[::-1]:
        if one.get("status") == "error":
            reason = said("the scenario could not run", one.get("message"))
            return Verdict(None, reason, (*place, "status"))
    if scenario.get("status") == "pass" and any(check.get("status") == "pass" for check, _ in checks):
        return Verdict(True, "", (*at, "status"))
    return Verdict(None, "no check passed or failed", (*at, "status") if "status" in scenario else at)


def _steps(scenario: dict[str, Any], at: Steps) -> Iterator[tuple[dict[str, Any], Steps]]:
    for step, place in elements(scenario.get("steps"), (*at, "steps")):
        yield mapping(step), place


def _checks(scenario: dict[str, Any], at: Steps) -> Iterator[tuple[dict[str, Any], Steps]]:
    for step, place in _steps(scenario, at):
        for check, inner in elements(step.get("results"), (*place, "results")):
            yield mapping(check), inner


def _hidden(draft: Draft, reason: str, at: Steps) -> None:
    path = draft.entry("evaluation.tests")
    draft.put(f"{path}.name", "suite", at)
    put_verdict(draft, path, Verdict(False, reason, at))
    draft.put(f"{path}.message", reason, at)
    Run(tool=Given("giskard", at)).of_test(draft, path)
