"""What a decision is made of: frozen records, written once, rendered anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Source

_T = TypeVar("_T")

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


class Later(Generic[_T]):
    """What is found when it is first asked for, and then kept.

    Until then it holds what it will be found from, the manifest among it. Compared with another, hashed and shown it is
    what is found.
    """

    __slots__ = ("_found", "_way")

    def __init__(self, find: Callable[[Any], _T], of: Any) -> None:
        self._way: tuple[Callable[[Any], _T], Any] | None = (find, of)

    def found(self) -> _T:
        """It itself."""
        way = self._way
        if way is not None:  # in two threads at once perhaps, which find the same
            find, of = way
            self._found = find(of)
            self._way = None
        return self._found

    def __eq__(self, other: object) -> bool:
        return self.found() == (other.found() if isinstance(other, Later) else other)

    def __hash__(self) -> int:
        return hash(self.found())

    def __repr__(self) -> str:
        return repr(self.found())


class Unexplained(Later[Explanation]):
    """The explanation of one finding; pickled it is the explanation itself."""

    __slots__ = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.found().evidence

    @property
    def missing(self) -> tuple[Gap, ...]:
        return self.found().missing

    @property
    def error(self) -> str:
        return self.found().error

    def __reduce__(self) -> tuple[type[Explanation], Explanation]:
        return Explanation, self.found()


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


class Unmade(Later[tuple[Finding, ...]]):
    """The findings of a decision; pickled they are the findings themselves."""

    __slots__ = ()

    def __reduce__(self) -> tuple[type[tuple[Finding, ...]], tuple[tuple[Finding, ...]]]:
        return tuple, (self.found(),)


class _Decision(NamedTuple):
    verdict: str  # "pass" or "fail"
    reason: str  # one sentence
    subject: Subject
    environment: str
    at: str  # ISO 8601, UTC
    tier: str  # risk tier whose appetite applied
    tier_declared: bool  # False where the strictest tier applied for want of a declared one
    findings: tuple[Finding, ...] | Unmade
    notices: tuple[Diagnostic, ...]  # waivers expired, unused or malformed; fields not read
    engine: str
    bundle_digest: str
    context_digest: str
    digest: str  # sha256 over all of the above: the decision's identity


class Decision(_Decision):
    """All findings of a manifest, and the verdict."""

    __slots__ = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the catalogue's order of controls, then by rule id."""
        held = self[_FINDINGS]
        return held.found() if isinstance(held, Unmade) else held


_FINDINGS: Final = 7
