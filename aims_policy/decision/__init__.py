"""The decision core: match, evaluate, enforce, waive. Reads no files, prints nothing, takes the time as an argument."""

from __future__ import annotations

from aims_policy.decision.context import ALONE, Context
from aims_policy.decision.decide import decide
from aims_policy.decision.evaluate import evaluate
from aims_policy.decision.record import Decision, Evidence, Finding, Gap
from aims_policy.decision.summary import Counts, count

__all__ = [
    "evaluate",
    "decide",
    "count",
    "Context",
    "ALONE",
    "Decision",
    "Finding",
    "Evidence",
    "Gap",
    "Counts",
]
