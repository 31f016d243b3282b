"""Where the workspace of an organization is: the file ``aims.yaml``."""

from __future__ import annotations

import os
from pathlib import Path

from aims_policy.diagnostics import Diagnostic
from aims_policy.policy.errors import PolicyError

FILE = "aims.yaml"


def find_workspace(start: Path | None = None) -> Path | None:
    """The nearest ``aims.yaml`` in a folder or its parents."""
    folder = (start or Path.cwd()).resolve()
    return next((p / FILE for p in (folder, *folder.parents) if os.path.isfile(p / FILE)), None)


def nearer_workspaces(found: Path | None) -> tuple[str, ...]:
    """The files that `find_workspace` looked for in vain before it found one: where one comes, that is nearer."""
    here = Path.cwd()
    nearer = [p for p in (here, *here.parents) if found is None or len(p.parts) > len(found.parent.parts)]
    return tuple(str(p / FILE) for p in nearer)


def workspace_path(given: str | os.PathLike[str]) -> Path:
    """The workspace file meant by a path to it or to its folder. Raises PolicyError where there is none."""
    path = Path(given)
    file = path / FILE if os.path.isdir(path) else path
    if not os.path.isfile(file):
        message = (
            f"`{given}` holds no workspace: there is no `{FILE}`"
            if os.path.isdir(path)
            else f"there is no workspace file `{given}`"
        )
        raise PolicyError([Diagnostic("no-workspace", message, str(given), help="`aims init` makes one")])
    return file
