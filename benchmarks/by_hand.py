"""Thirty rules compiled, beside the same thirty written by hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aims_policy.decision.assess import CODES
from benchmarks.figures import Figure, duration
from benchmarks.handwritten import RULES, outcome
from benchmarks.interpreting import run
from benchmarks.material import AT, cases, thirty_rules
from benchmarks.timing import side_by_side

if TYPE_CHECKING:
    from aims_policy.policy.bundle import Checks


def measure(rounds: int) -> list[Figure]:
    """On every manifest, after both have come to the same outcomes on it."""
    bundle = thirty_rules()
    checks = bundle.checks["Model"]
    figures = []
    for case in cases(bundle):
        names = case.names(bundle)
        agree(checks, names)
        compared = side_by_side(partial(run, checks, names), partial(by_hand, names), rounds)
        figures.append(
            Figure(
                f"{len(RULES)} rules compiled against the same written by hand in Python",
                case.name,
                duration(compared.one),
                duration(compared.other),
                compared.ratio,
            )
        )
    return figures


def by_hand(names: dict[str, Any]) -> dict[str, str]:
    """The outcomes of the handwritten rules."""
    return {name: outcome(rule, names, AT) for name, rule in RULES.items()}


def agree(checks: Checks, names: dict[str, Any]) -> None:
    """Raise AssertionError where compiled and handwritten rules come to different outcomes."""
    compiled = {r.id: CODES[code] for r, code in zip(checks.rules, run(checks, names), strict=True)}
    if compiled != by_hand(names):
        differing = sorted(set(compiled.items()) ^ set(by_hand(names).items()))
        raise AssertionError(f"compiled and handwritten rules disagree: {differing}")
