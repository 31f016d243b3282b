"""The findings of all rules on one manifest. The compiled rules decide; why is found out when somebody asks.

What findings say that follows from the rules, their outcomes and the environment is made once. A decision adds only
what they will be explained from, once they are looked at: a manifest's caller may never look at most of it.
"""

from __future__ import annotations

from itertools import compress
from operator import getitem
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aims_policy.decision.record import Explanation, Finding, Unexplained
from aims_policy.language.operations import arithmetic
from aims_policy.later import Later
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aims_policy.decision.context import Scene
    from aims_policy.decision.disagreement import Worst
    from aims_policy.decision.explain import Places
    from aims_policy.policy.bundle import Bundle, Checks, Rule

    Outcomes = tuple[Finding, ...]
    """A rule's finding for each outcome code."""

# The codes that compiled rules give (language/compiler.py), in order.
CODES = ("pass", "fail", "missing", "not_applicable", "error")
_PASS, _NOT_APPLICABLE, _ERROR = 0, 3, 4
_PLAIN = frozenset({_PASS, _NOT_APPLICABLE})
"""Outcomes that nobody has to be told the reason of."""
# Tables by code: whether the outcome must be explained, and its first letter.
_ASKED = bytes(code not in _PLAIN for code in range(256))
_LETTERS = bytes.maketrans(bytes(range(len(CODES))), "".join(code[0] for code in CODES).encode())


class Assessed(NamedTuple):
    """What all rules of the manifest's kind come to, before waivers."""

    findings: tuple[Finding, ...]
    asked: tuple[int, ...]  # which of them have still to be explained, where somebody looks
    outcomes: str  # the first letter of each finding's outcome
    applied: int  # how many rules applied
    denied: int  # how many of them deny


NOTHING = Assessed((), (), "", 0, 0)


def assessed(scene: Scene, *, evidence_of_passes: bool) -> Assessed:
    """Run the rules, and find what their outcomes come to."""
    manifest, bundle = scene.manifest, scene.bundle
    checks = bundle.checks.get(manifest.kind)
    if checks is None:
        return NOTHING
    with arithmetic():
        codes = checks.run(scene.names, scene.now)
    ready = _ready(bundle, manifest.kind, scene.environment, checks)
    if evidence_of_passes or manifest.disagreements:
        return _looked_into(checks, codes, scene, ready, passes=evidence_of_passes)
    return ready.together.get(codes) or _together(ready, codes)


def findings(found: Assessed, scene: Scene) -> tuple[Finding, ...] | Later[tuple[Finding, ...]]:
    """The findings of one decision. Those that have to be explained make all of them wait until somebody looks."""
    return Later(_made, found, scene) if found.asked else found.findings


def _made(found: Assessed, scene: Scene) -> tuple[Finding, ...]:
    explain = _Explainer(scene)
    made = list(found.findings)
    for number in found.asked:
        made[number] = _unexplained(made[number], explain)
    return tuple(made)


def _unexplained(finding: Finding, explain: Callable[[Finding], Explanation]) -> Finding:
    # The explanation comes last; `_replace` takes three times as long, and half of a manifest may be missing.
    return tuple.__new__(Finding, (*finding[:-1], Unexplained(explain, finding)))


def _together(ready: _Ready, codes: tuple[int, ...]) -> Assessed:
    """It says nothing of a manifest, and is kept for the next that comes to the same."""
    coded = bytes(codes)
    asked = coded.translate(_ASKED)
    # As `_counted` has it, from what is at hand: a look at every finding takes longer than making one.
    outcomes = coded.translate(_LETTERS).decode()
    denied = sum(compress(ready.denies, asked))
    if len(ready.together) >= _MOST_TOGETHER:
        ready.together.clear()
    found = ready.together[codes] = Assessed(
        tuple(map(getitem, ready.rules, codes)),
        tuple(compress(range(len(codes)), asked)),
        outcomes,
        len(codes) - outcomes.count("n"),
        denied,
    )
    return found


