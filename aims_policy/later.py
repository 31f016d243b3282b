"""Values that are found when somebody asks for them: dear to find, and often nobody does.

>>> notes = chained(("a",), Later(tuple, "bc"))
>>> now(notes)
('a', 'b', 'c')
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")
Item = TypeVar("Item")


class Later(Generic[Found]):
    """A value that is found when it is first asked for, and then kept.

    Until then it holds what ``find`` will find it from. Compared, hashed and pickled it is the value itself, so it is
    found by that; ``find`` has to come to the same whenever it is called.
    """

    __slots__ = ("_find", "_found")

    _find: tuple[Callable[..., Found], tuple[Any, ...]] | None
    _found: Found

    def __init__(self, find: Callable[..., Found], *arguments: Any) -> None:
        self._find = find, arguments

    def __call__(self) -> Found:
        way = self._find
        if way is not None:
            find, arguments = way
            self._found = find(*arguments)  # by two threads at once perhaps, which find the same
            self._find = None
        return self._found

    def __eq__(self, other: object) -> bool:
        return self() == now(other)

    def __hash__(self) -> int:
        return hash(self())

    def __repr__(self) -> str:
        return repr(self())

    def __reduce__(self) -> tuple[Any, tuple[Found]]:
        return now, (self(),)


def now(value: Found | Later[Found]) -> Found:
    """The value, also where it has to be found."""
    return value() if isinstance(value, Later) else value


def chained(*parts: tuple[Item, ...] | Later[tuple[Item, ...]]) -> tuple[Item, ...] | Later[tuple[Item, ...]]:
    """The items of all parts in their order; later, where those of one of them are."""
    if Later in map(type, parts):
        return Later(lambda: tuple(chain.from_iterable(map(now, parts))))
    return tuple(chain.from_iterable(parts))  # type: ignore[arg-type] # none of them is later
