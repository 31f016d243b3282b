"""How files are called, so that people and decisions see the same wherever a workspace and the pack lie."""

from __future__ import annotations

import os
from pathlib import Path

from aims_policy.policy.shipped import shipped


def shown(file: str, root: Path) -> str:
    """How a file is called in findings: relative to the workspace, the current folder or the shipped policies."""
    path = _absolute(file)
    for folder in (root.resolve(), root, Path.cwd(), shipped("policies")):
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return file


def from_here(file: str) -> str:
    """Relative to the current folder where it lies below it: what people see and what decisions record."""
    path, here = _absolute(file), Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _absolute(file: str) -> Path:
    return Path(os.path.abspath(file))  # noqa: PTH100 - symlinks stay as their author named them
