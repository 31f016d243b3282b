"""Results of promptfoo (``promptfoo eval -o results.json``), versions 1 to 3, to tests of a Model for each provider.

Read are the export, its ``results`` alone, and the rows alone: a list of them, or ``-o results.jsonl``.

A result with ``metadata.pluginId`` belongs to a red-team run: those of one plugin and strategy are the attempts of one
security test. Others are tests of an evaluation. ``failureReason`` 2 (or an error without a grading) tells that the
call itself failed, which is no fail of the model and no pass either. A run that counts more failures than its results
show is a failed test of its own, so that cutting results out hides nothing.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import told_by
from aims_policy.manifest.foreign.draft import Draft, elements, mapping
from aims_policy.manifest.foreign.metrics import exact_number
from aims_policy.manifest.foreign.runs import Run, Verdict, given, put_verdict, said, tool_of

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps

FORMATS = ("promptfoo",)
TITLE = "promptfoo result"
VERSIONS = "result versions 1 to 3, JSON and JSON Lines"
STRENGTH = "tool"
HOLDS = "each result has `success` or `gradingResult`"
KEYS = told_by("results")
IGNORED = frozenset(
    """evalId config shareableUrl metadata results.version version author vars prompts stats table
    traces""".split()  # noqa: SIM905 - a list of words reads better
)

_FRAME = frozenset(["version", "timestamp", "prompts", "stats"])
_ASKED = frozenset(["prompt", "vars", "provider", "testCase"])
_OWN = frozenset("gradingResult promptIdx testIdx failureReason testCase namedScores".split())  # noqa: SIM905 - words
_LOOKED_AT = 50
_ERROR = 2  # of `failureReason`: 0 none, 1 an assertion, 2 the call
_TYPES = {"prompt-injection": "prompt_injection", "indirect-prompt-injection": "prompt_injection"}
_STRATEGIES = {"jailbreak": "jailbreak", "prompt-injection": "prompt_injection"}


def detect(document: Located) -> str:
    results = _results(document.value)
    if results is None:
        return ""
    frame, rows, _ = results
    if type(document.value) is list:
        own = all(_is_row(row) and not _OWN.isdisjoint(row) for row in rows[:_LOOKED_AT])
        return "promptfoo" if rows and own else ""
    if not _FRAME & frame.keys() or (rows and not _is_row(rows[0])):
        return ""
    inside = frame is not document.value
    return "promptfoo" if inside or "successes" in mapping(frame.get("stats")) else ""


def _results(value: Any) -> tuple[dict[str, Any], list[Any], Steps] | None:
    """What holds the rows, the rows, and where the rows are."""
    if type(value) is list:
        return {}, value, ()
    outer = mapping(value)
    inner = outer.get("results")
    if type(inner) is dict and type(inner.get("results")) is list:
        return inner, inner["results"], ("results", "results")
    return (outer, inner, ("results",)) if type(inner) is list and "stats" in outer else None


def _is_row(row: Any) -> bool:
    """A graded answer to a prompt, or to the variables of one."""
    fields = mapping(row).keys()
    return ("success" in fields or "gradingResult" in fields) and not fields.isdisjoint(_ASKED)


def convert(document: Located, _format: str) -> list[Draft]:
    value = mapping(document.value)
    frame, rows, at = _results(document.value) or ({}, [], ())
    told = mapping(value.get("metadata")).get("promptfooVersion")
    tool = tool_of("promptfoo", told, ("metadata", "promptfooVersion"), at[:1] or (0,))
    run = Run(tool, given(frame.get("timestamp"), (*at[:-1], "timestamp")))
    by_provider: dict[str, list[tuple[dict[str, Any], Steps]]] = {}
    for result, place in elements(rows, at):
        if type(result) is dict and ("success" in result or "gradingResult" in result):
            by_provider.setdefault(str(_provider(result, place)[0]), []).append((result, place))
    drafts = [_draft(document, results_, run) for results_ in by_provider.values()]
    _check_counts(drafts, mapping(frame.get("stats")), (*at[:-1], "stats"), by_provider, run)
    return drafts


def _check_counts(
    drafts: list[Draft],
    stats: dict[str, Any],
    at: Steps,
    by_provider: dict[str, list[tuple[dict[str, Any], Steps]]],
    run: Run,
) -> None:
    """Failures that the run counts and its results do not show: of which of several models, nobody can say."""
    failures, errors = exact_number(stats.get("failures")), exact_number(stats.get("errors")) or 0
    shown = sum(result.get("success") is not True for rows in by_provider.values() for result, _ in rows)
    if failures is None or failures + errors <= shown:
        return
    reason = f"the run counts {failures + errors} results that did not succeed and shows {shown}"
    for draft in drafts:
        path = draft.entry("evaluation.tests")
        draft.put(f"{path}.name", "all results", (*at, "failures"))
        verdict = Verdict(False if len(drafts) == 1 else None, reason, (*at, "failures"))
        put_verdict(draft, path, verdict)
        run.of_test(draft, path)


def _draft(document: Located, results: list[tuple[dict[str, Any], Steps]], run: Run) -> Draft:
    draft = Draft("Model", document)
    draft.used.update([("metadata",), ("results", "prompts"), ("results", "stats"), ("results", "table")])
    attacks: dict[str, list[tuple[dict[str, Any], Steps]]] = {}
    for result, at in results:
        draft.used.add(at)
        draft.text("metadata.name", *_provider(result, at))
        metadata = mapping(result.get("metadata"))
        if type(metadata.get("pluginId")) is str:
            named = f"{metadata['pluginId']} / {metadata.get('strategyId') or 'basic'}"
            attacks.setdefault(named, []).append((result, at))
        else:
            _test(draft, result, at, run)
    for name, attempts in attacks.items():
        _attack(draft, name, attempts, run)
    return draft


def _provider(result: dict[str, Any], at: Steps) -> tuple[Any, Steps]:
    provider = result.get("provider")
    return (
        (provider.get("id"), (*at, "provider", "id"))
        if type(provider) is dict
        else (provider, (*at, "provider"))
    )


def _test(draft: Draft, result: dict[str, Any], at: Steps, run: Run) -> None:
    path = draft.entry("evaluation.tests")
    _name(draft, path, result, at)
    verdict = _verdict(result, at)
    put_verdict(draft, path, verdict)
    if verdict.passed is False:
        reason = mapping(result.get("gradingResult")).get("reason")
        draft.text(f"{path}.message", reason, (*at, "gradingResult", "reason"))
    run.of_test(draft, path)


def _attack(draft: Draft, name: str, attempts: list[tuple[dict[str, Any], Steps]], run: Run) -> None:
    """Attempts that could not be made count neither way; where one of them is all there is, nothing is known."""
    path, (first, at) = draft.entry("robustness.tests"), attempts[0]
    source, plugin = (*at, "metadata", "pluginId"), first["metadata"]["pluginId"]
    strategy = str(first["metadata"].get("strategyId")).partition(":")[0]
    draft.put(f"{path}.name", name, source)
    draft.put(f"{path}.type", _TYPES.get(plugin) or _STRATEGIES.get(strategy, "red_team"), source)
    run.of_attack(draft, path, at)
    verdicts = [_verdict(result, place) for result, place in attempts]
    made = [verdict for verdict in verdicts if verdict.passed is not None]
    hits = [verdict for verdict in made if verdict.passed is False]
    if made:
        draft.put(f"{path}.attempts", len(made), made[0].source)
        draft.put(f"{path}.successes", len(hits), (hits or made)[0].source)
        draft.put(f"{path}.success_rate", Decimal(len(hits)) / len(made), (hits or made)[0].source)
    unmade = [verdict for verdict in verdicts if verdict.passed is None]
    put_verdict(draft, path, (hits or unmade or made)[0])


def _name(draft: Draft, path: str, result: dict[str, Any], at: Steps) -> None:
    """What the author called the test, else the prompt it gives."""
    case, prompt = mapping(result.get("testCase")), mapping(result.get("prompt"))
    draft.text(f"{path}.name", case.get("description") or None, (*at, "testCase", "description"))
    for field in ("label", "raw"):
        draft.text(f"{path}.name", prompt.get(field), (*at, "prompt", field))


def _verdict(result: dict[str, Any], at: Steps) -> Verdict:
    success, grading = result.get("success"), mapping(result.get("gradingResult"))
    if result.get("failureReason") == _ERROR or (result.get("error") and not grading):
        return Verdict(None, said("the test could not run", result.get("error")), (*at, "error"))
    if type(success) is bool:
        return Verdict(success, "", (*at, "success"))
    if type(grading.get("pass")) is bool:
        return Verdict(grading["pass"], "", (*at, "gradingResult", "pass"))
    return Verdict(None, "neither passed nor failed", at)
