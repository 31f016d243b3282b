"""What a report says once and means for each of its results: the tool, the date, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps


class Given(NamedTuple):
    """A value and where the report gives it."""

    value: Any
    source: Steps


class Run(NamedTuple):
    """One run of a tool. What the report does not say is None, and left out of its results."""

    tool: Given | None = None
    date: Given | None = None
    dataset: Given | None = None
    sample_size: Given | None = None

    def of_measurement(self, draft: Draft, path: str) -> None:
        """For an entry of ``measurements``."""
        self.of_test(draft, path)
        if self.sample_size is not None:
            draft.number(f"{path}.sample_size", *self.sample_size)

    def of_test(self, draft: Draft, path: str) -> None:
        """For an entry of ``evaluation.tests``."""
        if self.tool is not None:
            draft.text(f"{path}.tool", *self.tool)
        if self.date is not None:
            draft.moment(f"{path}.date", *self.date)
        if self.dataset is not None:
            draft.text(f"{path}.dataset", *self.dataset)

    def of_attack(self, draft: Draft, path: str, source: Steps) -> None:
        """For an entry of ``robustness.tests``, whose report is the submitted file itself."""
        self._replace(dataset=None).of_test(draft, path)
        draft.put(f"{path}.digest", draft.document.digest, source)

    def of_requirement(self, draft: Draft, path: str) -> None:
        """For an entry of ``quality.requirements``."""
        if self.tool is not None:
            draft.text(f"{path}.tool", *self.tool)
        if self.date is not None:
            draft.moment(f"{path}.measured_on", *self.date)


def tool_of(name: str, version: Any, version_source: Steps, recognised_by: Steps) -> Given:
    """The tool as ``name version``; the name alone, at the place that gives it away, where no version is told."""
    if type(version) is str and version.strip():
        return Given(f"{name} {version.strip()}", version_source)
    return Given(name, recognised_by)


def given(value: Any, source: Steps) -> Given | None:
    """The value and its place, or None where nothing is given."""
    return None if value is None or value == "" else Given(value, source)


class Verdict(NamedTuple):
    """Whether a test passed; where that is None, why it says nothing: it was skipped, or could not run."""

    passed: bool | None
    reason: str
    source: Steps


def put_verdict(draft: Draft, path: str, verdict: Verdict) -> None:
    """The verdict as ``passed`` of an entry. A test without one is a gap and never a pass."""
    if verdict.passed is None:
        draft.gap(f"{path}.passed", verdict.reason, verdict.source)
    else:
        draft.put(f"{path}.passed", verdict.passed, verdict.source)


def said(prefix: str, message: Any) -> str:
    """A reason with the tool's own message, cut to its first line.

    >>> said("skipped", "needs a GPU\\nand time"), said("skipped", None)
    ('skipped: needs a GPU', 'skipped')
    """
    line = message.strip().split("\n", 1)[0].strip() if type(message) is str else ""
    return f"{prefix}: {line if len(line) <= 120 else line[:117] + '…'}" if line else prefix
