"""Building a bundle anew: find its files, read them, check them all, compile."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import aims_policy
from aims_policy import catalog
from aims_policy.diagnostics import Diagnostic, at
from aims_policy.manifest.native.shape import shapes as native_shapes
from aims_policy.policy import fingerprint
from aims_policy.policy import waivers as waiver_files
from aims_policy.policy.appetite import Appetite
from aims_policy.policy.appetite import to_plain as appetite_to_plain
from aims_policy.policy.appetite_file import appetite_type, read_appetite
from aims_policy.policy.compile import compiled
from aims_policy.policy.documents import Identity, WorkspaceDocument
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.listing import names_below
from aims_policy.policy.rules import overridden, read_rules
from aims_policy.policy.scope import scopes
from aims_policy.policy.shipped import PACK, pack_folder, shipped
from aims_policy.policy.stored import from_plain
from aims_policy.policy.well_formed import well_formed
from aims_policy.policy.workspace import (
    FILE,
    Sources,
    Unusable,
    appetite_path,
    existing_file,
    find_workspace,
    inventory_files,
    one_file,
    own_policy_files,
    policy_files,
    workspace_path,
)
from aims_policy.source import SourceError, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aims_policy.manifest.manifest import Located
    from aims_policy.policy.bundle import Bundle, Rule
    from aims_policy.policy.request import Request
    from aims_policy.policy.waivers import Waiver
    from aims_policy.source import Document

T = TypeVar("T")


def build(request: Request) -> tuple[Bundle, Any, Any]:
    """The bundle, what it was made from (for the cache to compare), and its plain form (for the cache to keep).

    Raises PolicyError with every diagnostic of every file.
    """
    problems: list[Diagnostic] = []
    sources, workspace, workspace_document = _sources(request, problems)
    policy_documents = _read(sources.policies, sources, problems)
    appetite_documents = _read((sources.appetite,), sources, problems)
    waiver_documents = _read(sources.waivers, sources, problems)
    schema_documents = {k: d for k, f in sources.extensions for d in _read((f,), sources, problems)}
    written, rule_problems = read_rules(policy_documents, catalog.controls())
    problems += rule_problems
    notes: list[Diagnostic] = []
    if workspace is not None and workspace_document is not None:
        written, override_problems, notes = overridden(written, workspace, workspace_document)
        problems += override_problems
    appetite = (
        _attempt(lambda: read_appetite(appetite_documents[0]), problems) if appetite_documents else None
    )
    if appetite is None:
        raise PolicyError(problems)
    if schema_documents:
        from aims_policy.policy.schema_patterns import unsafe_patterns

        problems += [problem for schema in schema_documents.values() for problem in unsafe_patterns(schema)]
    shapes = (
        _attempt(lambda: _with_extensions(native_shapes(), schema_documents), problems) or native_shapes()
    )
    written.sort(key=lambda w: (catalog.natural_key(w.rule.controls[0]), w.rule.id))
    code, trees, language_problems = compiled(written, scopes(shapes, appetite_type(appetite)))
    problems += language_problems
    read = _attempt(
        lambda: waiver_files.read_waivers(waiver_documents, {w.rule.id for w in written}), problems
    )
    if problems or read is None:
        raise PolicyError(problems)
    waivers, waiver_notes = read
    plain = (
        workspace.metadata.name if workspace is not None else PACK,
        sources.root,
        _digest([w.rule for w in written], appetite, waivers, schema_documents.values(), sources.keys),
        tuple(tuple(w.rule) for w in written),
        code,
        trees,
        appetite_to_plain(appetite),
        tuple(waiver_files.to_plain(w) for w in waivers),
        {c.id: c.title for c in catalog.controls().values()},
        shapes,
        {k: d.text for k, d in schema_documents.items()},
        sources.inventory,
        tuple(_read_files(sources)),
        tuple(tuple(d) for d in (*notes, *waiver_notes)),
        sources.keys,
    )
    return from_plain(plain), _inputs(request, sources), plain


def _read_files(sources: Sources) -> list[str]:
    """What a bundle is read from, but for the schemas of extensions."""
    workspace = [sources.workspace] if sources.workspace else []
    return [*workspace, *sources.policies, sources.appetite, *sources.waivers]


def _sources(
    request: Request, problems: list[Diagnostic]
) -> tuple[Sources, WorkspaceDocument | None, Located | None]:
    """Which files to read, from what was asked for and the workspace, and what is wrong with that.

    Raises PolicyError where it cannot be told what rules, appetite and fields of our own are meant: what follows
    from that would be no fault of theirs.
    """
    file = _workspace_file(request)
    if file is None:
        return _named(request, Path.cwd(), None, _SHIPPED, _Entries(None)), None, None
    try:
        document = read_file(file, shown_as=_shown(str(file), Path.cwd()))[0]
    except SourceError as error:
        raise PolicyError(error.diagnostics) from None
    form = well_formed(document, WorkspaceDocument, _STAND_INS)
    problems += form.problems
    if form.model is None:
        raise PolicyError(problems)
    entries = _Entries(form.document)
    try:
        sources = _named(request, file.parent, str(file), form.model, entries)
    finally:
        problems += entries.problems
    if entries.failed | form.lost <= _BESIDE_THE_RULES:
        return sources, form.model, form.document
    raise PolicyError(problems)


_STAND_INS = {"apiVersion": "aims/v1", "kind": "Workspace", "metadata": {"name": "workspace"}}
_BESIDE_THE_RULES = {*_STAND_INS, "inventory", "waivers", "overrides", "admission", "signing"}
"""Fields of a workspace that can be wrong without anything seeming wrong in a policy that is right."""

_SHIPPED = WorkspaceDocument(
    apiVersion="aims/v1", kind="Workspace", metadata=Identity(name=PACK), policies=[PACK]
)


def _workspace_file(request: Request) -> Path | None:
    if request.workspace is not None:
        return workspace_path(request.workspace)
    return None if request.policies else find_workspace()


def _named(
    request: Request, root: Path, file: str | None, workspace: WorkspaceDocument, entries: _Entries
) -> Sources:
    """Paths that a caller names are relative to the current folder, those in a workspace to its own.

    Raises PolicyError where there is no appetite, or something that a caller names.
    """
    here = Path.cwd()
    if request.policies:
        policies = [f for p in request.policies for f in entries.given(partial(policy_files, p, here)) or ()]
    else:
        policies = [
            f
            for i, p in enumerate(workspace.policies)
            for f in entries.at(("policies", i), partial(own_policy_files, p, root)) or ()
        ]
    if request.appetite is not None:
        appetite = entries.given(partial(appetite_path, str(request.appetite), here))
    else:
        appetite = entries.at(("appetite",), partial(appetite_path, workspace.appetite, root))
    if request.waivers:
        waivers = [entries.given(partial(existing_file, w, what="waiver file")) for w in request.waivers]
    else:
        waivers = [
            entries.at(("waivers", i), partial(one_file, w, root, what="waiver file"))
            for i, w in enumerate(workspace.waivers)
        ]
    inventory = [
        f
        for i, e in enumerate(workspace.inventory)
        for f in entries.at(("inventory", i), partial(inventory_files, e, root)) or ()
    ]
    schemas = {
        k: entries.at(("extensions", k), partial(one_file, f, root, what="JSON Schema"))
        for k, f in workspace.extensions.items()
    }
    keys = [
        entries.at(("signing", "keys", i), partial(one_file, k, root, what="key"))
        for i, k in enumerate(workspace.signing.keys)
    ]
    if appetite is None or entries.of_caller:
        raise PolicyError(entries.problems)
    return Sources(
        workspace=file,
        policies=tuple(dict.fromkeys(policies)),
        appetite=appetite,
        waivers=tuple(w for w in waivers if w is not None),
        inventory=tuple(dict.fromkeys(_from_here(f) for f in inventory)),
        extensions=tuple((k, f) for k, f in sorted(schemas.items()) if f is not None),
        keys=tuple(_from_here(k) for k in keys if k is not None),
        folders=_folders(
            [here / p for p in request.policies], [root / p for p in workspace.policies], root, workspace
        ),
        root=str(root),
    )


def _from_here(file: str) -> str:
    """Relative to the current folder where it lies below it: what people see and what decisions record."""
    path, here = Path(os.path.abspath(file)), Path.cwd()  # noqa: PTH100 - symlinks stay as their author named them
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _folders(given: list[Path], own: list[Path], root: Path, workspace: WorkspaceDocument) -> tuple[str, ...]:
    """Folders in which a new file would belong to the bundle."""
    inventory = [root / e for e in workspace.inventory]
    patterns = any(c in e for e in workspace.inventory for c in "*?[")
    policies = [pack_folder() if p.name == PACK and not p.exists() else p for p in given or own]
    found = [p for p in (*policies, *inventory, *([root] if patterns else [])) if p.is_dir()]
    return tuple(dict.fromkeys(str(p) for p in found))


class _Entries:
    """Looks entries up one by one and keeps what is wrong with each, at its place in the workspace file."""

    def __init__(self, document: Located | None) -> None:
        self.problems: list[Diagnostic] = []
        self.failed = set[str]()
        """Fields of the workspace of which an entry cannot be used."""
        self.of_caller = False
        """Whether something that a caller named cannot be used."""
        self._document = document

    def given(self, look_up: Callable[[], T]) -> T | None:
        """For what a caller named."""
        try:
            return look_up()
        except Unusable as error:
            self.of_caller = True
            self.problems.append(Diagnostic(error.code, error.message, help=error.hint))
            return None

    def at(self, path: tuple[str | int, ...], look_up: Callable[[], T]) -> T | None:
        """For what stands at a path of the workspace file."""
        try:
            return look_up()
        except Unusable as error:
            self.failed.add(str(path[0]))
            if self._document is None:
                self.problems.append(Diagnostic(error.code, error.message, help=error.hint))
            else:
                self.problems.append(
                    at(self._document, self._document.span(path), error.code, error.message, help=error.hint)
                )
            return None


def _read(files: Iterable[str], sources: Sources, problems: list[Diagnostic]) -> list[Document]:
    documents: list[Document] = []
    for file in files:
        try:
            documents += read_file(file, shown_as=_shown(file, Path(sources.root)))
        except SourceError as error:
            problems += error.diagnostics
    return documents


def _shown(file: str, root: Path) -> str:
    """How a file is called in findings: the same wherever the workspace and the pack are installed."""
    path = Path(os.path.abspath(file))  # noqa: PTH100 - symlinks stay as their author named them
    for base in (root.resolve(), root, Path.cwd()):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return (
        path.relative_to(shipped("policies")).as_posix()
        if path.is_relative_to(shipped("policies"))
        else str(file)
    )


def _attempt(make: Callable[[], T], problems: list[Diagnostic]) -> T | None:
    try:
        return make()
    except (PolicyError, SourceError) as error:
        problems += error.diagnostics
        return None


def _with_extensions(shapes: dict[str, Any], schemas: dict[str, Document]) -> dict[str, Any]:
    if not schemas:
        return shapes
    from aims_policy.manifest.native.extensions import with_extensions

    return shapes | {kind: with_extensions(shapes[kind], schema) for kind, schema in schemas.items()}


def _digest(
    rules: Iterable[Rule],
    appetite: Appetite,
    waivers: tuple[Waiver, ...],
    schemas: Iterable[Document],
    keys: Iterable[str],
) -> str:
    """Over everything that can change a decision, and nothing that cannot (no path, no line)."""
    limits = appetite_to_plain(appetite)
    parts: list[Any] = [aims_policy.__version__, limits[0], limits[2], *limits[4:]]
    parts += [tuple(rule[:9]) for rule in rules]
    parts += [waiver_files.to_plain(w)[:8] for w in waivers]
    parts += [d.digest for d in schemas]
    parts += [fingerprint.file_digest(k) for k in keys]
    return f"sha256:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def _inputs(request: Request, sources: Sources) -> Any:
    """What the cache compares: files with digests, folders with the names below them, files that must not appear."""
    files = [*_read_files(sources), *(f for _, f in sources.extensions), *sources.keys]
    absent: list[str] = []
    if request.workspace is None and not request.policies and sources.workspace is None:
        here = Path.cwd()
        absent = [str(p / FILE) for p in (here, *here.parents)]
    return (
        tuple((f, fingerprint.file_digest(f)) for f in files),
        tuple((f, names_below(f)) for f in sources.folders),
        tuple(absent),
    )
