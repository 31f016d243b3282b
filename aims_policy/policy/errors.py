"""The one way in which this room says that what an organization wrote is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.diagnostics import Diagnostic


class PolicyError(Exception):
    """A policy, appetite, waiver file or workspace is wrong; ``diagnostics`` says all that is, at once."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))
