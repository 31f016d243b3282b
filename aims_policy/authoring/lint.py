"""Lint: what is wrong or doubtful in policies, appetite, waivers, workspace, tests and manifests, all at once."""

from __future__ import annotations

import os
import re
from functools import partial
from typing import TYPE_CHECKING

from aims_policy import catalog
from aims_policy.authoring import checks
from aims_policy.authoring.pack import Pack, Remark, authored
from aims_policy.authoring.statements import read_statements
from aims_policy.authoring.test_files import CaseFile, read_test_file
from aims_policy.diagnostics import Diagnostic, at, in_order
from aims_policy.manifest.native.frame import AUTHORED
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.errors import PolicyError
from aims_policy.source import SourceError, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aims_policy.graph.order import Asset
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.appetite import Appetite
    from aims_policy.policy.building.compile import Trees
    from aims_policy.policy.bundle import Bundle
    from aims_policy.policy.documents.rules import Written
    from aims_policy.policy.waivers import Waiver
    from aims_policy.source import Document

_KIND = re.compile(rf"""^\s*["']?kind["']?\s*:\s*["']?(?:{"|".join(AUTHORED)})\b""", re.MULTILINE)
_SNIFFED = 4_096
_IN_LIGHT_OF = re.compile(r"\b(?:appetite|extensions)\b")
"""Names whose fields are those of the organization: where its workspace cannot be loaded, nobody knows them."""


class Linted(NamedTuple):
    """What was found, apart for what authors write and for manifests, and how many files of each there were."""

    policies: tuple[Diagnostic, ...]
    manifests: tuple[Diagnostic, ...]
    policy_files: int
    manifest_files: int
    passed_over: tuple[str, ...]


class _Desk:
    """What has been read so far, by kind."""

    def __init__(self) -> None:
        self.documents: dict[str, list[Document]] = {kind: [] for kind in AUTHORED}
        self.manifests: list[tuple[str, list[Document] | None]] = []
        self.policy_problems: list[Diagnostic] = []
        self.manifest_problems: list[Diagnostic] = []
        self.passed_over: list[str] = []


def lint(
    files: Sequence[tuple[str, bool]], *, workspace: str | None = None, appetite: str | None = None
) -> Linted:
    """Lint files, each with whether it was only met in a folder (then one that is not ours is passed over).

    ``workspace`` and ``appetite`` say in what surroundings rules and waivers are read; without them a workspace
    file among the files, else the nearest one, else what is shipped. Reads files; raises nothing for what they hold.
    """
    desk = _Desk()
    for file, met in files:
        _sort(file, met, desk)
    bundle = _surroundings(desk, workspace, appetite)
    written, trees = _policies(desk, bundle)
    tests = _tests(desk)
    waivers = _waivers(desk, bundle, {w.rule.id for w in written})
    for document in desk.documents["RiskAppetite"]:
        _attempt(partial(_appetite, document), desk.policy_problems)
    assets = _manifests(desk, bundle)
    tested = _tested(tests)
    own = tuple(desk.documents["Workspace"]) if bundle is not None else ()
    known = assets if desk.documents["Workspace"] else None
    statements = read_statements(
        desk.documents["Workspace"], desk.documents["StatementOfApplicability"], desk.policy_problems
    )
    pack = Pack(authored(written, trees), tested, waivers, known, own, statements, bundle)
    for name in checks.names():
        desk.policy_problems += [_located(name, remark) for remark in checks.run(name, pack)]
    desk.policy_problems += _unknown_rules(tests, written, bundle)
    return Linted(
        tuple(_without_twins(in_order(desk.policy_problems))),
        tuple(in_order(_but_kinds_told(desk))),
        sum(map(len, desk.documents.values())),
        len(desk.manifests),
        tuple(desk.passed_over),
    )


def _but_kinds_told(desk: _Desk) -> list[Diagnostic]:
    """Problems of manifests, but for a misspelt kind of which the policies have told already what was meant."""
    told = {(os.path.realpath(d.file), d.line, d.column) for d in desk.policy_problems}
    places = ((os.path.realpath(d.file), d.line, d.column) for d in desk.manifest_problems)
    both = zip(desk.manifest_problems, places, strict=True)
    return [d for d, place in both if d.code != "unknown-kind" or place not in told]


