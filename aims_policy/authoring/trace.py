"""A rule walked on a manifest: what every part of its conditions was.

The engine decides, and a listener in the place of the compiled rule keeps what the engine gave it; the
reference evaluator then walks the rule on exactly that.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from aims_policy.decision.assess import CODES
from aims_policy.decision.decide import decide
from aims_policy.decision.explain import walk
from aims_policy.language.operations import arithmetic
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aims_policy.decision.record import Decision, Finding
    from aims_policy.language.nodes import Expression
    from aims_policy.language.reference import Result, Step
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

_DULL = frozenset(["literal", "builtin", "name", "variable"])


class Line(NamedTuple):
    """One part of a condition: its text, what it was, how deep it is nested, and the list item it was done for."""

    text: str
    state: str
    value: Any
    depth: int
    element: str


class Walked(NamedTuple):
    """A finding with the walk of its conditions; ``when`` is empty where the rule has none."""

    decision: Decision
    finding: Finding
    when: tuple[Line, ...]
    require: tuple[Line, ...]


def trace(
    manifest: Manifest,
    bundle: Bundle,
    rule_id: str,
    *,
    environment: str,
    at: datetime,
    inventory: Sequence[Manifest] = (),
) -> Walked:
    """The walk of a rule. Raises KeyError where the rule does not apply to that kind of manifest."""
    when, require = bundle.expressions(rule_id, manifest.kind)
    given: list[tuple[dict[str, Any], datetime, tuple[int, ...]]] = []
    watched = copy(bundle)
    checks = bundle.checks[manifest.kind]
    listening = checks._replace(run=_listening(checks.run, given, manifest))
    watched.checks = {**bundle.checks, manifest.kind: listening}
    decided = decide(
        [manifest], watched, environment=environment, at=at, inventory=inventory, evidence_of_passes=True
    )
    [(_, decision)] = decided
    finding = next(f for f in decision.findings if f.rule == rule_id)
    number = next(i for i, rule in enumerate(checks.rules) if rule.id == rule_id)
    same = [run for run in given if CODES[run[2][number]] == finding.outcome]
    names, now, _ = (same or given)[0]  # of several readings, where sources disagree, one that came out so
    with arithmetic():
        walked = walk(when, require, names, now)
    return Walked(decision, finding, _lines(when, walked.when), _lines(require, walked.require))


def _listening(
    run: Any, given: list[tuple[dict[str, Any], datetime, tuple[int, ...]]], manifest: Manifest
) -> Any:
    def listen(names: dict[str, Any], now: datetime) -> tuple[int, ...]:
        codes: tuple[int, ...] = run(names, now)
        if names["metadata"]["name"] == manifest.name:
            given.append((names, now, codes))
        return codes

    return listen


def _lines(expression: Expression | None, result: Result | None) -> tuple[Line, ...]:
    """Outermost parts first; those of list items after the rest, item by item."""
    if expression is None or result is None:
        return ()
    steps = [s for s in result.trace if s.kind not in _DULL]
    steps = [s for s in steps if not _is_way(s, steps)]
    elements = list(dict.fromkeys(s.element for s in steps))
    lines: list[Line] = []
    for element in sorted(elements, key=lambda e: (e != "", elements.index(e))):
        mine = sorted((s for s in steps if s.element == element), key=lambda s: (s.start, -s.end))
        for step in mine:
            depth = sum(1 for o in mine if o is not step and o.start <= step.start and step.end <= o.end)
            lines.append(Line(expression.text[step.start : step.end], step.state, step.value, depth, element))
    return tuple(lines)


def _is_way(step: Step, steps: Sequence[Step]) -> bool:
    """Whether the part only leads to a field: `a.b` of `a.b.c`."""
    if step.kind not in ("field", "attribute", "item"):
        return False
    longer = (s for s in steps if s.kind in ("field", "attribute", "item") and s.element == step.element)
    return any(s.start == step.start and s.end > step.end for s in longer)
