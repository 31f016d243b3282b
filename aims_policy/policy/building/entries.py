"""The files that an entry of a workspace, or a caller, means: policies, appetite, manifests and others."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from aims_policy.policy.listing import SUFFIXES
from aims_policy.policy.shipped import PACK, appetite_file, pack_folder
from aims_policy.source.reading import is_endless

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIXES = (".yaml", ".yml")
_TEST_SUFFIXES = (".test.yaml", ".test.yml")


class Unusable(Exception):  # noqa: N818 - said of an entry, turned into a diagnostic where its place is known
    """An entry of a workspace, or a path that a caller named, that cannot be used."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


def policy_files(entry: str, root: Path) -> list[str]:
    """The policy files of an entry: the shipped pack, a file, or a folder (all of its YAML but tests).

    Raises Unusable where it is not there or holds no policy.
    """
    files = yaml_files(policy_path(entry, root))
    if not files:
        raise Unusable(
            "no-policy",
            f"`{entry}` is neither the shipped pack `{PACK}` nor a policy file nor a folder of them",
            _meant(entry, root, PACK),
        )
    return files


def policy_path(entry: str, root: Path) -> Path:
    """The file or folder that an entry means: its own before the shipped pack of that name."""
    own = root / entry
    return pack_folder() if entry == PACK and not os.path.exists(own) else own


def own_policy_files(entry: str, root: Path) -> list[str]:
    """As `policy_files`, for an entry of a workspace: but for the shipped pack they must lie inside it."""
    files = policy_files(entry, root)
    if policy_path(entry, root) == root / entry:
        for file in files:
            _inside(file, root)
    return files


def yaml_files(path: Path) -> list[str]:
    """A YAML file itself, or every YAML file below a folder except rule tests and hidden ones, in order."""
    if os.path.isfile(path):
        return [str(path)]
    return [f for f in _below(path, _SUFFIXES) if not f.endswith(_TEST_SUFFIXES)]


def inventory_files(entry: str, root: Path) -> list[str]:
    """The manifest files of an inventory entry: a file, a folder or a glob pattern inside the workspace.

    Raises Unusable where there is none, or one lies outside the workspace.
    """
    if is_pattern(entry):
        files = (
            sorted(str(p) for p in root.glob(entry) if p.is_file()) if not Path(entry).is_absolute() else []
        )
    else:
        path = root / entry
        files = [str(path)] if os.path.isfile(path) else _below(path, SUFFIXES)
    if not files:
        empty = (
            os.path.isdir(root / entry)
            and "put a manifest there, or leave it out of `inventory` until there is one"
        )
        raise Unusable("no-inventory", f"`{entry}` names no manifest", empty or _meant(entry, root))
    for file in files:
        _inside(file, root)
    return files


def is_pattern(entry: str) -> bool:
    """Whether an inventory entry names files by a glob pattern."""
    return any(c in entry for c in "*?[")


def one_file(entry: str, root: Path, *, what: str) -> str:
    """A file named in a workspace. Raises Unusable where it is not there or lies outside."""
    file = existing_file(entry, root, what=what)
    _inside(file, root)
    return file


def existing_file(entry: str, root: Path, *, what: str) -> str:
    """A file that a caller names, wherever it is. Raises Unusable where it is not there."""
    path = root / entry
    if not os.path.isfile(path):
        raise Unusable("no-file", f"there is no {what} `{entry}`", _out_of_reach(path))
    return str(path)


def appetite_path(entry: str, root: Path) -> str:
    """The shipped appetite of that name, or the file. Raises Unusable where there is neither."""
    own = root / entry
    if os.path.isfile(own):
        return str(own)
    if os.sep not in entry and os.path.isfile(appetite_file(entry)):
        return str(appetite_file(entry))
    hint = _meant(entry, root, "default") or "`default` is the shipped one"
    raise Unusable("no-appetite", f"there is no risk appetite `{entry}`", hint)


def own_appetite_path(entry: str, root: Path) -> str:
    """As `appetite_path`, for the entry of a workspace: but for the shipped ones it must lie inside it."""
    file = appetite_path(entry, root)
    if file == str(root / entry):
        _inside(file, root)
    return file


def _meant(entry: str, root: Path, *more: str) -> str:
    """A hint at why it cannot be had, or at what is called nearly so in the workspace's folder."""
    from aims_policy.diagnostics import nearest, safe

    if reason := _out_of_reach(root / entry):
        return reason
    parent, name = (root / entry).parent, Path(entry).name
    there = sorted(p.name for p in parent.iterdir()) if parent.is_dir() else []
    guess = nearest(name, [*more, *there]) if name else None
    if guess is None or guess == name:
        return ""
    return f"did you mean `{safe(guess if guess in more else str(Path(entry).parent / guess))}`?"


def _out_of_reach(path: Path) -> str:
    """Why it cannot be told whether there is such a file: no permission for its folder, a name that is too long."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except (OSError, ValueError) as error:
        from aims_policy.diagnostics import reason_of

        return f"it cannot be looked for: {reason_of(error)}"
    return ""


def _inside(file: str, root: Path) -> None:
    if not Path(file).resolve().is_relative_to(root.resolve()):
        raise Unusable(
            "outside-workspace",
            f"`{os.path.relpath(file, root)}` lies outside the workspace",
            "copy it into the workspace",
        )


def _below(folder: Path, suffixes: Sequence[str]) -> list[str]:
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found += [
            f"{parent}{os.sep}{n}"
            for n in sorted(names)
            if n.endswith(tuple(suffixes))
            and not n.startswith(".")
            and not is_endless(f"{parent}{os.sep}{n}")
        ]
    return found
