"""Reading the workspace file ``aims.yaml``: which policies, appetite, inventory and waivers an organization uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.documents.models import WorkspaceDocument
from aims_policy.policy.documents.well_formed import well_formed
from aims_policy.policy.errors import PolicyError
from aims_policy.source import SourceError, read_file

if TYPE_CHECKING:
    from pathlib import Path

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Located

STAND_INS = {"apiVersion": "aims/v1", "kind": "Workspace", "metadata": {"name": "workspace"}}
"""Fields on which nothing else of a workspace depends."""


class Workspace(NamedTuple):
    """What of a workspace file is well formed, with its text for diagnostics that point into it.

    ``problems`` are all faults of form, and ``lost`` the fields at the top of which something was left out for them.
    """

    file: Path
    form: WorkspaceDocument
    document: Located
    problems: tuple[Diagnostic, ...]
    lost: frozenset[str]


def read_workspace(file: Path, *, shown_as: str | None = None) -> Workspace:
    """The workspace of a file. Raises PolicyError where it cannot be read or nothing in it is well formed."""
    try:
        document = read_file(file, shown_as=shown_as)[0]
    except SourceError as error:
        raise PolicyError(error.diagnostics) from None
    read = well_formed(document, WorkspaceDocument, STAND_INS)
    if read.model is None:
        raise PolicyError(read.problems)
    return Workspace(file, read.model, read.document, read.problems, read.lost)
