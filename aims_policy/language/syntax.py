"""What the grammar gives to the checks, and how the checks answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language.nodes import Node
from aims_policy.language.problems import LanguageError, Problem
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.language.types import Type


_MOST = 20


class Syntax(NamedTuple):
    """A node as the grammar gives it: what it is, its parts, and its place. Nothing is known of types yet."""

    kind: str
    parts: tuple[Any, ...]
    options: dict[str, Any]
    start: int
    end: int


def node_at(syntax: Syntax, kind: str, value: Any, children: tuple[Node, ...], type_: Type) -> Node:
    """A checked node in the place of what was written."""
    return Node(kind, value, children, type_, syntax.start, syntax.end)


def failure(
    code: str, message: str, place: Syntax | Node | tuple[int, int], *, help_: str = ""
) -> LanguageError:
    """What to raise for something that stands in this place."""
    start, end = (place.start, place.end) if isinstance(place, Node | Syntax) else place
    return LanguageError(Problem(code, message, start, end, help_))


def listed(names: Iterable[str]) -> str:
    """At most so many names as one reads through.

    >>> listed(["a", "b"])
    '`a`, `b`'
    """
    quoted = [f"`{name}`" for name in names]
    return ", ".join(quoted[:_MOST]) + (f" and {len(quoted) - _MOST} more" if len(quoted) > _MOST else "")
