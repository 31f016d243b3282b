"""Which files make up a bundle: from what a caller named and what the workspace says."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.building.entries import (
    Unusable,
    appetite_path,
    existing_file,
    inventory_files,
    is_pattern,
    one_file,
    own_appetite_path,
    own_policy_files,
    policy_files,
    policy_path,
)
from aims_policy.policy.building.paths import from_here, shown
from aims_policy.policy.documents.models import Identity, WorkspaceDocument
from aims_policy.policy.documents.workspace import STAND_INS, Workspace, read_workspace
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.shipped import PACK
from aims_policy.policy.workspace import find_workspace, workspace_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aims_policy.policy.request import Request

T = TypeVar("T")

_NONE = WorkspaceDocument(
    apiVersion="aims/v1", kind="Workspace", metadata=Identity(name=PACK), policies=[PACK]
)
"""What holds where there is no workspace: the shipped pack and the default appetite."""
_BESIDE_THE_RULES = {
    *STAND_INS,
    "inventory",
    "waivers",
    "overrides",
    "admission",
    "signing",
    "tiers",
    "statement",
}
"""Fields of a workspace that can be wrong without anything seeming wrong in a policy that is right."""


class Sources(NamedTuple):
    """The files that make up a bundle, as found, and the folders where more of them would be noticed."""

    workspace: Workspace | None
    policies: tuple[str, ...]
    appetite: str
    waivers: tuple[str, ...]
    inventory: tuple[str, ...]
    extensions: tuple[tuple[str, str], ...]
    """Files of JSON Schemas by kind."""
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    """Files, and the assets that each may sign: none for all."""
    folders: tuple[str, ...]
    preferred: tuple[str, ...]
    """Paths that would be used if they were there, in place of what is shipped under that name."""
    root: Path


def find_sources(request: Request, problems: list[Diagnostic]) -> Sources:
    """The files, which are all there; what is wrong with the workspace is added to ``problems``.

    Raises PolicyError where it cannot be told what rules, appetite and fields of our own are meant: what follows
    from that would be no fault of theirs.
    """
    lookup = _Lookup(_workspace(request))
    appetite = _appetite(request, lookup)
    policies = _policies(request, lookup)
    waivers = _waivers(request, lookup)
    inventory = lookup.each(inventory_files, ("inventory",), lookup.form.inventory)
    extensions = _extensions(lookup)
    keys = _keys(lookup)
    problems += lookup.problems
    if appetite is None or lookup.of_caller or not lookup.failed <= _BESIDE_THE_RULES:
        raise PolicyError(problems)
    return Sources(
        workspace=lookup.workspace,
        policies=_once(file for files in policies for file in files or ()),
        appetite=appetite,
        waivers=waivers,
        inventory=_once(from_here(file) for files in inventory for file in files or ()),
        extensions=extensions,
        keys=keys,
        folders=_folders(request, lookup),
        preferred=_preferred(request, lookup),
        root=lookup.root,
    )


def _workspace(request: Request) -> Workspace | None:
    """The workspace that was named; else the nearest, unless policies were named."""
    if request.workspace is not None:
        file: Path | None = workspace_path(request.workspace)
    else:
        file = None if request.policies else find_workspace()
    return None if file is None else read_workspace(file, shown_as=shown(str(file), Path.cwd()))


class _Lookup:
    """Looks entries up one by one, and keeps what is wrong with each at its place in the workspace file.

    Paths that a caller names are relative to the current folder, those in a workspace to its own.
    """

    def __init__(self, workspace: Workspace | None) -> None:
        self.workspace = workspace
        self.form = _NONE if workspace is None else workspace.form
        self.here = Path.cwd()
        self.root = self.here if workspace is None else workspace.file.parent
        self.problems = [] if workspace is None else list(workspace.problems)
        self.failed = set() if workspace is None else set(workspace.lost)
        """Fields of the workspace of which something cannot be used."""
        self.of_caller = False
        """Whether something that a caller named cannot be used."""

    def given(self, look_up: Callable[[str, Path], T], entry: str) -> T | None:
        """What a caller named."""
        try:
            return look_up(entry, self.here)
        except Unusable as error:
            self.of_caller = True
            self.problems.append(Diagnostic(error.code, error.message, help=error.hint))
            return None

    def own(self, look_up: Callable[[str, Path], T], path: tuple[str | int, ...], entry: str) -> T | None:
        """What stands at a path of the workspace file."""
        if self.workspace is None:
            return self.given(look_up, entry)
        try:
            return look_up(entry, self.root)
        except Unusable as error:
            self.failed.add(str(path[0]))
            document = self.workspace.document
            span = document.span(path)
            self.problems.append(at(document, span, error.code, error.message, help=error.hint))
            return None

    def each(
        self, look_up: Callable[[str, Path], T], path: tuple[str, ...], entries: Sequence[str]
    ) -> list[T | None]:
        """What stands in a list of the workspace file."""
        return [self.own(look_up, (*path, index), entry) for index, entry in enumerate(entries)]


def _appetite(request: Request, lookup: _Lookup) -> str | None:
    if request.appetite is not None:
        return lookup.given(appetite_path, request.appetite)
    return lookup.own(own_appetite_path, ("appetite",), lookup.form.appetite)


def _policies(request: Request, lookup: _Lookup) -> list[list[str] | None]:
    if request.policies:
        return [lookup.given(policy_files, p) for p in request.policies]
    return lookup.each(own_policy_files, ("policies",), lookup.form.policies)


def _waivers(request: Request, lookup: _Lookup) -> tuple[str, ...]:
    if request.waivers:
        found = [lookup.given(partial(existing_file, what="waiver file"), w) for w in request.waivers]
    else:
        found = lookup.each(partial(one_file, what="waiver file"), ("waivers",), lookup.form.waivers)
    return tuple(file for file in found if file is not None)


def _extensions(lookup: _Lookup) -> tuple[tuple[str, str], ...]:
    schema = partial(one_file, what="JSON Schema")
    found = [
        (kind, lookup.own(schema, ("extensions", kind), file))
        for kind, file in sorted(lookup.form.extensions.items())
    ]
    return tuple((kind, file) for kind, file in found if file is not None)


def _keys(lookup: _Lookup) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each key's file, and the assets that it may sign."""
    trusted = [
        (key, ()) if isinstance(key, str) else (key.file, tuple(key.assets))
        for key in lookup.form.signing.keys
    ]
    files = lookup.each(partial(one_file, what="key"), ("signing", "keys"), [file for file, _ in trusted])
    return tuple(
        (from_here(file), assets)
        for file, (_, assets) in zip(files, trusted, strict=True)
        if file is not None
    )


def _once(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(files))


def _folders(request: Request, lookup: _Lookup) -> tuple[str, ...]:
    """Folders in which a new file would belong to the bundle."""
    root, inventory = lookup.root, lookup.form.inventory
    base, named = _named_policies(request, lookup)
    policies = [policy_path(entry, base) for entry in named]
    patterns = [root] if any(map(is_pattern, inventory)) else []
    return _once(str(p) for p in (*policies, *(root / e for e in inventory), *patterns) if os.path.isdir(p))


def _preferred(request: Request, lookup: _Lookup) -> tuple[str, ...]:
    """What a caller or a workspace names may be its own before it is what is shipped."""
    base, policies = _named_policies(request, lookup)
    pack = [base / PACK] if PACK in policies else []
    chosen = request.appetite
    appetite = lookup.root / lookup.form.appetite if chosen is None else lookup.here / chosen
    return _once(str(p) for p in (*pack, appetite))


def _named_policies(request: Request, lookup: _Lookup) -> tuple[Path, Sequence[str]]:
    """The entries that say which policies there are, and the folder that they are relative to."""
    return (lookup.here, request.policies) if request.policies else (lookup.root, lookup.form.policies)
