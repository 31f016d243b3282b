"""Fields of a card by their names, however these are spelled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from aims_policy.manifest.foreign.cursor import Cursor

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from aims_policy.manifest.foreign.draft import Draft

Goal = TypeVar("Goal")
NOTHING = Cursor(None, ())
_SEPARATORS = re.compile(r"[\W_]+")
_REMEMBERED = 2_000
"""Letters in the names of a mapping up to which they are kept: nobody can fill memory with them."""
_TEXTS = "name|title|description|text|value|identifier|url"


class Fields:
    """The fields of a mapping; of anything else there are none.

    >>> Fields(Cursor({"Evaluation Data": "held out"}, ())).to("evaluation data")
    Cursor(value='held out', at=('Evaluation Data',))
    """

    __slots__ = ("_at", "_given", "_names")

    def __init__(self, given: Cursor) -> None:
        self._given: dict[str, Any] = given.value if type(given.value) is dict else {}
        self._at = given.at
        names = tuple(self._given)
        self._names = _by_name(names) if len("".join(names)) <= _REMEMBERED else _by_name.__wrapped__(names)

    @staticmethod
    def folded(name: str) -> str:
        """A name without its case and what joins its words."""
        return _SEPARATORS.sub("", name).casefold()

    def to(self, names: str) -> Cursor:
        """The first of the names, which ``|`` parts, under which something is given; else one that holds null."""
        null = None
        for key in _asked(names) if self._names else ():
            name = self._names.get(key)
            if name is not None:
                value = self._given[name]
                if value is not None:
                    return Cursor(value, (*self._at, name))
                null = name if null is None else null
        return NOTHING if null is None else Cursor(None, (*self._at, null))

    def told(self, headings: Mapping[str, str]) -> set[str]:
        """What the names that are there stand for, by a table of folded names."""
        return {headings[name] for name in self._names.keys() & headings.keys()}

    def rows(self, table: Table[Goal]) -> list[tuple[Goal, Cursor]]:
        """(goal, field) for each name of the table under which something is given, in the table's order."""
        hits = sorted(
            (place, name)
            for key, name in self._names.items()
            if key in table.places
            for place in table.places[key]
        )
        return [
            (table.goals[place], Cursor(self._given[name], (*self._at, name)))
            for place, name in hits
            if self._given[name] is not None
        ]

    def has(self, names: str) -> bool:
        """Whether one of the names is there, also where it says nothing."""
        return any(key in self._names for key in _asked(names))


class Table(Generic[Goal]):
    """What a reader asks for: the goal at each place, and by folded name the places at which it is asked for.

    A document's few names are looked up in it, and not its many names in the document. It is made of rows
    (goal, names): of several names for a field the first that says something counts. Names ``without`` are left out.

    >>> Table([("title", "name|Model Name")]).places
    {'name': (0,), 'modelname': (1,)}
    """

    __slots__ = ("goals", "places")

    def __init__(self, rows: Iterable[tuple[Goal, str]], without: Container[str] = ()) -> None:
        asked = [(goal, key) for goal, names in rows for key in _asked(names) if key not in without]
        self.goals = tuple([goal for goal, _ in asked])
        self.places: dict[str, tuple[int, ...]] = {}
        for place, (_, key) in enumerate(asked):
            self.places[key] = (*self.places.get(key, ()), place)


def headings_of(names: Mapping[str, str]) -> dict[str, str]:
    """By folded name what it stands for, of names by what they stand for."""
    return {key: meaning for meaning, spelled in names.items() for key in _asked(spelled)}


@lru_cache(maxsize=256)
def _by_name(names: tuple[str, ...]) -> dict[str, str]:
    """Of each folded name how it is written; of two the first."""
    return {Fields.folded(name): name for name in reversed(names)}


@lru_cache(maxsize=1024)
def _asked(names: str) -> tuple[str, ...]:
    """Of the names that the reader asks for; those from a file do not come here."""
    return tuple(Fields.folded(name) for name in names.split("|"))


def words(field: Cursor) -> Cursor:
    """The text of a field, which may be in a mapping: ``{"name": …}``."""
    return Fields(field).to(_TEXTS) if type(field.value) is dict else field


def put_text(draft: Draft, path: str, field: Cursor) -> None:
    """One text; of a list of several all of them, side by side: sentences, or names with a comma between."""
    items = [words(item) for item in field.each()]
    if len(items) > 1 and all(type(item.value) is str for item in items):
        draft.used.update(item.at for item in items)
        between = " " if items[0].value.endswith(".") else ", "
        draft.text(path, between.join(item.value for item in items), items[0].at)
    elif items:
        draft.text(path, *items[0])


def put_texts(draft: Draft, path: str, field: Cursor) -> None:
    """Texts of a list, or the one text that stands for it; what is under names of its own comes one by one."""
    if type(field.value) is dict and not words(field):
        for _, item in field.entries():
            if type(item.value) in (str, list):
                put_texts(draft, path, item)
        return
    for item in field.each():
        said = words(item)
        if type(said.value) is str:
            draft.put(f"{path}[+]", *said)
        elif type(item.value) is list:  # a list within the list is none but by mistake
            put_texts(draft, path, item)
