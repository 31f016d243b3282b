"""What a decision is made of: frozen records, written once, rendered anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.later import Later, now
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Source

OUTCOMES = ("pass", "fail", "missing", "not_applicable", "error")
UNDECIDED = " is not decided"
"""How the reason of a gap ends that waits for the decision on another asset; before it stands that asset's id."""


class Evidence(NamedTuple):
    """A value that a rule read, and where it stands.

    ``source`` is ``manifest``, ``appetite``, ``organization`` or ``upstream``; ``value`` is plain data
    (text, Decimal, bool, datetime, tuple, dict). ``format``, ``digest`` and ``strength`` are those of the submitted
    document that the value stands in; "" for limits and verdicts.
    """

    path: str
    value: Any
    file: str
    line: int
    column: int
    source: str
    format: str = ""
    digest: str = ""
    strength: str = ""


class Gap(NamedTuple):
    """Evidence that was asked for and not given: ``reason`` is ``absent`` or says what stands there instead."""

    path: str
    reason: str
    file: str
    line: int
    column: int


class WaiverUse(NamedTuple):
    """The waiver that turned a finding's ``deny`` into ``warn``."""

    id: str
    approver: str
    justification: str
    expires: str
    file: str
    line: int


class Explanation(NamedTuple):
    """What a finding rests on: the values that were read, what is missing, and what went wrong."""

    evidence: tuple[Evidence, ...] = ()
    missing: tuple[Gap, ...] = ()
    error: str = ""


class Unexplained(Later[Explanation]):
    """The explanation of one finding."""

    __slots__ = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self().evidence

    @property
    def missing(self) -> tuple[Gap, ...]:
        return self().missing

    @property
    def error(self) -> str:
        return self().error


class Finding(NamedTuple):
    """One rule on one manifest. What it rests on is found out when it is first read."""

    rule: str
    controls: tuple[str, ...]
    title: str
    severity: str
    outcome: str
    enforcement: str  # deny, warn or audit; "" where the outcome is pass or not_applicable
    asked: str  # the rule's condition as written
    rationale: str
    remediation: str
    policy_file: str
    policy_line: int
    waiver: WaiverUse | None = None
    disagreements: tuple[str, ...] = ()
    """Paths it reads where sources give other values; the outcome is the worst."""
    explanation: Explanation | Unexplained = Explanation()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The values that the rule read; of a pass only if they were asked for."""
        return self.explanation.evidence

    @property
    def missing(self) -> tuple[Gap, ...]:
        """What the rule asked for and was not given."""
        return self.explanation.missing

    @property
    def error(self) -> str:
        """What went wrong, or ""."""
        return self.explanation.error


class Subject(NamedTuple):
    """The manifest that was decided, and the other documents that its evidence comes from."""

    kind: str
    name: str
    version: str
    file: str
    format: str
    digest: str
    sources: tuple[Source, ...] = ()


class _Decision(NamedTuple):
    verdict: str  # "pass" or "fail"
    reason: str  # one sentence
    subject: Subject
    environment: str
    at: str  # ISO 8601, UTC
    tier: str  # risk tier whose appetite applied
    tier_declared: bool  # False where the strictest tier applied for want of a declared one
    findings: tuple[Finding, ...] | Later[tuple[Finding, ...]]
    notices: tuple[Diagnostic, ...] | Later[tuple[Diagnostic, ...]]
    engine: str
    bundle_digest: str
    context_digest: str
    digest: str  # sha256 over all of the above: the decision's identity


class Decision(_Decision):
    """All findings of a manifest, and the verdict. Findings and notices are made when somebody looks at them."""

    __slots__ = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the catalogue's order of controls, then by rule id."""
        return now(super().findings)

    @property
    def notices(self) -> tuple[Diagnostic, ...]:
        """Waivers that are expired, unused or malformed, sources that disagree, fields that were not read."""
        return now(super().notices)
