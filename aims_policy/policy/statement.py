"""What people decided for the Statement of Applicability: one file of the workspace. It changes no decision."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class ControlChoice(NamedTuple):
    """What people decided on one control; texts that are not given, or only placeholders, are empty.

    ``applicable`` is None where nobody decided. ``file`` and ``line`` are where the entry begins.
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
    file: str
    line: int


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
        documents = read_file(file, shown_as=os.path.relpath(file))
    except SourceError as error:
        raise PolicyError(error.diagnostics) from None
    if len(documents) > 1:
        message = f"the file holds {len(documents)} documents, and a workspace has one statement"
        raise PolicyError([Diagnostic("several-documents", message, documents[0].file)])
    return read_statement(documents[0])
