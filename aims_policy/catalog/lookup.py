"""From what people write to the control they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.catalog.identifiers import tidy
from aims_policy.catalog.reading import controls
from aims_policy.diagnostics import nearest

if TYPE_CHECKING:
    from aims_policy.catalog.entries import Control


class UnknownControlError(KeyError):
    """No control has this id; `nearest` is the one that was probably meant, or None."""

    def __init__(self, identifier: str) -> None:
        super().__init__(identifier)
        self.identifier = identifier
        self.nearest = nearest_control(identifier)

    def __str__(self) -> str:
        hint = f"; did you mean `{self.nearest}`?" if self.nearest else ""
        return f"`{self.identifier}` is not a control of Annex A{hint}"


def control(identifier: str) -> Control:
    """The control with exactly this id. Raises UnknownControlError."""
    try:
        return controls()[identifier]
    except KeyError:
        raise UnknownControlError(identifier) from None


def is_control(identifier: str) -> bool:
    """Whether a control has exactly this id."""
    return identifier in controls()


def nearest_control(text: str) -> str | None:
    """The id of the control that was meant by an id in another spelling, by a title, or by an id without
    the part for A.6.2; None where a guess would only mislead, as for an objective's id.

    >>> nearest_control("a-7-5"), nearest_control("B.6.2.4"), nearest_control("A.6.4")
    ('A.7.5', 'A.6.2.4', 'A.6.2.4')
    >>> nearest_control("Data provenence"), nearest_control("A.7.9")
    ('A.7.5', None)
    """
    written = tidy(text)
    if written is None:
        return _by_title(text)
    annex, numbers = written
    if annex == "C":
        return None
    candidates = (f"A.{numbers}", f"A.6.2.{numbers.removeprefix('6.')}" if numbers.startswith("6.") else "")
    return next((candidate for candidate in candidates if is_control(candidate)), None)


def _by_title(text: str) -> str | None:
    titles = {
        title.lower(): entry.id
        for entry in controls().values()
        for title in (entry.title, *entry.also_titled)
    }
    meant = nearest(text.strip().lower(), titles)
    return titles[meant] if meant else None
