"""Files of rule tests (``a-7-5.test.yaml`` beside the policy): cases, each with its manifest as edited."""

from __future__ import annotations

import hashlib
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at, nearest
from aims_policy.manifest.paths import steps_of
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from aims_policy.manifest.manifest import Located
    from aims_policy.policy.documents.models import PolicyTestDocument, RuleTestDocument
    from aims_policy.source import Span

Steps = tuple[str | int, ...]
_STAND_INS = {"apiVersion": "aims/v1", "kind": "PolicyTest"}
DEFAULT_AT = "2026-06-01T00:00:00Z"


class Edited:
    """A manifest inside a test file, with a case's changes: read like a document, located in the test file."""

    __slots__ = ("_base", "_document", "_set", "digest", "file", "value")

    def __init__(
        self, document: Located, base: Steps, value: Any, changes: Mapping[Steps, Steps] | None = None
    ) -> None:
        """``changes`` are, by path in the manifest, the places of the test file that set what stands there."""
        self._document = document
        self._base = base
        self._set = changes or {}
        self.value = value
        self.file = document.file
        self.digest = f"sha256:{hashlib.sha256(repr(value).encode()).hexdigest()}"

    @property
    def text(self) -> str:
        """Of the test file."""
        return self._document.text

    def span(self, path: Steps, /) -> Span:
        """Of the value where it is set, else in the manifest before the changes, or of what is nearest above it."""
        return self._document.span(self._place(path))

    def key_span(self, path: Steps, /) -> Span:
        return self._document.key_span(self._place(path))

    def _place(self, path: Steps) -> Steps:
        for depth in range(len(path), 0, -1):
            if path[:depth] in self._set:
                return (*self._set[path[:depth]], *path[depth:])
        return (*self._base, *path)

    def line(self, number: int, /) -> str:
        return self._document.line(number)


class Case(NamedTuple):
    """One test. ``number`` is its place in the file, from 0."""

    number: int
    name: str
    rule: str
    expect: str
    missing: tuple[str, ...] | None
    manifest: Edited
    at: str
    environment: str
    organization: dict[str, Any] | None
    upstream: dict[str, Any] | None
    evidence: tuple[tuple[str, Edited], ...] = ()
    """From other sources: the strength of each, and what it says."""


class CaseFile(NamedTuple):
    """A test file. ``policy`` is the policy's path as written, relative to the test file."""

    document: Located
    policy: str
    cases: tuple[Case, ...]

    def diagnostic(self, case: Case, field: str, code: str, message: str, hint: str = "") -> Diagnostic:
        """Something about a case, at its place."""
        return at(self.document, self.document.span(("tests", case.number, field)), code, message, help=hint)

    def unknown_rules(self, known: Collection[str]) -> list[Diagnostic]:
        """Cases that name no rule there is."""
        return [self._unknown(case, known) for case in self.cases if case.rule not in known]

    def _unknown(self, case: Case, known: Collection[str]) -> Diagnostic:
        guess = nearest(case.rule, known)
        hint = f"did you mean `{guess}`?" if guess else ""
        return self.diagnostic(
            case, "rule", "unknown-rule", f"`{case.rule}` is not a rule of `{self.policy}`", hint
        )


def read_test_file(document: Located, problems: list[Diagnostic]) -> CaseFile | None:
    """The cases of a test file that can be run; adds everything that is wrong with the file to ``problems``.

    None where its policy or its manifests cannot be told.
    """
    from aims_policy.policy.documents.models import PolicyTestDocument
    from aims_policy.policy.documents.well_formed import well_formed

    form = well_formed(document, PolicyTestDocument, _STAND_INS)
    problems += form.problems
    if form.model is None or not form.lost <= {*_STAND_INS, "tests", "at", "environment"}:
        return None
    return _cases(form.document, form.model, problems)


def _cases(document: Located, model: PolicyTestDocument, problems: list[Diagnostic]) -> CaseFile:
    cases: list[Case] = []
    for index, test in enumerate(model.tests):
        before = len(problems)
        manifest = _manifest(document, index, test, model.manifests, problems)
        if test.missing is not None and test.expect != "missing":
            span = document.key_span(("tests", index, "missing"))
            problems.append(
                at(document, span, "bad-test", "`missing` lists paths only where `missing` is expected")
            )
        if manifest is not None and len(problems) == before:
            cases.append(
                Case(
                    number=index,
                    name=test.name,
                    rule=test.rule,
                    expect=test.expect,
                    missing=tuple(test.missing) if test.missing is not None else None,
                    manifest=manifest,
                    at=test.at or model.at or DEFAULT_AT,
                    environment=test.environment or model.environment or "production",
                    organization=test.organization,
                    upstream=test.upstream,
                    evidence=_evidence(document, index, test, manifest),
                )
            )
    return CaseFile(document, model.policy, tuple(cases))


