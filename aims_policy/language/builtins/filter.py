"""`$filter(function, list)`: the elements that the function is true for: `$filter("abc".starts_with, ["a",
"x"])`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language.builtins.map import check as check_map
from aims_policy.language.types import ANY, Type, function, list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TYPE = function("filter", (ANY, list_of(ANY)), list_of(ANY))


def check(given: Sequence[Type]) -> str | None:
    wrong = check_map(given)
    if wrong is None and given[0].returns.kind != "boolean":
        return f"`{given[0].name}` must return a boolean, and returns {given[0].returns}"
    return wrong


def result(given: Sequence[Type]) -> Type:
    return given[1]


def call(applied: Callable[[Any], bool], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(value for value in values if applied(value))
