"""What clauses 4 to 10 ask an organization to keep, and whether its manifest says where that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog import clauses
from aims_policy.graph.roles import given
from aims_policy.manifest.asset_ids import asset_id
from aims_policy.named_tuple import NamedTuple
from aims_policy.statement.gap import Answer, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.catalog import Clause
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.statement import Declared
    from aims_policy.statement.profile import Profile

_NEED = "need"
"""What a clause asks for without a document that has to be kept; something in manifests may show it all the same."""


class Kept(NamedTuple):
    """One thing that a clause asks for. ``places`` say where it is; ``lacking`` are files in which it is not given.

    ``kind`` is ``document``, ``record`` or ``need``. ``shown_by`` are (kind of manifest, path): a need without any
    is for people to show.
    """

    clause: str
    id: str
    kind: str
    what: str
    shown_by: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    lacking: tuple[tuple[str, str], ...]
    """(file, asset id)"""

    @property
    def state(self) -> str:
        """``recorded``, ``missing``, or ``not_asked`` where no manifest could show it."""
        if self.places and not self.lacking:
            return "recorded"
        return "missing" if self.kind != _NEED or self.shown_by else "not_asked"


def kept_of(manifests: Iterable[Manifest], profile: Profile, declared: Declared | None) -> tuple[Kept, ...]:
    """All of it, in the order of the clauses."""
    fields = {place for clause in clauses().values() for place in _fields(clause)}
    seen: dict[tuple[str, str], list[tuple[str, str, bool]]] = {}
    for manifest in manifests:
        own = asset_id(manifest.kind, manifest.name)
        if manifest.kind == "Organization" and own != profile.id:
            continue
        for kind, path in fields:
            if kind == manifest.kind:
                found = bool(given(manifest.data, path))
                seen.setdefault((kind, path), []).append((manifest.file, own, found))
    held = _held(profile)
    if declared is not None and declared.approved_on is not None and declared.approver:
        held.setdefault("statement_of_applicability", []).append(declared.file)
    if declared is not None and declared.risk_treatment_plan:
        held.setdefault("risk_treatment_plan", []).append(declared.risk_treatment_plan)
    return tuple(kept for clause in clauses().values() for kept in _kept(clause, seen, held))


def _fields(clause: Clause) -> Iterator[tuple[str, str]]:
    yield from clause.shown_by
    for record in clause.keep:
        yield from record.shown_by


def _held(profile: Profile) -> dict[str, list[str]]:
    """By document, where the organization's manifest says that it is: an entry without a place says nothing."""
    held: dict[str, list[str]] = {}
    for entry in profile.data.get("documentation", ()):
        for own in entry.get("holds", ()):
            if entry.get("location"):
                held.setdefault(own, []).append(entry["location"])
    return held


def _kept(
    clause: Clause, seen: dict[tuple[str, str], list[tuple[str, str, bool]]], held: dict[str, list[str]]
) -> Iterator[Kept]:
    for record in clause.keep:
        places, lacking = _shown(record.shown_by, seen)
        if record.id in held:
            places, lacking = held[record.id], []
        yield Kept(
            clause.id, record.id, record.kind, record.what, record.shown_by, tuple(places), tuple(lacking)
        )
    if not clause.keep:
        places, lacking = _shown(clause.shown_by, seen)
        what = clause.title[:1].lower() + clause.title[1:]
        yield Kept(clause.id, clause.id, _NEED, what, clause.shown_by, tuple(places), tuple(lacking))


def _shown(
    shown_by: Iterable[tuple[str, str]], seen: dict[tuple[str, str], list[tuple[str, str, bool]]]
) -> tuple[list[str], list[tuple[str, str]]]:
    """Files that give all of the fields asked of their kind, and those that do not."""
    found: dict[tuple[str, str], bool] = {}
    for place in shown_by:
        for file, own, is_given in seen.get(place, ()):
            found[file, own] = found.get((file, own), True) and is_given
    return (
        [file for (file, _), given_ in found.items() if given_],
        [at for at, given_ in found.items() if not given_],
    )


def unrecorded(kept: Iterable[Kept], profile: Profile, workspace: str) -> Iterator[Gap]:
    """A gap for each that is missing; ``workspace`` is the file that names manifests."""
    listed = Answer(profile.file, 0, ("documentation",), profile.id)
    nowhere = listed if profile.file else Answer(workspace, 0, ("inventory",))
    for one in kept:
        if one.state != "missing":
            continue
        answers = [Answer(file, 0, _paths(one), asset) for file, asset in one.lacking]
        yield Gap(
            kind="document",
            id=one.id,
            title=f"{one.what} ({one.kind} of clause {one.clause})" if one.kind != _NEED else one.what,
            controls=(),
            clause=one.clause,
            severity="medium" if one.kind == _NEED else "high",
            state="missing",
            do=_do(one, profile),
            answers=tuple(sorted(answers)) or (nowhere,),
            assets=tuple(sorted(asset for _, asset in one.lacking)),
            helped=tuple(sorted(asset for _, asset in one.lacking)),
        )


def _paths(one: Kept) -> tuple[str, ...]:
    return tuple(path for _, path in one.shown_by)


def _named(kind: str, path: str) -> str:
    return f"`{path}`" if kind == "Organization" else f"`{path}` in the manifest of each {kind}"


def _do(one: Kept, profile: Profile) -> str:
    if not profile.file:
        return "Add a manifest of kind Organization to the inventory."
    fields = " and ".join(_named(kind, path) for kind, path in one.shown_by)
    if one.kind == _NEED:
        return f"Fill in {fields}."
    entry = f"list the document under `documentation`, with its `location` and `holds: [{one.id}]`"
    if one.id == "statement_of_applicability":
        return "Name the statement's file under `statement` in aims.yaml, and have it approved."
    if one.id == "risk_treatment_plan":
        return f"Name it as `risk_treatment_plan` of the statement, or {entry}."
    return f"Fill in {fields}, or {entry}." if fields else f"{entry[:1].upper()}{entry[1:]}."
