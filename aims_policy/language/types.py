"""The types of the rule language: what an expression's value can be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Type:
    """An immutable type term. Two records are the same type when they have the same name.

    `items` holds the element type of a list or set, the key and value types of a map, and the argument
    types followed by the return type of a function. `fields` are those of a record.
    """

    __slots__ = ("fields", "items", "kind", "minimum", "name")

    def __init__(
        self,
        kind: str,
        name: str = "",
        items: tuple[Type, ...] = (),
        fields: Mapping[str, Type] | None = None,
        minimum: int = 0,
    ) -> None:
        self.kind: Final = kind
        self.name: Final = name
        self.items: Final = items
        self.fields: Final[Mapping[str, Type]] = {} if fields is None else fields
        self.minimum: Final = minimum

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Type):
            return NotImplemented
        mine = (self.kind, self.name, self.items, self.minimum)
        return mine == (other.kind, other.name, other.items, other.minimum)

    def __hash__(self) -> int:
        return hash((self.kind, self.name, self.items, self.minimum))

    def __str__(self) -> str:
        return describe(self)

    def __repr__(self) -> str:
        return f"<{describe(self)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Type, (self.kind, self.name, self.items, self.fields, self.minimum))

    @property
    def item(self) -> Type:
        """The element type of a list or set; the key type of a map (what iterating yields)."""
        return self.items[0]

    @property
    def value(self) -> Type:
        """The value type of a map."""
        return self.items[1]

    @property
    def arguments(self) -> tuple[Type, ...]:
        """The argument types of a function."""
        return self.items[:-1]

    @property
    def returns(self) -> Type:
        """The return type of a function."""
        return self.items[-1]


TEXT: Final = Type("text")
NUMBER: Final = Type("number")
BOOLEAN: Final = Type("boolean")
MOMENT: Final = Type("moment")
DURATION: Final = Type("duration")
BYTES: Final = Type("bytes")
NULL: Final = Type("null")
ANY: Final = Type("any")
NEVER: Final = Type("never")
"""The element type of an empty literal: it goes with every other type."""

SCALARS: Final = frozenset({"text", "number", "boolean", "moment", "duration", "bytes"})
ORDERED: Final = frozenset({"text", "number", "boolean", "moment", "duration"})


def list_of(item: Type) -> Type:
    return Type("list", items=(item,))


def set_of(item: Type) -> Type:
    return Type("set", items=(item,))


def map_of(key: Type, value: Type) -> Type:
    return Type("map", items=(key, value))


def record(name: str, fields: Mapping[str, Type]) -> Type:
    """A record with exactly these fields. Names are unique: two records of one name are one type."""
    return Type("record", name=name, fields=fields)


def function(name: str, arguments: Iterable[Type], returns: Type, minimum: int | None = None) -> Type:
    """A function; `minimum` is the number of arguments that must be given (default: all)."""
    given = tuple(arguments)
    return Type("function", name, (*given, returns), minimum=len(given) if minimum is None else minimum)


def describe(type_: Type) -> str:
    """
    >>> describe(list_of(map_of(TEXT, NUMBER)))
    'list of map of text to number'
    """
    if type_.kind == "map":
        return f"map of {describe(type_.item)} to {describe(type_.value)}"
    if type_.kind in ("list", "set"):
        return type_.kind if type_.item == NEVER else f"{type_.kind} of {describe(type_.item)}"
    return (
        type_.name
        if type_.kind == "record"
        else {"any": "unknown type", "never": "nothing"}.get(type_.kind, type_.kind)
    )


def accepts(expected: Type, actual: Type) -> bool:
    """Whether a value of the type `actual` can stand where `expected` is asked for.

    >>> accepts(list_of(TEXT), list_of(NEVER)), accepts(TEXT, NUMBER)
    (True, False)
    """
    if expected == actual or expected.kind == "any" or actual.kind == "never":
        return True
    if expected.kind != actual.kind or expected.kind not in ("list", "set", "map"):
        return False
    return all(map(accepts, expected.items, actual.items))


def join(left: Type, right: Type) -> Type:
    """The type of a value that is one of two: their common type, or the unknown type.

    >>> join(list_of(NEVER), list_of(TEXT)), join(TEXT, NUMBER)
    (<list of text>, <unknown type>)
    """
    if left == right or right.kind == "never":
        return left
    if left.kind == "never":
        return right
    if left.kind == right.kind and left.kind in ("list", "set", "map"):
        return Type(left.kind, items=tuple(map(join, left.items, right.items)))
    return ANY


def join_all(types: Iterable[Type]) -> Type:
    result = NEVER
    for type_ in types:
        result = join(result, type_)
    return result


def comparable(left: Type, right: Type) -> bool:
    """Whether `==` means something between the two: one type on both sides, made of plain values."""
    if "any" in (left.kind, right.kind):
        return not {left.kind, right.kind} & {"record", "map", "function", "bytes"}
    if left.kind == "never" or right.kind == "never":
        return True
    if left.kind in ("list", "set"):
        return left.kind == right.kind and comparable(left.item, right.item)
    return left == right and (left.kind in SCALARS or left.kind == "null")


def ordered(type_: Type) -> bool:
    """Whether `<` means something on two values of this type."""
    return type_.kind in ORDERED or (type_.kind == "list" and ordered(type_.item))


def hashable(type_: Type) -> bool:
    """Whether values can be elements of a set or keys of a map."""
    return type_.kind in SCALARS or type_.kind == "never" or (type_.kind == "list" and hashable(type_.item))


def sortable(type_: Type) -> bool:
    """Whether a set of these has one definite order to be walked in."""
    return type_.kind in SCALARS or type_.kind == "never" or (type_.kind == "list" and sortable(type_.item))


def to_plain(type_: Type) -> tuple[Any, ...]:
    """The type as nested tuples. A record keeps its name only: fields matter while checking, not after."""
    return (type_.kind, type_.name, tuple(map(to_plain, type_.items)), type_.minimum)


def from_plain(plain: tuple[Any, ...]) -> Type:
    kind, name, items, minimum = plain
    return Type(kind, name, tuple(map(from_plain, items)), minimum=minimum)
