"""One asset, many sources: a manifest and the evidence on it from other documents, as one manifest.

Where a source gives what another does not, it is taken; entries of lists come together. Where two give the same
field different values, both are kept, in `Manifest.disagreements`: which of them counts is for the decision to say.
Nothing that a source says is dropped, but for its name for the asset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.later import chained
from aims_policy.manifest.evidence.entries import agreed, by_identity, identity, joined, paired, same_thing
from aims_policy.manifest.manifest import Candidate, Gap, Manifest, Party, Reference
from aims_policy.manifest.native.claims import contradicted
from aims_policy.manifest.paths import path_text, steps_of
from aims_policy.source.strength import VERIFIED, Graded, strength_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from aims_policy.manifest.manifest import Place
    from aims_policy.manifest.paths import Steps

_APART = frozenset(["kind", "evidence"])
"""What a source says of itself, and not of the asset."""
_MOST_NOTES = 20


def merged(main: Manifest, others: Sequence[Manifest]) -> Manifest:
    """The manifest with the evidence of others, which are of its kind; its name, version and file stay its own."""
    if not others:
        return main
    first, *more = main.parts if isinstance(main, Merged) else (main,)
    merge = _Merge(first)
    for other in (*more, *others):
        merge.add(other)
    merge.disbelieve()
    return Merged(merge)


class Merged(Manifest):
    """A manifest whose evidence comes from several documents; `locate` answers from the right one."""

    __slots__ = ("_landed", "_moved", "disagreements", "parts", "sources")

    sources: tuple[Any, ...]
    disagreements: Mapping[Steps, tuple[Candidate, ...]]
    parts: tuple[Manifest, ...]
    _moved: dict[Steps, tuple[int, Steps]]
    _landed: dict[tuple[int, Steps], Steps]

    def __init__(self, merge: _Merge) -> None:
        main = merge.parts[0]
        self._set(**{name: getattr(main, name) for name in _MAIN})
        self._set(data=merge.data, _gaps=merge.gaps, _missing=None, _named=None, parts=tuple(merge.parts))
        self._set(_moved=merge.moved, _landed=merge.landed)
        self._set(disagreements={path: tuple(given) for path, given in merge.disagreements.items()})
        self._set(sources=tuple(part.source for part in merge.parts[1:]))
        self._set(noted=chained(*(part.noted for part in merge.parts), tuple(_notes(self, merge))))

    def reading(self, choice: Mapping[Steps, int]) -> Manifest:
        """The manifest where of each disagreement the candidate of that number is taken."""
        data, moved = self.data, dict(self._moved)
        for path, number in choice.items():
            candidate = self.disagreements[path][number]
            data = _patched(data, path, candidate.value)
            moved[path] = (candidate.part, candidate.steps)
        return self._with(data=data, _moved=moved, _missing=None)

    def place_of(self, candidate: Candidate) -> Place:
        """Where a candidate stands."""
        return self.parts[candidate.part].place(candidate.steps)

    def forget_positions(self) -> None:
        for part in self.parts:
            part.forget_positions()

    def _find_references(self) -> tuple[Reference, ...]:
        found = {
            (r.path, r.ref_id): r for r in (r._replace(path=p) for part, r, p in self._placed("references"))
        }
        return tuple(found.values())

    def parties(self) -> tuple[Party, ...]:
        found = {(p.path, p.name): p for p in (p._replace(path=at) for _, p, at in self._placed("parties"))}
        return tuple(found.values())

    def _placed(self, what: str) -> Iterator[tuple[int, Any, str]]:
        """What parts name, with its path here: where it was merged into, or where it would stand."""
        for number, part in enumerate(self.parts):
            for named in getattr(part, what)():
                yield number, named, path_text(_landed(number, steps_of(named.path), self._landed))

    def place(self, steps: Steps) -> Place:
        for end in range(len(steps), 0, -1):
            origin = self._moved.get(steps[:end])
            if origin is not None:
                return self.parts[origin[0]].place((*origin[1], *steps[end:]))
        return self.parts[0].place(steps)

    def _gap(self, steps: Steps) -> Gap:
        place = self.place(steps)
        return Gap(self._gaps[steps], place.file, place.line, place.column)

    def _set(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            object.__setattr__(self, name, value)


_MAIN = ("kind", "name", "is_named", "version", "file", "digest", "format", "source", "_document", "_origins",
         "_parties", "_references", "_unread")  # fmt: skip


class _Merge:
    """A merge in the making. Paths are those of the merged tree (`here`) and of the source's own (`there`)."""

    def __init__(self, main: Manifest) -> None:
        self.parts = [main]
        self.data = main.data
        self.gaps = dict(main._gaps)  # noqa: SLF001 - the same thing, in another form
        self.moved: dict[Steps, tuple[int, Steps]] = {}
        self.disagreements: dict[Steps, list[Candidate]] = {}
        self.contradicted: list[tuple[Steps, Candidate, Candidate]] = []
        self.landed: dict[tuple[int, Steps], Steps] = {}
        self._voided: frozenset[Steps] = frozenset()

    def add(self, other: Manifest) -> None:
        self.parts.append(other)
        theirs = {name: value for name, value in other.data.items() if name not in _APART}
        theirs["metadata"] = {k: v for k, v in other.data["metadata"].items() if k != "name"}
        own = other._gaps  # noqa: SLF001 - as above
        self._voided = _voided(self.gaps, self.data) | _voided(own, other.data)
        self.data = _without(self.record(self.data, theirs, (), ()), self._voided)
        for there, reason in own.items():
            if there[0] not in _APART and there != ("metadata", "name"):
                self._gap(there, reason)
        self.gaps = {path: reason for path, reason in self.gaps.items() if not _has(self.data, path)}

    def disbelieve(self) -> None:
        """A claim of one source that another contradicts is no evidence either."""
        for path, reason in contradicted(self.parts[0].kind, self.data).items():
            self.data = _patched(self.data, path, _GONE)
            self.disagreements.pop(path, None)
            self.gaps[path] = reason

    def record(
        self, mine: dict[str, Any], theirs: dict[str, Any], here: Steps, there: Steps
    ) -> dict[str, Any]:
        result = dict(mine)
        proven = strength_of(theirs) == VERIFIED and strength_of(mine) != VERIFIED
        for name, value in theirs.items():
            path, origin = (*here, name), (*there, name)
            if name not in mine:
                result[name] = value
                self._take(path, origin)
            elif proven and not isinstance(value, bool) and mine[name] != value:
                result[name] = value  # what was verified takes the place of what was said of it
                self._take(path, origin)
            else:
                result[name] = self._both(mine[name], value, path, origin)
        return Graded(result, VERIFIED) if proven or strength_of(mine) == VERIFIED else result

    def _both(self, mine: Any, theirs: Any, here: Steps, there: Steps) -> Any:
        if isinstance(mine, dict) and isinstance(theirs, dict):
            return self.record(mine, theirs, here, there)
        if isinstance(mine, tuple) and isinstance(theirs, tuple):
            return self._list(mine, theirs, here, there)
        if not agreed(mine, theirs):
            self._dispute(mine, theirs, here, there)
        return mine

    def _dispute(self, mine: Any, theirs: Any, here: Steps, there: Steps) -> None:
        known = self.disagreements.setdefault(here, [Candidate(mine, *self._origin(here))])
        if not any(agreed(c.value, theirs) for c in known):
            known.append(Candidate(theirs, len(self.parts) - 1, there))

    def _list(
        self, mine: tuple[Any, ...], theirs: tuple[Any, ...], here: Steps, there: Steps
    ) -> tuple[Any, ...]:
        """All entries of both; two that speak of the same thing and contradict each other in nothing are one."""
        result = list(mine)
        same, places = paired(mine, theirs), by_identity(mine)
        for index, entry in enumerate(theirs):
            origin = (*there, index)
            known = same.get(index)
            if known is None or self._is_open((*here, known), origin):
                near = ((i, mine[i]) for i in places.get(identity(entry), ()))
                self._contradictions(near, entry, here, origin)
                self._take((*here, len(result)), origin)
                result.append(entry)
                continue
            self._land(origin, (*here, known))
            if isinstance(entry, dict):
                result[known] = joined(mine[known], entry)
                for name in entry:
                    if name not in mine[known] or result[known][name] is not mine[known][name]:
                        self._take((*here, known, name), (*origin, name))
        return tuple(result)

    def _is_open(self, *entries: Steps) -> bool:
        """Whether a list inside an entry is left open, so that the entry cannot be completed from another."""
        return any(path[: len(entry)] == entry for path in self._voided for entry in entries)

    def _contradictions(self, near: Iterable[tuple[int, Any]], entry: Any, here: Steps, there: Steps) -> None:
        for index, known in near:
            field = same_thing(known, entry)
            if field:
                steps = (*here, index, field)
                one = Candidate(known[field], *self._origin(steps))
                other = Candidate(entry[field], len(self.parts) - 1, (*there, field))
                self.contradicted.append((steps, one, other))

    def _gap(self, there: Steps, reason: str) -> None:
        here = _landed(len(self.parts) - 1, there, self.landed)
        if not _has(self.data, here) and here not in self.gaps:
            self.gaps[here] = reason
            self._take(here, there)

    def _take(self, here: Steps, there: Steps) -> None:
        self.moved[here] = (len(self.parts) - 1, there)
        self._land(there, here)

    def _land(self, there: Steps, here: Steps) -> None:
        self.landed[len(self.parts) - 1, there] = here

    def _origin(self, here: Steps) -> tuple[int, Steps]:
        for end in range(len(here), 0, -1):
            if here[:end] in self.moved:
                part, steps = self.moved[here[:end]]
                return part, (*steps, *here[end:])
        return 0, here


