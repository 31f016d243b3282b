"""Our types and names in scope as rule_engine's, which gives its own opinion on what `checking` has checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rule_engine.builtins import Builtins
from rule_engine.engine import Context
from rule_engine.types import DataType

from aims_policy.language import builtins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.language.types import Type


def context_of(scope: Mapping[str, Type]) -> Context:
    """rule_engine's view of the names in scope; one context for each expression."""
    types = Translation(scope)
    context = Context(type_resolver=types.resolve, default_timezone="utc", mapping_attribute_lookup=False)
    known = {name: builtins.get(name) for name in builtins.names()}
    context.builtins = Builtins.from_defaults(
        {name: builtin.call for name, builtin in known.items()},
        timezone=context.default_timezone,
        value_types={name: types.builtin(builtin) for name, builtin in known.items()},
    )
    return context


class Translation:
    """Our types as rule_engine's. Records are looked up by name: they may contain themselves."""

    def __init__(self, scope: Mapping[str, Type]) -> None:
        self._scope = scope
        self._records: dict[str, Type] = {}

    def resolve(self, name: str) -> Any:
        if name in self._records:
            fields = {field: self.translated(type_) for field, type_ in self._records[name].fields.items()}
            return DataType.OBJECT(name, fields, accessor=dict.__getitem__)
        found = self.translated(self._scope[name])
        return self.resolve(found.name) if found.name in self._records else found

    def builtin(self, builtin: builtins.Builtin) -> Any:
        # What checks its own arguments has no one type that rule_engine could check.
        return DataType.UNDEFINED if builtin.check else self.translated(builtin.type)

    def translated(self, type_: Type) -> Any:
        if type_.kind == "record":
            name = f"record {type_.name}"
            self._records[name] = type_
            return DataType.OBJECT.reference(name)
        if type_.kind == "function":
            *given, returned = map(self.translated, type_.items)
            return DataType.FUNCTION(
                type_.name, returned, argument_types=tuple(given), minimum_arguments=type_.minimum
            )
        plain = _PLAIN.get(type_.kind)
        return plain if plain is not None else _MADE_OF[type_.kind](*map(self.translated, type_.items))


_PLAIN = {
    "text": DataType.STRING,
    "number": DataType.FLOAT,
    "boolean": DataType.BOOLEAN,
    "moment": DataType.DATETIME,
    "duration": DataType.TIMEDELTA,
    "bytes": DataType.BYTES,
    "null": DataType.NULL,
    "any": DataType.UNDEFINED,
    "never": DataType.UNDEFINED,
}
_MADE_OF = {"list": DataType.ARRAY, "set": DataType.SET, "map": DataType.MAPPING}
