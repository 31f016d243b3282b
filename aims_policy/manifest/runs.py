"""What a report says once and means for each of its results: the tool, the date, the data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from aims_policy.manifest.draft import Draft
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
        _put(draft, path, tool=self.tool, date=self.date, dataset=self.dataset)
        if self.sample_size is not None:
            draft.number(f"{path}.sample_size", self.sample_size.value, self.sample_size.source)

    def of_test(self, draft: Draft, path: str) -> None:
        """For an entry of ``robustness.tests``."""
        _put(draft, path, tool=self.tool, date=self.date)

    def of_requirement(self, draft: Draft, path: str) -> None:
        """For an entry of ``quality.requirements``."""
        _put(draft, path, tool=self.tool, measured_on=self.date)


def tool_of(name: str, version: Any, version_source: Steps, recognised_by: Steps) -> Given:
    """The tool as ``name version``; the name alone, at the place that gives it away, where no version is told."""
    if type(version) is str and version.strip():
        return Given(f"{name} {version.strip()}", version_source)
    return Given(name, recognised_by)


def given(value: Any, source: Steps) -> Given | None:
    """The value and its place, or None where nothing is given."""
    return None if value is None or value == "" else Given(value, source)


def _put(draft: Draft, path: str, **fields: Given | None) -> None:
    for name, one in fields.items():
        if one is not None:
            draft.text(f"{path}.{name}", one.value, one.source)
