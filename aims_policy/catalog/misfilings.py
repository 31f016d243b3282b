"""Subjects that are often filed under the wrong id of Annex A, and where they belong."""

from __future__ import annotations

from typing import Any

from aims_policy.catalog.identifiers import is_below, tidy
from aims_policy.catalog.reading import controls, data_of, objectives
from aims_policy.named_tuple import NamedTuple


class Misfiling(NamedTuple):
    """Why an id is wrong for a subject. `right` are the ids of the controls it belongs to, the best first."""

    subject: str
    cited: str
    right: tuple[str, ...]
    why: str


def misfiled(cited: str, text: str = "") -> Misfiling | None:
    """Whether a rule that cites an id, and whose title or description is the text, is filed wrongly.

    Without text only the id is judged. None means that no known mistake was found, not that all is well.

    >>> misfiled("A.10.3", "Prompt injection tests are passed").right
    ('A.6.2.4',)
    >>> misfiled("B.7.5").right
    ('A.7.5',)
    >>> misfiled("A.7.5", "Data provenance") is None
    True
    """
    words = " ".join(text.lower().split())
    return _by_subject(cited, words) or _foreign(cited, words) or _by_id(cited)


def _by_subject(cited: str, words: str) -> Misfiling | None:
    for entry in data_of("misfilings")["misfilings"]:
        if _is_cited(cited, entry) and _mentions(words, entry["words"]):
            return Misfiling(entry["subject"], cited, tuple(entry["right"]), entry["why"])
    return None


def _is_cited(cited: str, entry: dict[str, Any]) -> bool:
    return any(is_below(cited, wrong) for wrong in entry["cited"]) and cited not in entry.get("except", ())


def _mentions(words: str, beginnings: list[str]) -> bool:
    return any(f" {beginning}" in f" {words}" for beginning in beginnings)


def _foreign(cited: str, words: str) -> Misfiling | None:
    """A title of another standard's annex that has ids of the same form."""
    table = data_of("misfilings")["foreign_titles"]
    title = words.rstrip(".")
    if title not in table["titles"]:
        return None
    why = (
        f"that is a title of {table['standard']} Annex A, whose ids look alike; ISO/IEC 42001 has no"
        " such control, so it is one of the organization's own"
    )
    return Misfiling(title, cited, (), why)


def _by_id(cited: str) -> Misfiling | None:
    written = tidy(cited)
    if written is None or cited in controls():
        return None
    annex, numbers = written
    if annex == "B":
        return _guidance(cited, numbers)
    if annex == "A":
        return _objective(cited, f"A.{numbers}")
    why = "Annex C lists objectives and sources of risk, not controls"
    serving = tuple(control.id for control in controls().values() if f"C.{numbers}" in control.serves)
    return Misfiling("an entry of Annex C", cited, serving, why)


def _guidance(cited: str, numbers: str) -> Misfiling:
    right = (f"A.{numbers}",) if f"A.{numbers}" in controls() else ()
    return Misfiling(
        "guidance of Annex B",
        cited,
        right,
        "Annex B is guidance on the control of the same number in Annex A",
    )


def _objective(cited: str, identifier: str) -> Misfiling | None:
    """Objectives themselves (A.5, A.6.2), and the x.1 numbers under which the standard states them."""
    owner = identifier.removesuffix(".1") if identifier not in objectives() else identifier
    members = tuple(
        member
        for objective in objectives().values()
        if owner in (objective.id, objective.area)
        for member in objective.controls
    )
    if not members:
        return None
    return Misfiling("an objective", cited, members, f"{cited} is an objective of Annex A, not a control")
