"""Assets as the graph sees them, and the order that decides each after what it is built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BUILT_FROM = ("trained_on", "evaluated_on", "fine_tuned_from", "derived_from", "uses", "supplied_by")
"""Relations by which an asset depends on the one that it names."""

REVERSED = {"supplies": "supplied_by"}
"""Relations written at the other end: what names depends on the one that is written as its object."""


class Ref(NamedTuple):
    """A place in a manifest that names another asset; ``target_id`` is an id like "dataset/loans"."""

    path: str
    target_id: str
    relation: str
    file: str = ""
    line: int = 0
    column: int = 0


class PartyRef(NamedTuple):
    """A place in a manifest that names a person, post or group."""

    path: str
    name: str
    relation: str


class Asset(NamedTuple):
    """One manifest; ``id`` is "dataset/loans", ``line`` and ``column`` those of its name, 0 where they are unknown."""

    id: str
    kind: str
    name: str
    file: str = ""
    references: tuple[Ref, ...] = ()
    parties: tuple[PartyRef, ...] = ()
    line: int = 0
    column: int = 0


class Dependency(NamedTuple):
    """``asset`` depends on ``source``; ``ref`` is where that is written."""

    asset: str
    source: str
    relation: str
    ref: Ref


def build_order(assets: Iterable[Asset]) -> tuple[list[str], list[Diagnostic]]:
    """Ids of all assets, each after those it is built from, and every circle among them.

    The order depends on the assets only, not on the sequence they are given in. The members of a circle
    stand together, after all that they depend on outside of it. A reference that no asset answers to is
    passed over.

    >>> loans = Asset("dataset/loans", "Dataset", "loans")
    >>> scorer = Asset("model/a", "Model", "a", "", (Ref("training_data", "dataset/loans", "trained_on"),))
    >>> build_order([scorer, loans])
    (['dataset/loans', 'model/a'], [])
    """
    found = list(assets)
    known = {asset.id for asset in found}
    written: dict[str, dict[str, Ref]] = {own: {} for own in known}
    for link in dependencies(found):
        if link.asset in known and link.source in known:
            first = written[link.asset].setdefault(link.source, link.ref)
            written[link.asset][link.source] = min(first, link.ref)
    sources = {own: sorted(refs) for own, refs in written.items()}
    order: list[str] = []
    problems: list[Diagnostic] = []
    for group in _groups(sources):
        order += group
        if len(group) > 1 or group[0] in sources[group[0]]:
            problems.append(_circular(_circle(group, sources), written))
    return order, problems


def dependencies(assets: Iterable[Asset]) -> Iterator[Dependency]:
    """Every reference by which one asset depends on another, whichever end it is written at."""
    for asset in assets:
        for ref in asset.references:
            if ref.relation in BUILT_FROM:
                yield Dependency(asset.id, ref.target_id, ref.relation, ref)
            elif ref.relation in REVERSED:
                yield Dependency(ref.target_id, asset.id, REVERSED[ref.relation], ref)


def _groups(sources: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Strongly connected groups, each after those it depends on (Tarjan's algorithm, without recursion)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ids: dict[str, None] = {}
    for root in sorted(sources):
        pending = [] if root in number else [_opened(root, sources, number, lowest, open_ids)]
        while pending:
            own, rest = pending[-1]
            fresh = next((s for s in rest if _is_fresh(own, s, number, lowest, open_ids)), None)
            if fresh is not None:
                pending.append(_opened(fresh, sources, number, lowest, open_ids))
                continue
            pending.pop()
            if pending:
                above = pending[-1][0]
                lowest[above] = min(lowest[above], lowest[own])
            if lowest[own] == number[own]:
                yield _closed(own, open_ids)


def _opened(
    own: str,
    sources: Mapping[str, Sequence[str]],
    number: dict[str, int],
    lowest: dict[str, int],
    open_ids: dict[str, None],
) -> tuple[str, Iterator[str]]:
    number[own] = lowest[own] = len(number)
    open_ids[own] = None
    return own, iter(sources[own])


def _is_fresh(
    own: str, source: str, number: Mapping[str, int], lowest: dict[str, int], open_ids: Mapping[str, None]
) -> bool:
    if source not in number:
        return True
    if source in open_ids:
        lowest[own] = min(lowest[own], number[source])
    return False


def _closed(own: str, open_ids: dict[str, None]) -> list[str]:
    group: list[str] = []
    while not group or group[-1] != own:
        group.append(open_ids.popitem()[0])
    return sorted(group)


def _circle(group: Sequence[str], sources: Mapping[str, Sequence[str]]) -> list[str]:
    """The shortest way from the first asset of a group back to itself."""
    start, members = group[0], set(group)
    reached_from: dict[str, str] = {}
    pending = [start]
    for own in pending:
        for source in sources[own]:
            if source == start:
                way = [own]
                while way[-1] != start:
                    way.append(reached_from[way[-1]])
                return [*reversed(way), start]
            if source in members and source not in reached_from:
                reached_from[source] = own
                pending.append(source)
    return [*group, start]


def _circular(circle: Sequence[str], written: Mapping[str, Mapping[str, Ref]]) -> Diagnostic:
    ref = written[circle[0]][circle[1]]
    return Diagnostic(
        "circular-reference",
        f"assets are built from each other in a circle: `{' → '.join(circle)}`",
        ref.file,
        ref.line,
        ref.column,
        help="an asset cannot come before itself: take away the reference that is not true",
    )
