"""Building a bundle anew: find its files, read them, check them all, compile."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from aims_policy import catalog
from aims_policy.manifest.native.shape import shapes as native_shapes
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy import appetite as appetites
from aims_policy.policy import waivers as waiving
from aims_policy.policy.building.compile import compiled
from aims_policy.policy.building.digest import digest_of
from aims_policy.policy.building.paths import shown
from aims_policy.policy.building.scope import scopes
from aims_policy.policy.building.sources import find_sources
from aims_policy.policy.documents.appetite import appetite_type, read_appetite
from aims_policy.policy.documents.rules import asset_overrides, overridden, read_rules
from aims_policy.policy.documents.waivers import read_waivers
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.fingerprint import Inputs, taken
from aims_policy.policy.shipped import PACK
from aims_policy.policy.stored import Plain, from_plain
from aims_policy.policy.workspace import nearer_workspaces
from aims_policy.source import SourceError, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.native.shape import Shape
    from aims_policy.policy.building.sources import Sources
    from aims_policy.policy.bundle import Bundle
    from aims_policy.policy.documents.rules import Written
    from aims_policy.policy.documents.workspace import Workspace
    from aims_policy.policy.request import Request
    from aims_policy.source import Document

T = TypeVar("T")


class Built(NamedTuple):
    """A bundle, what it was made from (for the cache to compare), and its plain form (for the cache to keep)."""

    bundle: Bundle
    inputs: Inputs
    plain: Plain


def build(request: Request) -> Built:
    """The bundle that was asked for. Raises PolicyError with every diagnostic of every file."""
    problems: list[Diagnostic] = []
    sources = find_sources(request, problems)
    inputs = _inputs(request, sources)  # before they are read: what is written meanwhile is a change
    documents = _read_all(sources, problems)
    written, notes = _rules(documents.policies, sources.workspace, problems)
    appetite = (
        _attempt(lambda: read_appetite(documents.appetite[0]), problems) if documents.appetite else None
    )
    if appetite is None:
        raise PolicyError(problems)
    shapes = _shapes(documents.extensions, problems)
    code, trees, language_problems = compiled(written, scopes(shapes, appetite_type(appetite)))
    problems += language_problems
    waivers = _attempt(lambda: read_waivers(documents.waivers, {w.rule.id for w in written}), problems)
    if problems or waivers is None:
        raise PolicyError(problems)
    rules = [w.rule for w in written]
    overrides = (
        asset_overrides(sources.workspace, [r.id for r in rules]) if sources.workspace is not None else ()
    )
    least_tiers = _least_tiers(sources.workspace)
    plain = Plain(
        name=sources.workspace.form.metadata.name if sources.workspace is not None else PACK,
        root=str(sources.root),
        digest=digest_of(
            rules, appetite, waivers[0], documents.extensions, sources.keys, least_tiers, overrides
        ),
        rules=tuple(tuple(rule) for rule in rules),
        code=code,
        trees=trees,
        appetite=appetites.to_plain(appetite),
        waivers=tuple(waiving.to_plain(w) for w in waivers[0]),
        control_titles={c.id: c.title for c in catalog.controls().values()},
        shapes=shapes,
        extensions={kind: schema.text for kind, schema in documents.extensions.items()},
        inventory=sources.inventory,
        files=_files(sources),
        notices=tuple(tuple(d) for d in (*notes, *waivers[1])),
        keys=sources.keys,
        least_tiers=least_tiers,
        overrides=tuple(tuple(override) for override in overrides),
    )
    return Built(from_plain(plain), inputs, plain)


class _Documents(NamedTuple):
    policies: list[Document]
    appetite: list[Document]
    waivers: list[Document]
    extensions: dict[str, Document]
    """Schemas by the kind that they extend."""


def _read_all(sources: Sources, problems: list[Diagnostic]) -> _Documents:
    """The documents of the files that can be read; what is wrong with the others is added to ``problems``."""
    schemas = {kind: _read([file], sources.root, problems) for kind, file in sources.extensions}
    return _Documents(
        policies=_read(sources.policies, sources.root, problems),
        appetite=_read([sources.appetite], sources.root, problems),
        waivers=_read(sources.waivers, sources.root, problems),
        extensions={kind: documents[-1] for kind, documents in schemas.items() if documents},
    )


def _read(files: Iterable[str], root: Path, problems: list[Diagnostic]) -> list[Document]:
    documents: list[Document] = []
    for file in files:
        try:
            documents += read_file(file, shown_as=shown(file, root))
        except SourceError as error:
            problems += error.diagnostics
    return documents


def _attempt(make: Callable[[], T], problems: list[Diagnostic]) -> T | None:
    """What is made, or None and what is wrong added to ``problems``: the other files are still to be judged."""
    try:
        return make()
    except (PolicyError, SourceError) as error:
        problems += error.diagnostics
        return None


def _rules(
    documents: Iterable[Document], workspace: Workspace | None, problems: list[Diagnostic]
) -> tuple[list[Written], list[Diagnostic]]:
    """The rules as the workspace has them, in the order of their controls, and notes on what it overrides."""
    written, wrong = read_rules(documents, catalog.controls())
    problems += wrong
    notes: list[Diagnostic] = []
    if workspace is not None:
        written, wrong, notes = overridden(written, workspace)
        problems += wrong
    written.sort(key=lambda w: (catalog.natural_key(w.rule.controls[0]), w.rule.id))
    return written, notes


def _shapes(extensions: Mapping[str, Document], problems: list[Diagnostic]) -> dict[str, Shape]:
    """The shape of each kind of manifest, with the fields that an organization added."""
    shapes = native_shapes()
    if not extensions:
        return shapes
    from aims_policy.manifest.native.extensions import with_extensions
    from aims_policy.policy.documents.schema_patterns import unsafe_patterns

    problems += [problem for schema in extensions.values() for problem in unsafe_patterns(schema)]
    extended = _attempt(
        lambda: {kind: with_extensions(shapes[kind], schema) for kind, schema in extensions.items()}, problems
    )
    return shapes | (extended or {})


def _least_tiers(workspace: Workspace | None) -> tuple[tuple[tuple[str, ...], str], ...]:
    held = workspace.form.tiers if workspace is not None else ()
    return tuple((tuple(each.assets), each.least) for each in held)


def _files(sources: Sources) -> tuple[str, ...]:
    """What a bundle is read from, but for the schemas of extensions."""
    workspace = [str(sources.workspace.file)] if sources.workspace is not None else []
    return (*workspace, *sources.policies, sources.appetite, *sources.waivers)


def _inputs(request: Request, sources: Sources) -> Inputs:
    schemas = [file for _, file in sources.extensions]
    found_by_place = request.workspace is None and not request.policies
    nearer = nearer_workspaces(sources.workspace and sources.workspace.file) if found_by_place else ()
    return taken(
        files=[*_files(sources), *schemas, *(file for file, _ in sources.keys)],
        folders=sources.folders,
        preferred=(*sources.preferred, *nearer),
    )
