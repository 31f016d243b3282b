"""The catalogue's files, read on first use and kept."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from aims_policy.catalog.entries import AnnexC, Clause, Control, Objective, Record
from aims_policy.catalog.identifiers import natural_key

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATA = Path(__file__).parent / "data"


@cache
def controls() -> Mapping[str, Control]:
    """The 38 controls by id, in natural order: A.2.2 to A.10.4."""
    data = data_of("annex_a")["controls"]
    ordered = sorted(data, key=natural_key)
    return MappingProxyType({identifier: _control(identifier, data[identifier]) for identifier in ordered})


@cache
def objectives() -> Mapping[str, Objective]:
    """The objectives by id, in natural order: 10 for 9 areas, A.6 being divided."""
    data = data_of("annex_a")["objectives"]
    return MappingProxyType(
        {identifier: _objective(identifier, data[identifier]) for identifier in sorted(data, key=natural_key)}
    )


@cache
def clauses() -> Mapping[str, Clause]:
    """Clauses 4 to 10 by number, in natural order."""
    data = data_of("clauses")["clauses"]
    ordered = sorted(data, key=natural_key)
    return MappingProxyType({number: _clause(number, data[number]) for number in ordered})


@cache
def annex_c() -> AnnexC:
    """Objectives and sources of risk an organization may start from (Annex C is informative)."""
    data = data_of("annex_c")
    return AnnexC(MappingProxyType(data["objectives"]), MappingProxyType(data["risk_sources"]))


@cache
def oecd() -> Mapping[str, str]:
    """The OECD AI Principles by number, in short."""
    return MappingProxyType(data_of("annex_a")["oecd"])


@cache
def mapping_labels() -> Mapping[str, str]:
    """What each mapping of a Control is, and whether it is this project's own; to be shown beside it."""
    labels = data_of("annex_a")["mappings"]
    return MappingProxyType({name: entry["label"] for name, entry in labels.items()})


@cache
def data_of(name: str) -> Any:
    """The value of one file of the catalogue."""
    from aims_policy.source import read_file

    [document] = read_file(_DATA / f"{name}.yaml", shown_as=f"aims_policy/catalog/data/{name}.yaml")
    return document.value


def _control(identifier: str, entry: dict[str, Any]) -> Control:
    return Control(
        id=identifier,
        title=entry["title"],
        objective=entry["objective"],
        applies_to=tuple(entry["applies_to"]),
        level=entry["level"],
        evidence=tuple(entry["evidence"]),
        nist_published=tuple(entry["nist_published"]),
        nist_proposed=tuple(entry["nist_proposed"]),
        eu_ai_act=tuple(entry["eu_ai_act"]),
        oecd=tuple(entry["oecd"]),
        serves=tuple(entry["serves"]),
        also_titled=tuple(entry.get("also_titled", ())),
    )


def _objective(identifier: str, entry: dict[str, Any]) -> Objective:
    members = tuple(control.id for control in controls().values() if control.objective == identifier)
    area = ".".join(identifier.split(".")[:2])
    return Objective(identifier, entry["title"], entry["gist"], area, members)


def _clause(number: str, entry: dict[str, Any]) -> Clause:
    keep = tuple(
        Record(item["id"], item["kind"], item["what"], _shown_by(item)) for item in entry.get("keep", ())
    )
    return Clause(
        number, entry["title"], tuple(entry["needs"]), keep, entry.get("note", ""), _shown_by(entry)
    )


def _shown_by(entry: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, path) for kind, _, path in (one.partition(" ") for one in entry.get("shown_by", ())))
