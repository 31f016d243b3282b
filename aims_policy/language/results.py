"""What evaluating an expression gives: its value or why there is none, and how it came to that."""

from __future__ import annotations

from typing import Any, Literal

from aims_policy.named_tuple import NamedTuple

State = Literal["value", "missing", "error"]


class Step(NamedTuple):
    """What one part of the expression was, in the order the parts were done."""

    start: int
    end: int
    kind: str
    state: State
    value: Any
    """The value; for a missing part its paths, for an error its message."""
    element: str
    """The element of a comprehension it was done for (`provenance.sources[1]`), or empty."""


class Result(NamedTuple):
    state: State
    value: Any
    missing: tuple[str, ...]
    """Paths of the evidence for want of which there is no value."""
    error: str
    trace: tuple[Step, ...]
    evidence: tuple[tuple[str, Any], ...]
    """What was read: paths of plain values and of lists, each once, in the order of reading."""
