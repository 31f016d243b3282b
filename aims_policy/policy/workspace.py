"""The workspace file ``aims.yaml``: which policies, appetite, inventory and waivers an organization uses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aims_policy.diagnostics import Diagnostic
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.shipped import PACK, appetite_file, pack_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE = "aims.yaml"
_SUFFIXES = (".yaml", ".yml")
_INVENTORY_SUFFIXES = (*_SUFFIXES, ".json", ".jsonld", ".md")
_TEST_SUFFIXES = (".test.yaml", ".test.yml")


class Request(NamedTuple):
    """What a caller asks to be loaded; all paths as given."""

    workspace: str | None
    policies: tuple[str, ...]
    appetite: str | None
    waivers: tuple[str, ...]


class Sources(NamedTuple):
    """The files that make up a bundle, as found; ``shown`` maps each to the name that people see."""

    workspace: str | None
    policies: tuple[str, ...]
    appetite: str
    waivers: tuple[str, ...]
    inventory: tuple[str, ...]
    extensions: tuple[tuple[str, str], ...]
    root: str


def find_workspace(start: Path | None = None) -> Path | None:
    """The nearest ``aims.yaml`` in a folder or its parents."""
    folder = (start or Path.cwd()).resolve()
    return next((p / FILE for p in (folder, *folder.parents) if (p / FILE).is_file()), None)


def workspace_path(given: str | os.PathLike[str]) -> Path:
    """The workspace file meant by a path to it or to its folder. Raises PolicyError where there is none."""
    path = Path(given)
    file = path / FILE if path.is_dir() else path
    if not file.is_file():
        message = f"`{given}` holds no workspace: there is no `{FILE}`" if path.is_dir() else f"there is no workspace file `{given}`"
        raise PolicyError([Diagnostic("no-workspace", message, str(given), help="`aims init` makes one")])
    return file


def policy_files(entries: Iterable[str], root: Path, declared_in: str) -> tuple[str, ...]:
    """Every policy file named by entries: the shipped pack, files, or folders (all of their YAML but tests).

    Raises PolicyError where an entry is not there or holds no policy.
    """
    found: dict[str, None] = {}
    problems: list[Diagnostic] = []
    for entry in entries:
        own = root / entry
        path = pack_folder() if entry == PACK and not own.exists() else own
        files = yaml_files(path)
        if not files:
            problems.append(Diagnostic("no-policy", f"`{entry}` is neither the shipped pack `{PACK}` nor a policy file nor a folder of them", declared_in))
        found.update(dict.fromkeys(files))
    if problems:
        raise PolicyError(problems)
    return tuple(found)


def yaml_files(path: Path) -> list[str]:
    """A YAML file itself, or every YAML file below a folder except rule tests and hidden ones, in order."""
    if path.is_file():
        return [str(path)]
    return [f for f in _below(path, _SUFFIXES) if not f.endswith(_TEST_SUFFIXES)]


def inventory_files(entries: Iterable[str], root: Path, declared_in: str) -> tuple[str, ...]:
    """Every manifest file named by inventory entries: files, folders or glob patterns inside the workspace."""
    found: dict[str, None] = {}
    problems: list[Diagnostic] = []
    for entry in entries:
        if any(c in entry for c in "*?["):
            files = sorted(str(p) for p in root.glob(entry) if p.is_file())
        else:
            path = root / entry
            files = [str(path)] if path.is_file() else _below(path, _INVENTORY_SUFFIXES)
        if not files:
            problems.append(Diagnostic("no-inventory", f"`{entry}` names no manifest", declared_in))
        outside = [f for f in files if not Path(f).resolve().is_relative_to(root.resolve())]
        problems += [Diagnostic("outside-workspace", f"`{f}` lies outside the workspace", declared_in) for f in outside]
        found.update(dict.fromkeys(files))
    if problems:
        raise PolicyError(problems)
    return tuple(found)


def existing_file(entry: str, *, what: str) -> str:
    """A file that a caller names. Raises PolicyError where it is not there."""
    if not Path(entry).is_file():
        raise PolicyError([Diagnostic("no-file", f"there is no {what} `{entry}`", entry)])
    return str(Path(entry).absolute())


def one_file(entry: str, root: Path, declared_in: str, *, what: str) -> str:
    """A file named in a workspace. Raises PolicyError where it is not there or lies outside."""
    path = root / entry
    if not path.is_file():
        raise PolicyError([Diagnostic("no-file", f"there is no {what} `{entry}`", declared_in)])
    if not path.resolve().is_relative_to(root.resolve()):
        raise PolicyError([Diagnostic("outside-workspace", f"`{entry}` lies outside the workspace", declared_in)])
    return str(path)


def appetite_path(entry: str, root: Path, declared_in: str) -> str:
    """The shipped appetite of that name, or the file."""
    if not (root / entry).is_file() and appetite_file(entry).is_file() and os.sep not in entry:
        return str(appetite_file(entry))
    if not (root / entry).is_file():
        raise PolicyError([Diagnostic("no-appetite", f"there is no risk appetite `{entry}`", declared_in, help="`default` is the shipped one")])
    return str(root / entry)


def _below(folder: Path, suffixes: Sequence[str]) -> list[str]:
    found: list[str] = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found += [os.path.join(parent, n) for n in sorted(names) if n.endswith(tuple(suffixes)) and not n.startswith(".")]  # noqa: PTH118 - faster than Path over thousands of files
    return found
