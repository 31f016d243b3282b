"""What reading a file yielded: how much evidence, what was left, or why it was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.manifest.manifest import Manifest


class Surveyed(NamedTuple):
    """One file. ``format`` is "" where it was refused, and then ``problem`` says why.

    ``evidence`` counts the values that rules can read, ``gaps`` what is given but is no evidence (null, a
    placeholder, no number), ``unread`` the fields and sections that no evidence was made from.
    """

    file: str
    format: str
    assets: int
    evidence: int
    gaps: int
    unread: int
    problem: Diagnostic | None


class Row(NamedTuple):
    """The files of one group together; ``formats`` and ``reasons`` with how many files each."""

    group: str
    files: int
    read: int
    refused: int
    assets: int
    evidence: int
    gaps: int
    unread: int
    formats: tuple[tuple[str, int], ...]
    reasons: tuple[tuple[str, int], ...]


def read_file(file: str, manifests: Sequence[Manifest]) -> Surveyed:
    """A file that was read."""
    return Surveyed(
        file=file,
        format=manifests[0].format,
        assets=len(manifests),
        evidence=sum(1 for m in manifests for _ in _values({k: v for k, v in m.data.items() if k != "kind"})),
        gaps=sum(len(m.missing) for m in manifests),
        unread=sum(len(m.unread) for m in manifests),
        problem=None,
    )


def refused_file(file: str, problem: Diagnostic) -> Surveyed:
    """A file that was refused; of several problems the first."""
    return Surveyed(file, "", 0, 0, 0, 0, problem)


def rows(groups: Iterable[tuple[str, Surveyed]]) -> tuple[Row, ...]:
    """The table: a row for each group, by name."""
    found: dict[str, list[Surveyed]] = {}
    for group, one in groups:
        found.setdefault(group, []).append(one)
    return tuple(_row(group, files) for group, files in sorted(found.items()))


def _row(group: str, files: Sequence[Surveyed]) -> Row:
    read = [f for f in files if f.problem is None]
    return Row(
        group=group,
        files=len(files),
        read=len(read),
        refused=len(files) - len(read),
        assets=sum(f.assets for f in read),
        evidence=sum(f.evidence for f in read),
        gaps=sum(f.gaps for f in read),
        unread=sum(f.unread for f in read),
        formats=_counted(f.format for f in read),
        reasons=_counted(f.problem.code for f in files if f.problem is not None),
    )


def _counted(names: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """The most frequent first."""
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _values(value: Any) -> Iterator[Any]:
    if type(value) is dict:
        for item in value.values():
            yield from _values(item)
    elif type(value) in (tuple, list):
        for item in value:
            yield from _values(item)
    else:
        yield value
