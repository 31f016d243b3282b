"""`$map(function, list)`: the function's results, one for each element: `$map($abs, [-1, 2])`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.language.types import ANY, Type, accepts, function, list_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TYPE = function("map", (ANY, list_of(ANY)), list_of(ANY))


def check(given: Sequence[Type]) -> str | None:
    applied, values = given
    if applied.kind != "function":
        return f"its first argument must be a function, and is {applied}"
    if values.kind != "list":
        return f"its second argument must be a list, and is {values}"
    if applied.minimum > 1 or not applied.arguments:
        return f"`{applied.name}` does not take one argument"
    if not accepts(applied.arguments[0], values.item):
        return f"`{applied.name}` takes {applied.arguments[0]}, and the elements are {values.item}"
    if applied.returns.kind in ("list", "set", "any"):
        return f"`{applied.name}` returns {applied.returns}; it must return one plain value"
    return None


def result(given: Sequence[Type]) -> Type:
    return list_of(given[0].returns)


def call(applied: Callable[[Any], Any], values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(applied(value) for value in values)
