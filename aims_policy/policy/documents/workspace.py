"""Reading the workspace file ``aims.yaml``: which policies, appetite, inventory and waivers an organization uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aims_policy.policy.documents.models import WorkspaceDocument
from aims_policy.policy.documents.validation import validated
from aims_policy.policy.errors import PolicyError
from aims_policy.source import SourceError, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from aims_policy.source import Document


class Workspace(NamedTuple):
    """A workspace file that is well formed, with its text for diagnostics that point into it."""

    file: Path
    form: WorkspaceDocument
    document: Document


def read_workspace(file: Path, *, shown_as: str | None = None) -> Workspace:
    """The workspace of a file. Raises PolicyError where it cannot be read or is wrong."""
    try:
        document = read_file(file, shown_as=shown_as)[0]
    except SourceError as error:
        raise PolicyError(error.diagnostics) from None
    return Workspace(file, validated(document, WorkspaceDocument), document)
