"""Gaps that findings tell: a rule with all the assets of which it fails, misses evidence, or is waived."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.statement.gap import Answer, Gap
from aims_policy.statement.standing import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aims_policy.decision.record import Decision, Evidence, Finding
    from aims_policy.graph.network import Graph
    from aims_policy.policy.bundle import Bundle
    from aims_policy.statement.standing import DecidedAsset

    _Above = Callable[[str], tuple[str, ...]]

_CLAUSE = "8.1"
"""The clause by which the controls that were determined are carried out."""

_SETTING = ("risk.tier",)
"""What says which limits hold: nobody mends a finding there."""

_FIRMEST = ("deny", "warn", "audit")


class _Told(NamedTuple):
    finding: Finding
    assets: dict[str, None]
    answers: dict[Answer, None]
    waivers: dict[tuple[str, str], None]


def unshown(
    decisions: Iterable[Decision], bundle: Bundle, assets: Mapping[str, DecidedAsset], graph: Graph
) -> Iterator[Gap]:
    """A gap for each rule and state. What the workspace sets aside for an asset is none."""
    built_on = cache(graph.built_on)  # asked once for every rule of an asset
    told: dict[tuple[str, str, str], _Told] = {}
    for decision in decisions:
        own = asset_id(decision.subject.kind, decision.subject.name)
        for finding in decision.findings:
            state = state_of(finding, own, bundle.overrides)
            if finding.outcome in ("pass", "not_applicable") or state == "set_aside":
                continue
            key = (finding.rule, state, finding.severity)
            entry = told.setdefault(key, _Told(finding, {}, {}, {}))
            if _FIRMEST.index(finding.enforcement) < _FIRMEST.index(entry.finding.enforcement):
                entry = told[key] = entry._replace(finding=finding)
            entry.assets[own] = None
            entry.answers.update(dict.fromkeys(_answers(finding, own, decision.subject.file, assets)))
            if finding.waiver is not None:
                entry.waivers[finding.waiver.expires, finding.waiver.id] = None
    for (_, state, _), entry in told.items():
        yield _gap(entry, state, assets, built_on)


def _gap(entry: _Told, state: str, assets: Mapping[str, DecidedAsset], built_on: _Above) -> Gap:
    finding = entry.finding
    denies = finding.enforcement == "deny"
    return Gap(
        kind="finding",
        id=finding.rule,
        title=finding.title,
        controls=finding.controls,
        clause=_CLAUSE,
        severity=finding.severity,
        state=state,
        do=finding.remediation,
        answers=tuple(sorted(entry.answers)),
        assets=tuple(sorted(entry.assets)),
        helped=_helped(entry.assets, assets, built_on) if denies else tuple(sorted(entry.assets)),
        enforcement=finding.enforcement,
        waivers=tuple(id_ for _, id_ in sorted(entry.waivers)),
        until=min(entry.waivers)[0] if entry.waivers else "",
    )


def _helped(
    concerned: Iterable[str], assets: Mapping[str, DecidedAsset], built_on: _Above
) -> tuple[str, ...]:
    """The assets themselves, and those that are built on them and fail."""
    over = {above for own in concerned for above in built_on(own)}
    failing = {above for above in over if above in assets and assets[above].verdict != "pass"}
    return tuple(sorted({*concerned, *failing}))


def _answers(finding: Finding, own: str, file: str, assets: Mapping[str, DecidedAsset]) -> Iterator[Answer]:
    """The places in which to write: of what is missing or was read; of an asset below, its own file."""
    below = [_origin(e) for e in finding.evidence if e.source == "upstream" and e.path.endswith(".path")]
    origins = [asset for asset in below if asset in assets]
    if origins:
        for origin in dict.fromkeys(origins):
            yield Answer(assets[origin].file, 0, (), origin)
        return
    places: dict[str, list[tuple[int, str]]] = {}
    for gap in finding.missing:
        places.setdefault(gap.file or file, []).append((gap.line, gap.path))
    if not places:
        for e in finding.evidence:
            if e.source in ("manifest", "organization") and e.path not in _SETTING:
                places.setdefault(e.file, []).append((e.line, e.path))
    for place, fields in (places or {file: [(0, "")]}).items():
        lines = [line for line, _ in fields if line]
        paths = tuple(dict.fromkeys(path for _, path in fields if path))
        yield Answer(place, min(lines, default=0), paths, own if place == file else "")


def _origin(evidence: Evidence) -> str:
    """The end of a trail such as ``model/early-arrears → dataset/web-profiles``."""
    return str(evidence.value).rpartition(" → ")[2]
