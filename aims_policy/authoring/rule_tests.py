"""Rule tests: each case's manifest is decided by the engine itself, and the finding compared with what is expected.

A case whose rule did not run fails: a test must not pass because its rule is gone.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aims_policy.authoring.test_files import Case, CaseFile, Edited, read_test_file
from aims_policy.decision.context import ALONE, Context, UpstreamAsset
from aims_policy.decision.evaluate import evaluate
from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.evidence.merge import merged
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.load import load_bundle
from aims_policy.policy.waivers import parse_day
from aims_policy.source import SourceError, read_file
from aims_policy.source.strength import VERIFIED, graded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from aims_policy.decision.record import Finding
    from aims_policy.manifest.manifest import Located, Manifest
    from aims_policy.policy.bundle import Bundle

SUFFIXES = (".test.yaml", ".test.yml")


class Result(NamedTuple):
    """One case: what came out, and where it differs from what was expected (None where it does not)."""

    file: str
    name: str
    rule: str
    expected: str
    outcome: str
    failure: Diagnostic | None


class Run(NamedTuple):
    """All results; ``problems`` are tests or policies that are wrong, so that their cases did not run."""

    results: tuple[Result, ...]
    untested: tuple[str, ...]
    problems: tuple[Diagnostic, ...]
    rules: int


def run(files: Sequence[str], *, workspace: str | None = None, appetite: str | None = None) -> Run:
    """Run test files. ``workspace`` is one whose extensions and appetite hold for its own policies."""
    problems: list[Diagnostic] = []
    tests = [t for file in files for t in _read(file, problems)]
    own = _workspace_bundle(workspace, appetite, problems)
    results: list[Result] = []
    rules: dict[str, None] = {}
    for group in _by_folder(tests):
        bundle = _bundle(group, own, appetite, problems)
        if bundle is None:
            continue
        known = {r.id for r in bundle.rules}
        written = [rule for test in group for rule in _rules_of(_policy_path(test))]
        # The workspace excludes the others, and says why: their tests wait.
        rules.update((rule, None) for rule in written if rule in known)
        for test in group:
            problems += test.unknown_rules(known.union(written))
            results += [_result(test, case, bundle, problems) for case in test.cases if case.rule in known]
    tested = {r.rule for r in results}
    return Run(tuple(results), tuple(r for r in rules if r not in tested), tuple(problems), len(rules))


def _read(file: str, problems: list[Diagnostic]) -> Iterable[CaseFile]:
    try:
        documents = read_file(file)
    except SourceError as error:
        problems += error.diagnostics
        return
    for document in documents:
        test = read_test_file(document, problems)
        if test is not None:
            yield test


def _workspace_bundle(
    workspace: str | None, appetite: str | None, problems: list[Diagnostic]
) -> Bundle | None:
    from aims_policy.policy.workspace import find_workspace

    if workspace is None and find_workspace() is None:
        return None
    try:
        return load_bundle(workspace=workspace, appetite=appetite)
    except PolicyError as error:
        problems += error.diagnostics
        return None


def _by_folder(tests: Iterable[CaseFile]) -> list[list[CaseFile]]:
    groups: dict[str, list[CaseFile]] = {}
    for test in tests:
        groups.setdefault(os.path.realpath(Path(test.document.file).parent), []).append(test)
    return list(groups.values())


def _policy_path(test: CaseFile) -> str:
    return str(Path(test.document.file).parent / test.policy)


def _bundle(
    group: Sequence[CaseFile], own: Bundle | None, appetite: str | None, problems: list[Diagnostic]
) -> Bundle | None:
    """The workspace's bundle where it has all of these policies, else one made of just them."""
    absent = [t for t in group if not Path(_policy_path(t)).is_file()]
    for test in absent:
        span = test.document.span(("policy",))
        message = f"there is no policy `{test.policy}` beside this file"
        problems.append(Diagnostic("no-policy", message, test.document.file, span.line, span.column))
    if absent:
        return None
    policies = dict.fromkeys(os.path.realpath(_policy_path(t)) for t in group)
    if own is not None and set(policies) <= {os.path.realpath(f) for f in own.files}:
        return own
    try:
        return load_bundle(policies=list(policies), appetite=appetite)
    except PolicyError as error:
        problems += error.diagnostics
        return None


def _rules_of(policy: str) -> list[str]:
    """Ids of the rules in a policy file that has been loaded already."""
    return [rule["id"] for document in read_file(policy) for rule in document.value["rules"]]