def _landed(part: int, there: Steps, landed: Mapping[tuple[int, Steps], Steps]) -> Steps:
    """Where a path of a part has come to lie."""
    for end in range(len(there), 0, -1):
        here = landed.get((part, there[:end]))
        if here is not None:
            return (*here, *there[end:])
    return there


def _voided(gaps: Mapping[Steps, str], data: Any) -> frozenset[Steps]:
    """Lists that one element without evidence leaves open: another source's list cannot close them."""
    lists = (path[:i] for path in gaps for i, step in enumerate(path) if isinstance(step, int))
    return frozenset(path for path in lists if not _has(data, path))


def _without(data: dict[str, Any], paths: frozenset[Steps]) -> dict[str, Any]:
    for path in paths:
        if _has(data, path) and not any(isinstance(step, int) for step in path):
            data = _patched(data, path, _GONE)
    return data


_GONE: Any = object()


def _patched(tree: dict[str, Any], path: Steps, value: Any) -> dict[str, Any]:
    """The tree with another value at a path of fields; records on the way keep their strength."""
    name = path[0]
    copy = Graded(tree, tree.strength) if isinstance(tree, Graded) else dict(tree)
    if len(path) > 1:
        copy[name] = _patched(tree[name], path[1:], value)  # type: ignore[index] # fields have names
    elif value is _GONE:
        del copy[name]  # type: ignore[arg-type] # ditto
    else:
        copy[name] = value  # type: ignore[index] # ditto
    return copy


def _has(tree: Any, path: Steps) -> bool:
    for step in path:
        known = tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, tuple) else ()
        if step not in known:
            return False
        tree = tree[step]
    return True


def _notes(merged: Merged, merge: _Merge) -> Iterator[Diagnostic]:
    """One warning for each value on which sources disagree."""
    pairs = [(path, c[0], c[1]) for path, c in merged.disagreements.items()] + merge.contradicted
    for path, one, other in pairs[:_MOST_NOTES]:
        first, second = merged.place_of(one), merged.place_of(other)
        elsewhere = f"{second.file}:{second.line} says otherwise"
        message = f"sources disagree on `{path_text(path)}`: {elsewhere}; the worse counts"
        yield Diagnostic(
            "sources-disagree", message, first.file, first.line, first.column, severity="warning"
        )
    if len(pairs) > _MOST_NOTES:
        message = f"sources disagree on {len(pairs) - _MOST_NOTES} more values; the worse counts"
        yield Diagnostic("sources-disagree", message, merged.file, severity="warning")
