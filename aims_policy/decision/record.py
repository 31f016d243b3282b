"""What a decision is made of: frozen records, written once, rendered anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aims_policy.later import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.later import Later

OUTCOMES = ("pass", "fail", "missing", "not_applicable", "error")


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


class Unexplained:
    """An explanation that is found when it is first asked for, and then kept.

    Until then it holds what it will be found from, the manifest among it. Compared with another, hashed and
    pickled it is the explanation itself.
    """

    __slots__ = ("_finding", "_held")

    def __init__(self, find: Callable[[Finding], Explanation], finding: Finding) -> None:
        self._held: Explanation | Callable[[Finding], Explanation] = find
        self._finding = finding

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self._explanation().evidence

    @property
    def missing(self) -> tuple[Gap, ...]:
        return self._explanation().missing

    @property
    def error(self) -> str:
        return self._explanation().error

    def _explanation(self) -> Explanation:
        held = self._held
        if not isinstance(held, Explanation):
            held = self._held = held(self._finding)  # by two threads at once perhaps, which find the same
        return held

    def __eq__(self, other: object) -> bool:
        return self._explanation() == (other._explanation() if isinstance(other, Unexplained) else other)

    def __hash__(self) -> int:
        return hash(self._explanation())

    def __repr__(self) -> str:
        return repr(self._explanation())

    def __reduce__(self) -> tuple[type[Explanation], Explanation]:
        return Explanation, self._explanation()


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


class Source(NamedTuple):
    """A document besides the manifest that evidence comes from; ``strength`` is declared, tool or verified."""

    file: str
    format: str
    digest: str
    strength: str


class Subject(NamedTuple):
    """The manifest that was decided, and the other documents that its evidence comes from."""

    kind: str
    name: str
    version: str
    file: str
    format: str
    digest: str
    sources: tuple[Source, ...] = ()


class Decision(NamedTuple):
    """All findings of a manifest, and the verdict."""

    verdict: str  # "pass" or "fail"
    reason: str  # one sentence
    subject: Subject
    environment: str
    at: str  # ISO 8601, UTC
    tier: str  # risk tier whose appetite applied
    tier_declared: bool  # False where the strictest tier applied for want of a declared one
    findings: tuple[Finding, ...]  # in the catalogue's order of controls, then by rule id
    noticed: tuple[Diagnostic, ...] | Later[tuple[Diagnostic, ...]]
    engine: str
    bundle_digest: str
    context_digest: str
    digest: str  # sha256 over all of the above: the decision's identity

    @property
    def notices(self) -> tuple[Diagnostic, ...]:
        """Waivers that are expired, unused or malformed, sources that disagree, fields that were not read."""
        return now(self.noticed)