def _result(test: CaseFile, case: Case, bundle: Bundle, problems: list[Diagnostic]) -> Result:
    try:
        finding = _found(test, case, bundle)
    except SourceError as error:
        problems += error.diagnostics
        return Result(test.document.file, case.name, case.rule, case.expect, "unreadable", None)
    outcome = finding.outcome if finding is not None else "did not run"
    return Result(
        test.document.file, case.name, case.rule, case.expect, outcome, _failure(test, case, finding)
    )


def _found(test: CaseFile, case: Case, bundle: Bundle) -> Finding | None:
    from aims_policy.manifest.native.read import read_native

    manifest = read_native(case.manifest, bundle.shapes, extensions=bundle.extensions)
    pieces = [_piece(piece, strength, bundle) for strength, piece in case.evidence]
    manifest = merged(manifest, pieces)
    decision = evaluate(
        manifest,
        bundle,
        environment=case.environment,
        at=parse_day(case.at),
        context=_context(test, case, bundle),
        evidence_of_passes=True,
    )
    return next((f for f in decision.findings if f.rule == case.rule), None)


def _piece(document: Located, strength: str, bundle: Bundle) -> Manifest:
    from aims_policy.manifest.native.read import read_native

    piece = read_native(document, bundle.shapes, extensions=bundle.extensions, proven=strength == VERIFIED)
    return piece.with_data(graded(piece.data, strength))


def _context(test: CaseFile, case: Case, bundle: Bundle) -> Context:
    organization = _organization(test, case, bundle) if case.organization is not None else None
    assets = tuple(_upstream(a) for a in (case.upstream or {}).get("assets", ()))
    return Context(organization, assets) if organization is not None or assets else ALONE


def _organization(test: CaseFile, case: Case, bundle: Bundle) -> Manifest:
    from aims_policy.manifest.native.read import read_native

    value = {
        "apiVersion": "aims/v1",
        "kind": "Organization",
        "metadata": {"name": "organization"},
        "spec": case.organization,
    }
    return read_native(Edited(test.document, ("tests", case.number, "organization"), value), bundle.shapes)


def _upstream(asset: dict[str, Any]) -> UpstreamAsset:
    ref = str(asset.get("ref", ""))
    kind, _, name = ref.partition("/")
    return UpstreamAsset(
        ref=ref,
        kind=str(asset.get("kind", kind)),
        name=str(asset.get("name", name)),
        relation=str(asset.get("relation", "trained_on")),
        verdict=str(asset.get("verdict") or ""),
        failing=tuple(map(str, asset.get("failing", ()))),
        trail=tuple(str(asset.get("path", ref)).split(" → ")),
        named_at="",
        version=str(asset.get("version") or ""),
        digest=str(asset.get("digest") or ""),
        tier=str(asset.get("tier") or ""),
    )


def _failure(test: CaseFile, case: Case, finding: Finding | None) -> Diagnostic | None:
    if finding is None:
        kind = str(case.manifest.value.get("kind"))
        return test.diagnostic(
            case,
            "rule",
            "test-failed",
            f"{case.name}: the rule did not run",
            f"it does not apply to a {kind}",
        )
    if finding.outcome != case.expect:
        message = f"{case.name}: expected {case.expect}, and it is {finding.outcome}"
        return test.diagnostic(case, "expect", "test-failed", message, _because(finding))
    if finding.error and case.expect != "error":
        message = f"{case.name}: the outcome is {case.expect}, but the evaluators disagree"
        return test.diagnostic(case, "expect", "test-failed", message, finding.error)
    named = {g.path for g in finding.missing}
    if case.missing is not None and named != set(case.missing):
        message = f"{case.name}: other evidence is missing than expected"
        return test.diagnostic(
            case, "missing", "test-failed", message, f"missing: {', '.join(sorted(named))}"
        )
    return None


def _because(finding: Finding) -> str:
    if finding.error:
        return finding.error
    if finding.missing:
        return "missing: " + ", ".join(f"{g.path} ({g.reason})" for g in finding.missing)
    return (
        "read: " + ", ".join(f"{e.path} = {_plain(e.value)}" for e in finding.evidence[:6])
        if finding.evidence
        else ""
    )


def _plain(value: Any) -> str:
    return (
        f"[{len(value)} items]"
        if isinstance(value, tuple)
        else f'"{value[:60]}"'
        if isinstance(value, str)
        else str(value)
    )
