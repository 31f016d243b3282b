"""`$distinct(list)`: whether no element of the list is there twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language.types import ANY, BOOLEAN, Type, function, hashable, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("distinct", (list_of(ANY),), BOOLEAN)
INLINE = "len(set({0})) == len({0})"


def check(given: Sequence[Type]) -> str | None:
    (values,) = given
    if values.kind != "list" or not hashable(values.item):
        return f"its argument must be a list of plain values, and is {values}"
    return None


def call(values: Sequence[Any]) -> bool:
    return len(set(values)) == len(values)
