"""Numbers of findings and of manifests, as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.decision.summary import count
from aims_policy.reports.page.values import amount

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision


def findings_of(decision: Decision) -> str:
    """How many findings came to what, and how many do what, as ``25 pass, 3 fail; 3 deny``; "" where there is none."""
    counts = count(decision)
    outcomes = _named(
        (counts.passed, "pass"),
        (counts.failed, "fail"),
        (counts.missing, "missing"),
        (counts.errors, "error"),
        (counts.not_applicable, "not applicable"),
    )
    enforced = _named(
        (counts.denied, "deny"), (counts.warned, "warn"), (counts.audited, "audit"), (counts.waived, "waived")
    )
    return "; ".join(part for part in (outcomes, enforced) if part)


def verdict_of_all(manifests: int, failed: int, unread: int) -> str:
    """What a report comes to. ``unread`` files were not decided.

    >>> verdict_of_all(3, 1, 2), verdict_of_all(1, 0, 0)
    ('1 of 3 manifests fails, 2 files could not be read', '1 manifest passes')
    """
    said = (
        [f"{failed} of {amount(manifests, 'manifest')} {'fails' if failed == 1 else 'fail'}"]
        if failed
        else []
    )
    said += [f"{amount(unread, 'file')} could not be read"] if unread else []
    passes = f"{amount(manifests, 'manifest')} {'passes' if manifests == 1 else 'pass'}"
    return ", ".join(said) or passes


def _named(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{number} {name}" for number, name in counts if number)