def _sort(file: str, met: bool, desk: _Desk) -> None:
    if file.lower().endswith((".md", ".markdown")):
        desk.manifests.append((file, None))
        return
    try:
        documents = read_file(file)
    except SourceError as error:
        problems = desk.policy_problems if _seems_authored(file) else desk.manifest_problems
        problems += error.diagnostics
        return
    others: list[Document] = []
    for document in documents:
        kind = document.value.get("kind") if isinstance(document.value, dict) else None
        if isinstance(kind, str) and kind in AUTHORED:
            desk.documents[kind].append(document)
        else:
            others.append(document)
    if others:
        from aims_policy.manifest.native.frame import is_native, is_report

        if met and not any(is_native(d.value) and not is_report(d.value) for d in others):
            desk.passed_over.append(file)
        else:
            desk.manifests.append((file, others))


def _seems_authored(file: str) -> bool:
    """Whether a file that does not parse was meant as a policy or the like, by its name or its ``kind`` line."""
    if file.endswith(("aims.yaml", ".test.yaml", ".test.yml")):
        return True
    try:
        with open(file, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123 - a name as given
            return _KIND.search(stream.read(_SNIFFED)) is not None
    except OSError:
        return False


def _surroundings(desk: _Desk, workspace: str | None, appetite: str | None) -> Bundle | None:
    """The bundle in whose light all is read; None where it cannot be loaded, which is then reported."""
    from aims_policy.policy.load import load_bundle

    own = desk.documents["Workspace"]
    given = workspace if workspace is not None else own[0].file if own else None
    try:
        bundle = load_bundle(workspace=given, appetite=appetite, cache=False)
    except PolicyError as error:
        desk.policy_problems += error.diagnostics
        return None
    desk.policy_problems += _as_errors(bundle.notices)
    for other in own[1:]:
        _attempt(partial(load_bundle, workspace=other.file, cache=False), desk.policy_problems)
    return bundle


def _policies(desk: _Desk, bundle: Bundle | None) -> tuple[list[Written], Trees]:
    from aims_policy.manifest.native.shape import shapes
    from aims_policy.policy.building.compile import compiled
    from aims_policy.policy.building.scope import scopes
    from aims_policy.policy.documents.appetite import appetite_type
    from aims_policy.policy.documents.rules import read_rules

    documents = desk.documents["Policy"]
    if not documents:
        return [], {}
    written, problems = read_rules(documents, catalog.controls())
    desk.policy_problems += problems
    appetite = bundle.appetite if bundle is not None else _shipped_appetite()
    names = scopes(bundle.shapes if bundle is not None else shapes(), appetite_type(appetite))
    told = written if bundle is not None else [w for w in written if not _IN_LIGHT_OF.search(_conditions(w))]
    _code, trees, language_problems = compiled(told, names)
    desk.policy_problems += language_problems
    return written, trees


def _conditions(written: Written) -> str:
    return f"{written.rule.when} {written.rule.require}"


def _shipped_appetite() -> Appetite:
    from aims_policy.policy.shipped import appetite_file

    return _appetite(read_file(appetite_file())[0])


def _appetite(document: Document) -> Appetite:
    from aims_policy.policy.documents.appetite import read_appetite

    return read_appetite(document)


def _tests(desk: _Desk) -> list[CaseFile]:
    read = (read_test_file(document, desk.policy_problems) for document in desk.documents["PolicyTest"])
    return [file for file in read if file is not None]


def _tested(tests: Iterable[CaseFile]) -> dict[str, frozenset[str]]:
    tested: dict[str, frozenset[str]] = {}
    for case in (case for file in tests for case in file.cases):
        tested[case.rule] = tested.get(case.rule, frozenset()) | {case.expect}
    return tested


def _unknown_rules(
    tests: Iterable[CaseFile], written: Sequence[Written], bundle: Bundle | None
) -> list[Diagnostic]:
    known = {w.rule.id for w in written} | ({r.id for r in bundle.rules} if bundle is not None else set())
    return [d for file in tests for d in file.unknown_rules(known)]


def _waivers(desk: _Desk, bundle: Bundle | None, rules: set[str]) -> tuple[Waiver, ...]:
    from aims_policy.policy.documents.waivers import read_waivers

    known = rules | ({r.id for r in bundle.rules} if bundle is not None else set())
    try:
        waivers, notices = read_waivers(desk.documents["Waivers"], known)
    except PolicyError as error:
        desk.policy_problems += error.diagnostics
        return ()
    desk.policy_problems += _as_errors(notices)
    return waivers


def _as_errors(notices: Iterable[Diagnostic]) -> list[Diagnostic]:
    """A waiver that is wrong changes no decision, and so only warns there; who checks its file wants it mended."""
    return [n._replace(severity="error") if n.severity == "warning" else n for n in notices]


def _manifests(desk: _Desk, bundle: Bundle | None) -> frozenset[str]:
    """Ids of the assets; what is wrong with each manifest, circles among them, ids given twice, what is nowhere."""
    from aims_policy.decision.decide import asset
    from aims_policy.graph.duplicates import duplicates
    from aims_policy.graph.order import build_order
    from aims_policy.graph.references import dangling

    assets: list[Asset] = []
    evidence: list[str] = []
    for file, documents in desk.manifests:
        try:
            for manifest in _read(file, documents, bundle):
                assets.append(asset(manifest))
                evidence += [source.file for source in manifest.sources]
                desk.manifest_problems += manifest.notes
        except SourceError as error:
            if documents is None and all(d.code == "unknown-format" for d in error.diagnostics):
                desk.passed_over.append(file)
            else:
                desk.manifest_problems += error.diagnostics
    desk.manifest_problems += build_order(assets)[1]
    if desk.documents["Workspace"]:  # else what is referred to may be elsewhere
        desk.manifest_problems += dangling(sorted(assets))
    desk.manifest_problems += duplicates(sorted(_of_inventory(assets, evidence, bundle)))
    return frozenset(one.id for one in assets)


def _of_inventory(assets: Iterable[Asset], evidence: Iterable[str], bundle: Bundle | None) -> list[Asset]:
    """Those of the workspace's inventory: elsewhere two drafts of one asset may lie side by side.

    Files of ``evidence`` are none: a report on a model in the inventory is no second model.
    """
    inventory = {os.path.realpath(f) for f in bundle.inventory} if bundle is not None else set()
    inventory -= {os.path.realpath(f) for f in evidence}
    return [one for one in assets if os.path.realpath(one.file) in inventory]


def _read(file: str, documents: list[Document] | None, bundle: Bundle | None) -> list[Manifest]:
    """As the bundle has it, or where that cannot be loaded, by what holds everywhere. Raises SourceError."""
    source, folder = documents if documents is not None else file, os.path.dirname(file) or "."  # noqa: PTH120 - kept as people named it
    if bundle is None:
        from aims_policy.manifest.native.shape import shapes
        from aims_policy.manifest.read import read

        return read(source, shapes(), folder=folder)
    from aims_policy.policy.manifests import read_with

    return read_with(bundle, source, folder=folder)


def _without_twins(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Each problem once: a bundle calls files by their names in the workspace, and we by the path that was given."""
    kept: dict[tuple[object, ...], list[str]] = {}
    result = []
    for one in sorted(diagnostics, key=lambda d: -len(d.file)):
        names = kept.setdefault(one._replace(file="")[:], [])
        if not any(name == one.file or name.endswith(f"/{one.file}") for name in names):
            names.append(one.file)
            result.append(one)
    return in_order(result)


def _located(code: str, remark: Remark) -> Diagnostic:
    """A check's remark at its place in the file."""
    if remark.waiver is not None:
        w = remark.waiver
        return Diagnostic(code, remark.message, w.file, w.line, 1, severity=remark.severity, help=remark.help)
    if remark.place is not None:
        document, path = remark.place
        found = at(document, document.span(path), code, remark.message, help=remark.help)
        return found._replace(severity=remark.severity)
    assert remark.rule is not None  # noqa: S101 - a remark is about a rule, a waiver or a place
    written = remark.rule.written
    span = written.document.span((*written.path, remark.field))
    if remark.node is not None:
        from aims_policy.policy.documents.positions import span_within

        text = getattr(written.rule, remark.field)
        span = span_within(written.document, span, text, remark.node.start, remark.node.end)
    return at(written.document, span, code, remark.message, severity=remark.severity, help=remark.help)


def _attempt(work: Callable[[], object], problems: list[Diagnostic]) -> None:
    try:
        work()
    except (PolicyError, SourceError) as error:
        problems += error.diagnostics