def _looked_into(
    checks: Checks, codes: tuple[int, ...], scene: Scene, ready: _Ready, *, passes: bool
) -> Assessed:
    """As `_together`, also where sources disagree, so that the worst outcome counts, and with evidence of passes."""
    worst: Mapping[int, Worst] = {}
    if scene.manifest.disagreements:
        from aims_policy.decision.disagreement import settled

        with arithmetic():
            worst = settled(checks, scene)
    explain = _Explainer(scene)
    return _counted(
        [
            _disputed(of_rule, worst[number], passes=passes)
            if number in worst
            else _finding(of_rule, code, explain, passes=passes)
            for number, (of_rule, code) in enumerate(zip(ready.rules, codes, strict=True))
        ]
    )


def _disputed(of_rule: Outcomes, worst: Worst, *, passes: bool) -> Finding:
    if worst.error:
        return of_rule[_ERROR]._replace(explanation=Explanation(error=worst.error))
    from aims_policy.decision.disagreement import shown

    explain = _Explainer(worst.scene)
    found = _finding(of_rule, worst.code, lambda finding: shown(explain(finding), worst), passes=passes)
    return found._replace(disagreements=worst.paths)


def _finding(
    of_rule: Outcomes, code: int, explain: Callable[[Finding], Explanation], *, passes: bool
) -> Finding:
    ready = of_rule[code]
    if code == _PASS and passes:
        explanation = explain(ready)
        # A pass says nothing of what went wrong, unless the evaluators disagree.
        return of_rule[_ERROR if explanation.error else _PASS]._replace(explanation=explanation)
    return ready if code in _PLAIN else _unexplained(ready, explain)


class _Explainer:
    """Explains the findings of one scene. Where values stand is looked up once for all of them."""

    __slots__ = ("_scene", "_where")

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._where: Places | None = None

    def __call__(self, finding: Finding) -> Explanation:
        from aims_policy.decision.explain import Places, explanation

        if self._where is None:
            self._where = Places(self._scene)
        with arithmetic():
            return explanation(finding, self._scene, self._where)


def _counted(made: Sequence[Finding]) -> Assessed:
    outcomes = "".join([f.outcome[0] for f in made])
    denied = [f.enforcement for f in made].count("deny")
    return Assessed(tuple(made), (), outcomes, len(made) - outcomes.count("n"), denied)


class _Ready(NamedTuple):
    """Findings as far as they say nothing of a manifest, made once for a bundle, a kind and an environment."""

    rules: list[Outcomes]  # for each rule
    denies: list[bool]  # for each rule whether a finding that is not a pass denies
    together: dict[tuple[int, ...], Assessed]  # of all rules, by their outcome codes


def _ready(bundle: Bundle, kind: str, environment: str, checks: Checks) -> _Ready:
    known = _READY.get(bundle)
    if known is None:
        known = _READY.setdefault(bundle, {})
    ready = known.get((kind, environment))
    if ready is None:
        if len(known) >= _MOST_READY:
            known.clear()
        rules = [
            _outcomes(rule, bundle.appetite.enforce(rule.severity, environment)) for rule in checks.rules
        ]
        denies = [of_rule[_ERROR].enforcement == "deny" for of_rule in rules]
        ready = known[kind, environment] = _Ready(rules, denies, {})
    return ready


_READY: WeakKeyDictionary[Bundle, dict[tuple[str, str], _Ready]] = WeakKeyDictionary()
_MOST_READY = 64
"""Environments are free text."""
_MOST_TOGETHER = 64


def _outcomes(rule: Rule, enforcement: str) -> Outcomes:
    return tuple(
        Finding(
            rule.id,
            rule.controls,
            rule.title,
            rule.severity,
            outcome,
            "" if code in _PLAIN else enforcement,
            rule.require,
            rule.rationale,
            rule.remediation,
            rule.file,
            rule.line,
        )
        for code, outcome in enumerate(CODES)
    )
