"""A Code Quality report for GitLab: what is not a pass, on the lines of a merge request.

A JSON list, since GitLab 13.2 (``artifacts: reports: codequality``). GitLab takes each fingerprint once.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

from aims_policy.decision.plain import written
from aims_policy.reports.ci.items import fingerprint, items, unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.decision.record import Decision
    from aims_policy.reports import View
    from aims_policy.reports.ci.items import Item

_DENIED = {"critical": "blocker", "high": "critical"}
_ENFORCED = {"warn": "minor", "audit": "info"}


def report(decisions: Iterable[Decision], view: View) -> str:
    """A JSON list of issues; an empty one where everything passes."""
    return "".join(pieces(decisions, view))


def pieces(decisions: Iterable[Decision], view: View) -> Iterator[str]:
    """The text of the list, one issue at a time."""
    yield from written(_issues(decisions, view))
    yield "\n"


def _issues(decisions: Iterable[Decision], view: View) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for item in chain(unread(view), (i for d in decisions for i in items(d, view))):
        yield _issue(item, seen[item.fingerprint])
        seen[item.fingerprint] += 1


def _issue(item: Item, repetition: int) -> dict[str, Any]:
    """The line is not part of the fingerprint; of the same issue on several lines each has its number."""
    mark = fingerprint(item.fingerprint, str(repetition)) if repetition else item.fingerprint
    return {
        "type": "issue",
        "check_name": item.rule,
        "description": " ".join(item.lines),
        "severity": _severity(item),
        "fingerprint": mark,
        "location": {"path": item.place.file, "lines": {"begin": item.place.line}},
    }


def _severity(item: Item) -> str:
    return _ENFORCED.get(item.enforcement) or _DENIED.get(item.severity, "major")
