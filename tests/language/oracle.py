"""rule_engine's own interpreter, given the same types and evidence: what a value must be where nothing
is missing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import rule_engine
from rule_engine.builtins import Builtins, BuiltinValueGenerator

from aims_policy.language import builtins, translation
from aims_policy.language.nodes import Expression, walk
from aims_policy.language.operations import midnight

if TYPE_CHECKING:
    from datetime import datetime

    from aims_policy.language.types import Type

_ITS_OWN = set(Builtins.from_defaults())


class Oracle:
    """An expression as rule_engine reads and interprets it, with its own builtins wherever it has them."""

    def __init__(self, text: str, scope: dict[str, Type], now: datetime) -> None:
        context = translation.context_of(scope)
        types_of_ours = translation.Translation(scope)
        ours = {name: builtins.get(name) for name in builtins.names() if name not in _ITS_OWN}
        values: dict[str, Any] = {
            name: partial(_at, builtin.call, now) if builtin.uses_now else builtin.call
            for name, builtin in ours.items()
        }
        values["now"] = BuiltinValueGenerator(lambda _: now)
        values["today"] = BuiltinValueGenerator(lambda _: midnight(now))
        types = {name: types_of_ours.builtin(builtins.get(name)) for name in builtins.names()}
        context.builtins = Builtins.from_defaults(
            values, value_types=types, timezone=context.default_timezone
        )
        self._rule = rule_engine.Rule(text, context)

    def evaluate(self, names: dict[str, Any]) -> Any:
        return self._rule.evaluate(names)


def _at(call: Any, now: datetime, *given: Any) -> Any:
    return call(*given, now)


def orders_a_set(expression: Expression) -> bool:
    """Whether the value depends on the order of a set, which rule_engine leaves to chance."""
    return any(
        node.children[0].type.kind == "set"
        for node in walk(expression.root)
        if node.kind == "comprehension" or (node.kind == "attribute" and node.value == "to_ary")
    )


def same_value(one: Any, other: Any) -> bool:
    """Equality that knows `nan`, and that a list may be a tuple, a number an int."""
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    return bool(one == other) or (one != one and other != other)
