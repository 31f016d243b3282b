"""What people decided for the Statement of Applicability: one file of the workspace. It changes no decision."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class ControlChoice(NamedTuple):
    """What people decided on one control; texts that are not given, or only placeholders, are empty.

    ``applicable`` is None where nobody decided. ``line`` is where the entry begins.
    """

    control: str
    title: str
    applicable: bool | None
    ground: str
    justification: str
    risks: tuple[str, ...]
    responsible: str
    implementation: str
    documents: tuple[str, ...]
    line: int

    @property
    def excluded(self) -> bool:
        """An exclusion that says why: without a justification nothing is excluded."""
        return self.applicable is False and bool(self.justification)


class Declared(NamedTuple):
    """The file as a whole, its controls in its order. ``approved_on`` is None where no approval is given."""

    name: str
    version: str
    owner: str
    approver: str
    approved_on: datetime | None
    risk_treatment_plan: str
    controls: tuple[ControlChoice, ...]
    file: str
    digest: str

    def choice(self, control: str) -> ControlChoice | None:
        """What was decided on a control."""
        return next((c for c in self.controls if c.control == control), None)


def declared(workspace: str | os.PathLike[str]) -> Declared | None:
    """The statement that a workspace names; None where it names none.

    ``workspace`` is the workspace's file, or its folder. Raises PolicyError where the workspace or the statement
    is wrong, or the statement is not there.
    """
    from aims_policy.policy.documents.statement import statement_file
    from aims_policy.policy.documents.workspace import read_workspace
    from aims_policy.policy.errors import PolicyError
    from aims_policy.policy.workspace import workspace_path

    path = workspace_path(workspace)
    read = read_workspace(path, shown_as=os.path.relpath(path))
    if read.problems:
        raise PolicyError(read.problems)
    file = statement_file(read)
    if file is None:
        return None
    from aims_policy.policy.documents.statement import read_statement
    from aims_policy.source import SourceError, read_file

    try:
        [document, *_] = read_file(file, shown_as=os.path.relpath(file))
    except SourceError as error:
        raise PolicyError(error.diagnostics) from None
    return read_statement(document)