def _manifest(
    document: Located,
    index: int,
    test: RuleTestDocument,
    manifests: dict[str, dict[str, Any]],
    problems: list[Diagnostic],
) -> Edited | None:
    """The manifest of a test, with its changes; None where it names one that there is not."""
    if isinstance(test.manifest, str):
        if test.manifest not in manifests:
            problems.append(_unknown_manifest(document, index, test.manifest, manifests))
            return None
        base: Steps = ("manifests", test.manifest)
        value = deepcopy(manifests[test.manifest])
    else:
        base = ("tests", index, "manifest")
        value = deepcopy(test.manifest)
    problems += _edited(document, index, test, value)
    changes: dict[Steps, Steps] = {steps_of(path): ("tests", index, "set", path) for path in test.set}
    return Edited(document, base, value, changes)


def _unknown_manifest(document: Located, index: int, name: str, manifests: Collection[str]) -> Diagnostic:
    guess = nearest(name, manifests)
    hint = f"did you mean `{guess}`?" if guess else f"manifests here: {', '.join(manifests) or 'none'}"
    span = document.span(("tests", index, "manifest"))
    return at(document, span, "unknown-manifest", f"`{name}` is not a manifest of this file", help=hint)


def _edited(
    document: Located, index: int, test: RuleTestDocument, value: dict[str, Any]
) -> Iterator[Diagnostic]:
    """Make the changes of a test in a manifest, and tell of those that change nothing."""
    begins = "a path begins with `spec` or `metadata`"
    for path in test.remove:
        if not remove(value, steps_of(path)):
            span = document.span(("tests", index, "remove"))
            message = f"there is no `{path}` in the manifest to remove"
            yield at(document, span, "nothing-removed", message, help=begins)
    for path, new in test.set.items():
        steps = steps_of(path)
        if not steps or steps[0] not in ("spec", *value) or not put(value, steps, new):
            span = document.key_span(("tests", index, "set", path))
            message = f"`{path}` does not lead into the manifest"
            hint = f"{begins}; a list grows by one at its end"
            yield at(document, span, "nothing-set", message, help=hint)


def _evidence(
    document: Located, index: int, test: RuleTestDocument, manifest: Edited
) -> tuple[tuple[str, Edited], ...]:
    """Each piece as a manifest of the same asset, which says no more than its ``spec``."""
    frame = {name: manifest.value.get(name) for name in ("apiVersion", "kind")}
    frame["metadata"] = {"name": (manifest.value.get("metadata") or {}).get("name")}
    return tuple(
        (
            piece.strength,
            Edited(document, ("tests", index, "evidence", number), {**frame, "spec": piece.spec}),
        )
        for number, piece in enumerate(test.evidence)
    )


def remove(tree: Any, steps: Steps) -> bool:
    """Take a value out of a tree; False where there is none.

    >>> tree = {"a": [{"b": 1}, 2]}
    >>> remove(tree, ("a", 0, "b")), tree, remove(tree, ("a", 7))
    (True, {'a': [{}, 2]}, False)
    """
    parent = _reach(tree, steps[:-1])
    last = steps[-1] if steps else ""
    if isinstance(parent, dict) and last in parent:
        del parent[last]
        return True
    if isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        del parent[last]
        return True
    return False


def put(tree: Any, steps: Steps, value: Any) -> bool:
    """Set a value in a tree, making mappings on the way; False where something else stands in the way.

    >>> tree = {"a": [1]}
    >>> put(tree, ("b", "c"), 2), put(tree, ("a", 1), 3), put(tree, ("a", "x"), 4), tree
    (True, True, False, {'a': [1, 3], 'b': {'c': 2}})
    """
    if not steps:
        return False
    parent = tree
    for step in steps[:-1]:
        if isinstance(parent, dict) and step not in parent and isinstance(step, str):
            parent[step] = {}
        parent = _reach(parent, (step,))
        if parent is None:
            return False
    last = steps[-1]
    if isinstance(parent, dict) and isinstance(last, str):
        parent[last] = value
        return True
    if isinstance(parent, list) and isinstance(last, int) and last <= len(parent):
        parent[last : last + 1] = [value]
        return True
    return False


def _reach(tree: Any, steps: Steps) -> Any:
    for step in steps:
        if isinstance(tree, list):
            tree = dict(enumerate(tree))
        if not isinstance(tree, dict) or step not in tree:
            return None
        tree = tree[step]
    return tree
