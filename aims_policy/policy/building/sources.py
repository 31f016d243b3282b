"""Which files make up a bundle: from what a caller named and what the workspace says."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from aims_policy.diagnostics import Diagnostic, at
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
)
from aims_policy.policy.building.paths import from_here, shown
from aims_policy.policy.documents.models import Identity, SigningKey, WorkspaceDocument
from aims_policy.policy.documents.workspace import STAND_INS, Workspace, read_workspace
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.shipped import PACK, pack_folder
from aims_policy.policy.workspace import find_workspace, workspace_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aims_policy.policy.request import Request

T = TypeVar("T")

_NONE = WorkspaceDocument(
    apiVersion="aims/v1", kind="Workspace", metadata=Identity(name=PACK), policies=[PACK]
)
"""What holds where there is no workspace: the shipped pack and the default appetite."""
_BESIDE_THE_RULES = {*STAND_INS, "inventory", "waivers", "overrides", "admission", "signing", "tiers"}
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
    root: Path


def find_sources(request: Request, problems: list[Diagnostic]) -> Sources:
    """The files, which are all there; what is wrong with the workspace is added to ``problems``.

    Raises PolicyError where it cannot be told what rules, appetite and fields of our own are meant: what follows
    from that would be no fault of theirs.
    """
    lookup = _Lookup(_workspace(request))
    form = lookup.form
    appetite = (
        lookup.given(appetite_path, request.appetite)
        if request.appetite is not None
        else lookup.own(own_appetite_path, ("appetite",), form.appetite)
    )
    policies = (
        [lookup.given(policy_files, p) for p in request.policies]
        if request.policies
        else lookup.each(own_policy_files, ("policies",), form.policies)
    )
    waivers = (
        [lookup.given(partial(existing_file, what="waiver file"), w) for w in request.waivers]
        if request.waivers
        else lookup.each(partial(one_file, what="waiver file"), ("waivers",), form.waivers)
    )
    inventory = lookup.each(inventory_files, ("inventory",), form.inventory)
    schema = partial(one_file, what="JSON Schema")
    schemas = {k: lookup.own(schema, ("extensions", k), f) for k, f in sorted(form.extensions.items())}
    trusted = [_key(given) for given in form.signing.keys]
    keys = lookup.each(partial(one_file, what="key"), ("signing", "keys"), [file for file, _ in trusted])
    problems += lookup.problems
    if appetite is None or lookup.of_caller or not lookup.failed <= _BESIDE_THE_RULES:
        raise PolicyError(problems)
    return Sources(
        workspace=lookup.workspace,
        policies=_once(file for files in policies for file in files or ()),
        appetite=appetite,
        waivers=tuple(file for file in waivers if file is not None),
        inventory=_once(from_here(file) for files in inventory for file in files or ()),
        extensions=tuple((kind, file) for kind, file in schemas.items() if file is not None),
        keys=tuple(
            (from_here(file), assets)
            for file, (_, assets) in zip(keys, trusted, strict=True)
            if file is not None
        ),
        folders=_folders(request, lookup),
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


def _key(given: str | SigningKey) -> tuple[str, tuple[str, ...]]:
    """A key's file, and the assets that it may sign."""
    return (given, ()) if isinstance(given, str) else (given.file, tuple(given.assets))


def _once(files: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(files))


def _folders(request: Request, lookup: _Lookup) -> tuple[str, ...]:
    """Folders in which a new file would belong to the bundle."""
    root, inventory = lookup.root, lookup.form.inventory
    named = [lookup.here / p for p in request.policies] or [root / p for p in lookup.form.policies]
    policies = [pack_folder() if p.name == PACK and not p.exists() else p for p in named]
    patterns = [root] if any(map(is_pattern, inventory)) else []
    return _once(str(p) for p in (*policies, *(root / e for e in inventory), *patterns) if p.is_dir())
