"""A value of a foreign document together with where it stands, for formats that are spelled in several ways."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.names import of_names
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.manifest.manifest import Located
    from aims_policy.manifest.paths import Steps


class Cursor(NamedTuple):
    """``draft.text(path, *cursor)`` puts what it stands on; where there is nothing, `value` is None."""

    value: Any
    at: Steps

    def to(self, *names: str) -> Cursor:
        """Down through mappings. A name matches in any case: ``ModelCard``, ``model_card`` and ``modelCard`` are one.

        >>> Cursor({"ModelCard": {"model_name": "scorer"}}, ()).to("model_card", "ModelName")
        Cursor(value='scorer', at=('ModelCard', 'model_name'))
        """
        value, at = self
        for name in names:
            if type(value) is dict:
                key = name if name in value or not value else _spellings(value).get(_folded(name), name)
                value, at = value.get(key), (*at, key)
            else:
                value, at = None, (*at, name)
        return _cursor((value, at))

    def has(self, *names: str) -> bool:
        """Whether any of the names stands in the mapping, in any spelling: one look, for those who would ask for each.

        >>> Cursor({"ModelCard": None}, ()).has("name", "model_card")
        True
        """
        return type(self.value) is dict and not told_by(*names).isdisjoint(_spellings(self.value))

    def each(self) -> Iterator[Cursor]:
        """The elements of a list; a single value is its own element, and null has none."""
        if type(self.value) is list:
            for index, item in enumerate(self.value):
                yield _cursor((item, (*self.at, index)))
        elif self.value is not None:
            yield self

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        """The names and values of a mapping; anything else has none."""
        if type(self.value) is dict:
            for name, item in self.value.items():
                yield name, _cursor((item, (*self.at, name)))

    def __bool__(self) -> bool:
        return self.value is not None


_cursor = partial(tuple.__new__, Cursor)
"""As `Cursor(value, at)`, of both as one tuple and at half its price."""


def names_in(value: Any) -> frozenset[str] | None:
    """The names in a mapping as `told_by` writes them; None of anything else."""
    return frozenset(_spellings(value)) if type(value) is dict else None


def folded(name: str) -> str:
    """A name without its case and what joins its words."""
    return name.replace("_", "").replace("-", "").casefold()


@of_names
def _spellings(names: tuple[str, ...]) -> dict[str, str]:
    """Of each name in a mapping, without its case and joints, how it is written; of two the first."""
    return {folded(name): name for name in reversed(names)}


@lru_cache(maxsize=256)
def told_by(*names: str) -> frozenset[str]:
    """The names in the one spelling in which those of a document are compared with them."""
    return frozenset(map(folded, names))


_folded = lru_cache(maxsize=1024)(folded)
"""Of the names that readers ask for; those from a file do not come here."""


def opened(document: Located, path: Steps) -> Located:
    """The document with the JSON text at the path read in its place; as it is where no such text stands there.

    Raises SourceError where the text begins as JSON does and is none.
    """
    from aims_policy.source.document import Document
    from aims_policy.source.nested import Nested, is_folded, unfold

    if not is_folded(_value(document.value, path)) or not isinstance(document, Document | Nested):
        return document
    return unfold(document, path, keep_not_finite=True)


def _value(value: Any, path: Steps) -> Any:
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
