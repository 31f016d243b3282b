"""Where a finding is shown: one place in a submitted file, with a path that means the same on every machine."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from aims_policy.decision.record import Decision, Evidence, Finding
    from aims_policy.reports import View

_SUBMITTED = ("manifest", "upstream")  # what is read upstream is named in the manifest
_NOT_SUBMITTED = ("appetite", "organization")


class Place(NamedTuple):
    """A point in a file; the line counts from 1 and is always known, a column of 0 is not."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{safe(self.file)}:{self.line}"


def place_of(finding: Finding, decision: Decision, view: View) -> Place:
    """Where to look first: at what is missing, or nearest to it; at the value that is wrong; else at the file's start.

    Only places in submitted files count: a comment on the organization's appetite helps nobody who changes a model.
    """
    for gap in finding.missing:
        if gap.line and (gap.file == decision.subject.file or _head(gap.path) not in _NOT_SUBMITTED):
            return located(gap.file, gap.line, gap.column, view)
    there = [e for e in telling_first(finding) if e.source in _SUBMITTED and e.file and e.line]
    telling = there[0] if there else None
    if telling is not None and not finding.missing:
        return located(telling.file, telling.line, telling.column, view)
    return located(decision.subject.file, 1, 0, view)


def located(file: str, line: int, column: int, view: View) -> Place:
    """The place with its path as reports write it; what has no line is shown on the first."""
    return Place(relative(file, view.root, view.here), max(1, line), column if line else 0)


def of_bundle(file: str, line: int, column: int, view: View) -> Place | None:
    """A place in a policy, appetite or waiver file; None where the file is not below the root.

    Decisions name these files in short, the same wherever a pack is installed; a place must be found.
    """
    full = next((s for s in view.sources if s == file or s.replace(os.sep, "/").endswith(f"/{file}")), "")
    place = located(full, line, column, view)
    outside = os.path.isabs(place.file) or place.file.startswith("..")  # noqa: PTH117 - a text, not a file
    return None if outside or not full else place


def relative(file: str, root: str, here: str) -> str:
    """The path from ``root``, with forward slashes; that of a file outside of it as it was given.

    ``here`` is the folder that ``file`` is relative to. Without a root a path is only tidied up.

    >>> relative("./a/../model.yaml", "", "")
    'model.yaml'
    >>> relative("model.yaml", "/repository", "/repository/models")
    'models/model.yaml'
    >>> relative("/elsewhere/model.yaml", "/repository", "/repository")
    '/elsewhere/model.yaml'
    """
    if not file or file.startswith("<"):
        return file
    path = os.path.normpath(file)
    if root:
        below = os.path.relpath(os.path.join(here, path), root)  # noqa: PTH118 - texts, not files
        outside = below == os.pardir or below.startswith(os.pardir + os.sep)
        path = path if outside else below
    return path.replace(os.sep, "/")


def telling_first(finding: Finding) -> list[Evidence]:
    """What was read but the limits: what fails upstream, values beyond the limit, what ``require`` names, the rest."""
    found = [e for e in finding.evidence if e.source != "appetite"]
    limits = [e for e in finding.evidence if e.source == "appetite" and isinstance(e.value, Decimal)]
    limit = limits[0] if len(limits) == 1 else None
    failing = tuple(
        e.path.removesuffix("verdict")
        for e in found
        if e.source == "upstream" and e.path.endswith(".verdict") and e.value == "fail"
    )
    return sorted(found, key=lambda e: _weight(e, finding.asked, limit, failing))


def _weight(evidence: Evidence, asked: str, limit: Evidence | None, failing: tuple[str, ...]) -> int:
    if failing and evidence.path.startswith(failing):
        return 0
    if _section(evidence.path) not in asked:
        return 3
    return 1 if limit is not None and _is_beyond(evidence, limit) else 2


def _is_beyond(evidence: Evidence, limit: Evidence) -> bool:
    if not isinstance(evidence.value, Decimal):
        return False
    if limit.path.endswith(".max"):
        return bool(evidence.value > limit.value)
    return limit.path.endswith(".min") and bool(evidence.value < limit.value)


def _section(path: str) -> str:
    """What a rule writes to read the path: up to the first item of a list, or all of it."""
    return path.partition("[")[0]


def _head(path: str) -> str:
    return _section(path).partition(".")[0]
