"""Counting a decision's findings: one place, so that every report says the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision


class Counts(NamedTuple):
    """Findings by outcome, and those that are not a pass by enforcement."""

    passed: int
    failed: int
    missing: int
    errors: int
    not_applicable: int
    denied: int
    warned: int
    audited: int
    waived: int


def count(decision: Decision) -> Counts:
    """The counts of a decision."""
    outcomes = [f.outcome for f in decision.findings]
    enforced = [f.enforcement for f in decision.findings]
    return Counts(
        passed=outcomes.count("pass"),
        failed=outcomes.count("fail"),
        missing=outcomes.count("missing"),
        errors=outcomes.count("error"),
        not_applicable=outcomes.count("not_applicable"),
        denied=enforced.count("deny"),
        warned=enforced.count("warn"),
        audited=enforced.count("audit"),
        waived=sum(1 for f in decision.findings if f.waiver is not None),
    )
