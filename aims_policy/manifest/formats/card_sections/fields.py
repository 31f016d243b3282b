"""Fields of a card by their names, however these are spelled."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.cursor import Cursor

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft

NOTHING = Cursor(None, ())
_SEPARATORS = re.compile(r"[\W_]+")
_REMEMBERED = 2_000
"""Letters in the names of a mapping up to which they are kept: nobody can fill memory with them."""
RESULTS = """evaluation|performance|performance metrics|evaluation results|evaluation metrics|test metrics|test results
    |primary metrics|model performance"""
COMPARISONS = """fairness|fairness metrics|fairness results|fairness analysis|fairness assessment|fairness audit
    |fairness evaluation|fairness report|bias analysis|bias results|bias metrics|bias audit|bias assessment|bias testing
    |fairness bias audit|bias and fairness|fairness and bias"""
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
        found = [self._names[key] for key in _asked(names) if key in self._names]
        name = next((name for name in found if self._given[name] is not None), found[0] if found else None)
        return NOTHING if name is None else Cursor(self._given[name], (*self._at, name))

    def has(self, names: str) -> bool:
        """Whether one of the names is there, also where it says nothing."""
        return any(key in self._names for key in _asked(names))


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
