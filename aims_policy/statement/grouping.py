"""Gaps by control, asset, clause, or by the ids of other frameworks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog import clauses, controls, mapping_labels, natural_key
from aims_policy.named_tuple import NamedTuple
from aims_policy.statement.gap import order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aims_policy.catalog import Control
    from aims_policy.statement.gap import Gap
    from aims_policy.statement.gaps import Analysis

WAYS = ("control", "asset", "clause", "crosswalk")
_MAPPINGS: dict[str, Callable[[Control], tuple[str, ...]]] = {
    "nist_published": lambda control: control.nist_published,
    "nist_proposed": lambda control: control.nist_proposed,
    "eu_ai_act": lambda control: control.eu_ai_act,
    "oecd": lambda control: control.oecd,
}
_SHARED = ("unasked", "unowned", "statement")
ORGANIZATION = "management system"
"""Where what concerns no control, or no asset, is told."""


class Group(NamedTuple):
    """Gaps that belong together, in order. ``part`` is the crosswalk's label, "" elsewhere.

    ``status`` is a control's, an asset's or a clause's, ``decided`` what the statement decides on a control;
    ``controls`` are those that an id of another framework maps to.
    """

    id: str
    title: str
    status: str
    gaps: tuple[Gap, ...]
    part: str = ""
    controls: tuple[str, ...] = ()
    decided: str = ""


def grouped(found: Analysis, by: str) -> tuple[Group, ...]:
    """All groups; those with gaps first, the gravest before the others. Of a crosswalk in its own order."""
    groups = {"control": _by_control, "asset": _by_asset, "clause": _by_clause, "crosswalk": _by_crosswalk}[
        by
    ](found)
    if by == "crosswalk":
        return tuple(groups)
    return _in_order(groups)


def to_tell(groups: Iterable[Group]) -> tuple[Group, ...]:
    """The groups that have gaps, for people: one answer that closes a gap of several controls is told once."""
    own: list[Group] = []
    shared: dict[Gap, None] = {}
    for group in groups:
        if group.id == ORGANIZATION:
            shared.update(dict.fromkeys(group.gaps))
            continue
        several = [gap for gap in group.gaps if gap.kind in _SHARED and len(gap.controls) > 1]
        shared.update(dict.fromkeys(several))
        own.append(group._replace(gaps=tuple(gap for gap in group.gaps if gap not in several)))
    together = Group(ORGANIZATION, "", "", tuple(sorted(shared, key=order)))
    return tuple(group for group in _in_order([*own, together]) if group.gaps)


def _in_order(groups: Iterable[Group]) -> tuple[Group, ...]:
    return tuple(sorted(groups, key=lambda g: (not g.gaps, order(g.gaps[0]) if g.gaps else ())))


def _by_control(found: Analysis) -> list[Group]:
    groups = [
        Group(row.control, row.title, row.status, _of(row.control, found.gaps), decided=row.decided)
        for row in found.statement.rows
    ]
    return [*groups, *_rest(tuple(gap for gap in found.gaps if not gap.controls))]


def _of(control: str, gaps: Iterable[Gap]) -> tuple[Gap, ...]:
    return tuple(gap for gap in gaps if control in gap.controls)


def _by_asset(found: Analysis) -> list[Group]:
    groups = [
        Group(asset.id, asset.file, asset.verdict, tuple(gap for gap in found.gaps if asset.id in gap.assets))
        for asset in found.statement.assets
    ]
    known = {asset.id for asset in found.statement.assets}
    return [*groups, *_rest(tuple(gap for gap in found.gaps if known.isdisjoint(gap.assets)))]


def _by_clause(found: Analysis) -> list[Group]:
    return [
        Group(
            own, clause.title, _kept_state(found, own), tuple(gap for gap in found.gaps if gap.clause == own)
        )
        for own, clause in clauses().items()
    ]


def _kept_state(found: Analysis, clause: str) -> str:
    states = {kept.state for kept in found.kept if kept.clause == clause}
    return next(state for state in ("missing", "recorded", "not_asked") if state in states)


def _by_crosswalk(found: Analysis) -> list[Group]:
    labels = mapping_labels()
    groups = []
    for mapping, ids_of in _MAPPINGS.items():
        mapped: dict[str, list[str]] = {}
        for control in controls().values():
            for own in ids_of(control):
                mapped.setdefault(own, []).append(control.id)
        for own in sorted(mapped, key=natural_key):
            gaps = tuple(gap for gap in found.gaps if not set(mapped[own]).isdisjoint(gap.controls))
            groups.append(Group(own, _title(mapping, own), "", gaps, labels[mapping], tuple(mapped[own])))
    return groups


def _title(mapping: str, own: str) -> str:
    from aims_policy.catalog import oecd

    return oecd()[own] if mapping == "oecd" else ""


def _rest(gaps: tuple[Gap, ...]) -> list[Group]:
    return [Group(ORGANIZATION, "", "", gaps)] if gaps else []
