"""The entries of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

Level = Literal["manifest", "profile", "both"]
"""What can show a control: a submitted manifest, the organization's profile, or both together."""


class Control(NamedTuple):
    """One control of Annex A. Ids of other frameworks are as those print them."""

    id: str
    title: str
    objective: str
    applies_to: tuple[str, ...]
    level: Level
    evidence: tuple[str, ...]
    nist_published: tuple[str, ...]
    nist_proposed: tuple[str, ...]
    eu_ai_act: tuple[str, ...]
    oecd: tuple[str, ...]
    serves: tuple[str, ...]
    """Ids of objectives of Annex C.2."""
    also_titled: tuple[str, ...] = ()


class Objective(NamedTuple):
    """An objective of Annex A and the controls that serve it. `area` is A.6 for both A.6.1 and A.6.2."""

    id: str
    title: str
    gist: str
    area: str
    controls: tuple[str, ...]


class Record(NamedTuple):
    """Documented information: a document says how things are to be done, a record that they were.

    ``shown_by`` are (kind of manifest, path): where something of it stands already.
    """

    id: str
    kind: Literal["document", "record"]
    what: str
    shown_by: tuple[tuple[str, str], ...] = ()


class Clause(NamedTuple):
    """A clause of the standard's body: what it needs, in our own words, and what has to be kept.

    ``shown_by`` is as a record's, of what need not be kept.
    """

    id: str
    title: str
    needs: tuple[str, ...]
    keep: tuple[Record, ...]
    note: str
    shown_by: tuple[tuple[str, str], ...] = ()


class AnnexC(NamedTuple):
    """Annex C: id -> title, of objectives (C.2.x) and of sources of risk (C.3.x)."""

    objectives: Mapping[str, str]
    risk_sources: Mapping[str, str]
