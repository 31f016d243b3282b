"""Why a finding is what it is: the reference evaluator walks the rule again and keeps what it read.

If it comes to another outcome than the compiled rule, one of the two is wrong, and the explanation says so. The
outcome stays what the compiled rule came to: it is no pass, so that a gate does not open on a disagreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.decision.record import UNDECIDED, Evidence, Explanation, Gap
from aims_policy.language import reference, untraced
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from aims_policy.decision.context import Scene, UpstreamAsset
    from aims_policy.decision.record import Finding
    from aims_policy.language.nodes import Expression
    from aims_policy.language.results import Result
    from aims_policy.manifest.manifest import Manifest


class Walk(NamedTuple):
    """The reference evaluator's result on a rule: its outcome, and how it came to it."""

    outcome: str
    when: Result | None
    require: Result | None


def walk(
    when: Expression | None,
    require: Expression,
    names: dict[str, Any],
    now: datetime,
    evaluate: Callable[[Expression, Mapping[str, Any], datetime], Result] = reference.evaluate,
) -> Walk:
    """A rule by the reference evaluator: the specification of what compiled rules do."""
    condition = evaluate(when, names, now) if when is not None else None
    if condition is not None:
        if condition.state != "value":
            return Walk(condition.state, condition, None)
        if not condition.value:
            return Walk("not_applicable", condition, None)
    result = evaluate(require, names, now)
    if result.state != "value":
        return Walk(result.state, condition, result)
    return Walk("pass" if result.value else "fail", condition, result)


def explanation(finding: Finding, scene: Scene, where: Places) -> Explanation:
    """Its evidence, gaps or error. `where` is the scene's, shared by all its findings."""
    when, require = scene.bundle.expressions(finding.rule, scene.manifest.kind)
    walked = walk(when, require, scene.names, scene.now, untraced.evaluate)
    if walked.outcome != finding.outcome:
        return Explanation(
            error=f"compiled rule: {finding.outcome}, reference evaluator: {walked.outcome}; please report this"
        )
    results = [r for r in (walked.when, walked.require) if r is not None]
    read = {path: value for r in results for path, value in r.evidence}
    return Explanation(
        evidence=tuple([e for path, value in read.items() for e in where.evidence(path, value)]),
        missing=tuple([where.gap(path) for path in dict.fromkeys([p for r in results for p in r.missing])]),
        error=next((r.error for r in results if r.error), ""),
    )


class Places:
    """From the path of a value that a rule read to the file and line where it stands; each looked up once."""

    def __init__(self, scene: Scene) -> None:
        self._manifest = scene.manifest
        self._appetite = scene.bundle.appetite
        self._tier = scene.tier
        self._context = scene.context
        self._found: dict[str, tuple[Any, ...]] = {}
        self._gaps: dict[str, Gap] = {}

    def evidence(self, path: str, value: Any) -> Iterable[Evidence]:
        """The value at its place; beside the verdict of an asset that fails also which findings, by which path."""
        source, file, line, column, *document = self._place(path)
        read = Evidence(path, value, file, line, column, source, *document)
        if source != "upstream" or value != "fail" or not path.endswith(".verdict"):
            return (read,)
        asset = self._asset(path)
        if asset is None:
            return (read,)
        stem = path.removesuffix(".verdict")
        return (
            read,
            Evidence(f"{stem}.path", " → ".join(asset.trail), file, line, column, source),
            Evidence(f"{stem}.failing", asset.failing, file, line, column, source),
        )

    def gap(self, path: str) -> Gap:
        """What stands at the path instead of evidence."""
        found = self._gaps.get(path)
        if found is None:
            found = self._gaps[path] = self._gap(path)
        return found

    def _gap(self, path: str) -> Gap:
        if _head(path) not in _ELSEWHERE:
            # What stands there says where, so that only of what is absent the nearest place is looked up.
            known = _known_gap(path, self._manifest, path)
            return known or Gap(path, "absent", *self._place(path)[1:4])
        source, file, line, column, *_ = self._place(path)
        if source == "organization" and self._context.organization is not None:
            inner = path.removeprefix("organization.")
            return _known_gap(path, self._context.organization, inner) or Gap(
                path, "absent", file, line, column
            )
        if source == "upstream":
            return Gap(path, self._why_not(path), file, line, column)
        return Gap(path, NO_PROFILE if source == "organization" else "absent", file, line, column)

    def _why_not(self, path: str) -> str:
        """What an asset that this one is built from does not hand on."""
        asset = self._asset(path)
        if asset is None:
            return "not decided"
        return "absent in its manifest" if asset.verdict else f"{asset.ref}{UNDECIDED}"

    def _place(self, path: str) -> tuple[Any, ...]:
        """Kind of source, file, line and column; of a submitted document also format, digest and strength."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = self._located(path)
        return found

    def _located(self, path: str) -> tuple[Any, ...]:
        head = _head(path)
        if head == "appetite":
            place = self._appetite.place(self._tier, path.removeprefix("appetite."))
            return "appetite", self._appetite.file, place.line, place.column
        if head == "upstream":
            return ("upstream", *self._upstream(path))
        if head == "organization":
            organization = (
                self._manifest if self._manifest.kind == "Organization" else self._context.organization
            )
            if organization is None:
                return "organization", "", 0, 0
            found = organization.locate(path.removeprefix("organization").removeprefix("."))
            return "organization", *found[:3], *found.source[1:]
        found = self._manifest.locate(path)
        return "manifest", *found[:3], *found.source[1:]

    def _upstream(self, path: str) -> tuple[str, int, int]:
        """Where the reference to the asset is written in the manifest."""
        asset = self._asset(path)
        if asset is None:
            return self._manifest.file, 0, 0
        found = self._manifest.locate(asset.named_at)
        return found.file, found.line, found.column

    def _asset(self, path: str) -> UpstreamAsset | None:
        start = path.find("[")
        index = path[start + 1 : path.find("]")] if start >= 0 else ""
        known = index.isdigit() and int(index) < len(self._context.upstream)
        return self._context.upstream[int(index)] if known else None


NO_PROFILE = "no organization profile was given"
_ELSEWHERE = frozenset({"appetite", "organization", "upstream"})
"""What rules read and a manifest does not say."""


def _known_gap(path: str, manifest: Manifest, inner: str) -> Gap | None:
    """What stands at a path, or nearest above it, instead of evidence."""
    for candidate in _upward(inner):
        known = manifest.missing.get(candidate)
        if known is not None:
            return Gap(path, known.reason, known.file, known.line, known.column)
    return None


def _upward(path: str) -> Iterable[str]:
    while path:
        yield path
        cut = max(path.rfind("."), path.rfind("["))
        path = path[:cut] if cut > 0 else ""


def _head(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]
