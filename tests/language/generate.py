"""Random well-typed expressions over the whole grammar, and random evidence for them.

Text is written type by type: whatever is asked for (a number, a list of text) is made of a literal, of
evidence, of a loop variable, or of an operator applied to parts made the same way.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aims_policy.language.types import (
    ANY,
    BOOLEAN,
    BYTES,
    DURATION,
    MOMENT,
    NUMBER,
    TEXT,
    Type,
    list_of,
    map_of,
    record,
    set_of,
)
from aims_policy.source.strength import DECLARED, STRENGTHS, Graded

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

NOW = datetime(2026, 1, 31, 12, 30, 15, 250_000, tzinfo=UTC)

_ROW = record(
    "Row",
    {"metric": TEXT, "group": TEXT, "value": NUMBER, "flag": BOOLEAN, "on": MOMENT, "tags": list_of(TEXT)},
)
_PART = record("Part", {"text": TEXT, "number": NUMBER, "flag": BOOLEAN, "on": MOMENT})
_MAIN = record(
    "Main",
    {
        "text": TEXT,
        "number": NUMBER,
        "flag": BOOLEAN,
        "on": MOMENT,
        "part": _PART,
        "texts": list_of(TEXT),
        "numbers": list_of(NUMBER),
        "rows": list_of(_ROW),
        "labels": map_of(TEXT, NUMBER),
    },
)
SCOPE: dict[str, Type] = {"alpha": _MAIN, "appetite": _MAIN, "kind": TEXT}

TEXTS = (
    "",
    "a",
    "b",
    "ab",
    "Bias",
    "12",
    "0.5",
    "6162",
    "YWI=",
    "dp",
    "eo",
    "ünï",
    "a b  a",
    "x" * 9,
    "tool",
)
NUMBERS = ("0", "1", "2", "3", "0.5", "1.5", "10", "0.1", "100", "0x1F", "1e3", ".25", "28", "7")
MOMENTS = ('d"2026-01-01"', 'd"2025-12-31T23:59:59.5Z"', 'd"2026-02-01T00:00:00+02:00"', "$now", "$today")
DURATIONS = ('t"P1D"', 't"PT36H"', 't"P1W"', 't"PT0.5S"')
PATTERNS = ("^a", "b$", "[a-z]+", "^[0-9]+([.][0-9]+)?$", "ab?", "(a|b)c?", "(?i)bias", r"\\d")


def evidence(random_: random.Random, present: float = 1.0) -> dict[str, Any]:
    """Names for `SCOPE`; each field is there with this probability."""
    names = {name: _value(random_, type_, present) for name, type_ in SCOPE.items()}
    return {name: value for name, value in names.items() if random_.random() < (1 + 3 * present) / 4}


def _value(random_: random.Random, type_: Type, present: float) -> Any:
    if type_.kind == "record":
        fields = type_.fields.items()
        found = {
            name: _value(random_, field, present) for name, field in fields if random_.random() < present
        }
        strength = random_.choice((DECLARED, *STRENGTHS))
        return found if strength == DECLARED else Graded(found, strength)
    if type_.kind == "list":
        return tuple(_value(random_, type_.item, present) for _ in range(random_.randint(1, 3)))
    if type_.kind == "map":
        keys = random_.sample(["a", "b", "dp", "x y"], random_.randint(1, 3))
        return {key: _value(random_, type_.value, present) for key in keys}
    if type_.kind == "text":
        return random_.choice(TEXTS)
    if type_.kind == "boolean":
        return random_.random() < 0.5
    if type_.kind == "moment":
        return NOW - timedelta(days=random_.randint(-3, 400), seconds=random_.choice((0, 1, 40_000)))
    return Decimal(random_.choice(("0", "1", "2", "-1", "0.5", "0.1", "0.3", "10", "-2.5", "1E+2", "3")))


def declared(value: Any) -> Any:
    """The same evidence, all of it written by people."""
    if isinstance(value, dict):
        return {name: declared(inner) for name, inner in value.items()}
    return tuple(map(declared, value)) if isinstance(value, tuple) else value


def without_one_field(random_: random.Random, names: dict[str, Any]) -> dict[str, Any]:
    """The same evidence with one name, or one field of a record somewhere in it, left out."""
    places: list[tuple[dict[str, Any], str]] = []
    copied = {name: _copied(value, SCOPE[name], places) for name, value in names.items()}
    places += [(copied, name) for name in copied]
    if places:
        owner, name = random_.choice(places)
        del owner[name]
    return copied


def _copied(value: Any, type_: Type, places: list[tuple[dict[str, Any], str]]) -> Any:
    if type_.kind == "record":
        copied = {name: _copied(inner, type_.fields[name], places) for name, inner in value.items()}
        if isinstance(value, Graded):
            copied = Graded(copied, value.strength)
        places += [(copied, name) for name in copied]
        return copied
    if type_.kind == "list":
        return tuple(_copied(inner, type_.item, places) for inner in value)
    return value


class Generator:
    """Expressions as text. `coalesce` says whether `??` may be used."""

    def __init__(self, random_: random.Random, *, coalesce: bool = True) -> None:
        self._random = random_
        self._coalesce = coalesce
        self._variables: list[tuple[str, Type]] = []
        self._makers: dict[str, list[Callable[[Type, int], str]]] = {}
        for method in dir(self):
            if method.startswith("_make_"):
                self._makers.setdefault(method.split("_")[2], []).append(getattr(self, method))

    def condition(self) -> str:
        """A boolean expression."""
        return self.of(BOOLEAN, self._random.choice((2, 3, 3, 4, 5)))

    def of(self, type_: Type, depth: int) -> str:
        """An expression of the type, nested at most about so deep."""
        if depth <= 0 or self._random.random() < 0.12:
            return self._leaf(type_)
        if self._random.random() < 0.1:
            return self._general(type_, depth - 1)
        makers = self._makers.get(type_.kind)
        return self._random.choice(makers)(type_, depth - 1) if makers else self._leaf(type_)

    def _general(self, type_: Type, depth: int) -> str:
        """What makes any type of parts of that type."""
        kinds = ["choose", "index", "read"] + (["coalesce"] * 2 if self._coalesce else [])
        kind = self._random.choice(kinds)
        if kind == "choose":
            condition, one, other = self.of(BOOLEAN, depth), self.of(type_, depth), self.of(type_, depth)
            return f"({condition} ? {one} : {other})"
        if kind == "coalesce":
            left = self._random.choice((self._read, self.of))(type_, depth) or self.of(type_, depth)
            return f"({left} ?? {self.of(type_, depth)})"
        if kind == "index" and type_.kind in ("text", "number", "boolean", "moment"):
            index = self._random.choice(("0", "1", "-1", "2", self.of(NUMBER, 1)))
            return f"{self.of(list_of(type_), depth)}[{index}]"
        return self._read(type_, depth) or self._leaf(type_)

    # Leaves

    def _leaf(self, type_: Type) -> str:
        of_records = type_.kind == "record" or (type_.kind == "list" and type_.item.kind == "record")
        if of_records or self._random.random() < 0.75:
            read = self._read(type_, 0)
            if read:
                return read
        return "alpha.rows[0]" if of_records else self._literal(type_)

    def _read(self, type_: Type, _depth: int) -> str:
        """Evidence of that type, or nothing where there is none."""
        found: list[str] = []
        self._paths(self._variables, type_, found)
        if not found or self._random.random() < 0.4:
            self._paths(list(SCOPE.items()), type_, found)
        if type_ == _ROW:
            found.append("appetite.rows[-1]")
        return self._random.choice(found) if found else ""

    def _paths(self, names: list[tuple[str, Type]], wanted: Type, found: list[str]) -> None:
        for name, type_ in names:
            if type_ == wanted:
                found.append(name)
            elif type_.kind == "record":
                self._paths(
                    [(f"{name}.{field}", inner) for field, inner in type_.fields.items()], wanted, found
                )

    def _literal(self, type_: Type) -> str:
        choose = self._random.choice
        if type_.kind in ("list", "set"):
            size = self._random.randint(0 if type_.kind == "list" else 1, 3)
            items = ", ".join(self._leaf(type_.item) for _ in range(size))
            return f"[{items}]" if type_.kind == "list" else f"{{{items}}}"
        if type_.kind == "map":
            keys = self._random.sample(["a", "b", "dp"], self._random.randint(1, 3))
            return "{" + ", ".join(f'"{key}": {self._leaf(type_.value)}' for key in keys) + "}"
        if type_.kind == "text":
            return f'"{choose(TEXTS)}"'
        if type_.kind == "any":
            return choose(("null", "1", '"a"', "true"))
        return choose(
            {
                "number": NUMBERS,
                "boolean": ("true", "false"),
                "moment": MOMENTS,
                "duration": DURATIONS,
                "bytes": ('b"ab"', 'b""', r'b"\x00a"'),
            }[type_.kind]
        )

    def _any_type(self) -> Type:
        return self._random.choice((TEXT, TEXT, NUMBER, NUMBER, BOOLEAN, MOMENT))

    # Booleans

    def _make_boolean_logic(self, _: Type, depth: int) -> str:
        op = self._random.choice((" and ", " or "))
        return "(" + op.join(self.of(BOOLEAN, depth) for _ in range(self._random.randint(2, 4))) + ")"

    _make_boolean_logic_again = _make_boolean_logic

    def _make_boolean_not(self, _: Type, depth: int) -> str:
        return f"(not {self.of(BOOLEAN, depth)})"

    def _make_boolean_compare(self, _: Type, depth: int) -> str:
        type_ = self._random.choice((TEXT, NUMBER, NUMBER, BOOLEAN, MOMENT, DURATION, list_of(NUMBER)))
        op = self._random.choice(("==", "!=", "<", "<=", ">", ">="))
        return f"({self.of(type_, depth)} {op} {self.of(type_, depth)})"

    _make_boolean_compare_again = _make_boolean_compare

    def _make_boolean_of_limit(self, _: Type, depth: int) -> str:
        """As rules ask most: how much there is, beside a limit of the appetite."""
        items = f"{self.of(self._random.choice((list_of(TEXT), list_of(NUMBER))), depth)}.length"
        counted = self._random.choice((items, f"$words({self.of(TEXT, depth)})"))
        limit = self._random.choice(("appetite.number", "appetite.part.number"))
        return f"({counted} {self._random.choice(('==', '<', '<=', '>', '>='))} {limit})"

    def _make_boolean_equal(self, _: Type, depth: int) -> str:
        type_ = self._random.choice((list_of(TEXT), set_of(NUMBER), set_of(TEXT), ANY))
        return f"({self.of(type_, depth)} {self._random.choice(('==', '!='))} {self.of(type_, depth)})"

    def _make_boolean_in(self, _: Type, depth: int) -> str:
        type_ = self._any_type()
        container = self._random.choice((list_of(type_), set_of(type_), map_of(TEXT, NUMBER), TEXT))
        member = TEXT if container.kind in ("map", "text") else type_
        return (
            f"({self.of(member, depth)} {self._random.choice(('in', 'not in'))} {self.of(container, depth)})"
        )

    def _make_boolean_match(self, _: Type, depth: int) -> str:
        op = self._random.choice(("=~", "=~~", "!~", "!~~"))
        return f'({self.of(TEXT, depth)} {op} "{self._random.choice(PATTERNS)}")'

    def _make_boolean_affix(self, _: Type, depth: int) -> str:
        type_ = self._random.choice((TEXT, list_of(TEXT), BYTES))
        method = self._random.choice(("starts_with", "ends_with"))
        return f"{self.of(type_, depth)}.{method}({self.of(type_, depth)})"

    def _make_boolean_attribute(self, _: Type, depth: int) -> str:
        if self._random.random() < 0.2:
            return f"({self.of(NUMBER, depth)}).is_nan"
        type_ = self._random.choice((TEXT, list_of(NUMBER), set_of(TEXT), map_of(TEXT, NUMBER), BYTES))
        return f"{self.of(type_, depth)}.is_empty"

    def _make_boolean_all(self, _: Type, depth: int) -> str:
        return f"${self._random.choice(('all', 'any'))}({self.of(list_of(BOOLEAN), depth)})"

    _make_boolean_all_again = _make_boolean_all

    def _make_boolean_own(self, _: Type, depth: int) -> str:
        texts = self.of(list_of(TEXT), depth)
        return self._random.choice(
            (
                f"$within({self.of(MOMENT, depth)}, {self.of(NUMBER, depth)})",
                f"$covers({texts}, {self.of(list_of(TEXT), depth)})",
                f"$distinct({texts})",
                self._strength(depth),
                self._strength(depth),
                f"$is_digest({self.of(TEXT, depth)})",
                f"$is_contact({self.of(TEXT, depth)})",
                f"$name_same_asset({texts}, {self.of(list_of(TEXT), depth)})",
                f"$right_way({self.of(TEXT, depth)}, {self.of(BOOLEAN, depth)})",
                f"$same_person({self.of(TEXT, depth)}, {self.of(TEXT, depth)})",
                f"$same_metric({self.of(TEXT, depth)}, {self.of(TEXT, depth)})",
                f"$is_https({self.of(TEXT, depth)})",
            )
        )

    def _strength(self, depth: int) -> str:
        record_ = self.of(self._random.choice((_ROW, _ROW, _PART, _MAIN)), depth)
        wanted = self._random.choice((*(f'"{strength}"' for strength in STRENGTHS), self.of(TEXT, 1)))
        return f"$as_strong_as({record_}, {wanted})"

    # Numbers

    def _make_number_arithmetic(self, _: Type, depth: int) -> str:
        op = self._random.choice(("+", "-", "*", "/", "//", "%", "+", "-", "*"))
        return f"({self.of(NUMBER, depth)} {op} {self.of(NUMBER, depth)})"

    def _make_number_power(self, _: Type, depth: int) -> str:
        return f"({self.of(NUMBER, depth)} ** {self._random.choice(('2', '0.5', '3', self.of(NUMBER, 0)))})"

    def _make_number_negate(self, _: Type, depth: int) -> str:
        return f"(-{self.of(NUMBER, depth)})"

    def _make_number_bitwise(self, _: Type, depth: int) -> str:
        op = self._random.choice(("&", "|", "^", "<<", ">>"))
        return f"({self.of(NUMBER, depth)} {op} {self.of(NUMBER, 0)})"

    def _make_number_attribute(self, _: Type, depth: int) -> str:
        type_, names = self._random.choice(
            (
                (NUMBER, ("ceiling", "floor", "to_flt", "to_int")),
                (MOMENT, ("day", "hour", "microsecond", "millisecond", "minute", "month", "second")),
                (MOMENT, ("to_epoch", "year")),
                (DURATION, ("days", "seconds", "microseconds", "total_seconds")),
                (TEXT, ("to_flt", "to_int", "length")),
                (list_of(TEXT), ("length",)),
                (set_of(NUMBER), ("length",)),
                (map_of(TEXT, NUMBER), ("length",)),
            )
        )
        return f"({self.of(type_, depth)}).{self._random.choice(names)}"

    def _make_number_item(self, _: Type, depth: int) -> str:
        if self._random.random() < 0.5:
            return f"{self.of(map_of(TEXT, NUMBER), depth)}[{self.of(TEXT, 1)}]"
        return f"{self.of(BYTES, depth)}[{self._random.choice(('0', '-1'))}]"

    def _make_number_builtin(self, _: Type, depth: int) -> str:
        numbers = self.of(list_of(NUMBER), depth)
        return self._random.choice(
            (
                f"${self._random.choice(('sum', 'max', 'min'))}({numbers})",
                f"$abs({self.of(NUMBER, depth)})",
                f"$days_since({self.of(MOMENT, depth)})",
                f"$words({self.of(TEXT, depth)})",
                f"$parse_float({self.of(TEXT, depth)})",
                self._random.choice(("$e", "$pi")),
            )
        )

    # Text, moments, durations, bytes

    def _make_text_operator(self, _: Type, depth: int) -> str:
        return f"({self.of(TEXT, depth)} + {self.of(TEXT, depth)})"

    def _make_text_attribute(self, _: Type, depth: int) -> str:
        return self._random.choice(
            (
                f"{self.of(TEXT, depth)}.{self._random.choice(('as_lower', 'as_upper', 'to_str'))}",
                f"({self.of(NUMBER, depth)}).to_str",
                f"({self.of(MOMENT, depth)}).{self._random.choice(('weekday', 'zone_name'))}",
                f'{self.of(BYTES, depth)}.decode("{self._random.choice(("utf-8", "hex", "base64"))}")',
            )
        )

    def _make_text_part(self, _: Type, depth: int) -> str:
        text = self.of(TEXT, depth)
        return f"{text}[{self._random.choice(('0', '-1', '1:', ':2', ':', '0:-1'))}]"

    def _make_moment_arithmetic(self, _: Type, depth: int) -> str:
        moment, duration = self.of(MOMENT, depth), self.of(DURATION, depth)
        return self._random.choice(
            (f"({moment} + {duration})", f"({moment} - {duration})", f"({moment}).date")
        )

    def _make_moment_parse(self, _: Type, _depth: int) -> str:
        return f'$parse_datetime("{self._random.choice(("2026-01-02", "2025-06-01T10:00", "x"))}")'

    def _make_duration_arithmetic(self, _: Type, depth: int) -> str:
        one, other = self.of(DURATION, depth), self.of(DURATION, depth)
        moments = f"({self.of(MOMENT, depth)} - {self.of(MOMENT, depth)})"
        parsed = f'$parse_timedelta("{self._random.choice(("P1D", "PT1.5H", "P1W2D", "1"))}")'
        return self._random.choice((f"({one} + {other})", f"({one} - {other})", f"(-{one})", moments, parsed))

    def _make_bytes_some(self, _: Type, depth: int) -> str:
        one = self.of(BYTES, depth)
        encoding = self._random.choice(("utf-8", "hex", "base64"))
        encoded = f'{self.of(TEXT, depth)}.encode("{encoding}")'
        return self._random.choice((f"({one} + {self.of(BYTES, depth)})", f"{one}[1:]", encoded))

    # Lists, sets, maps

    def _make_list_literal(self, type_: Type, depth: int) -> str:
        size = self._random.randint(1, 3)
        return "[" + ", ".join(self.of(type_.item, depth) for _ in range(size)) + "]"

    def _make_list_comprehension(self, type_: Type, depth: int) -> str:
        source = self._random.choice(
            (
                list_of(_ROW),
                list_of(_ROW),
                list_of(TEXT),
                list_of(NUMBER),
                map_of(TEXT, NUMBER),
                set_of(NUMBER),
            )
        )
        iterable = self.of(source, depth)
        name = f"v{len(self._variables)}"
        self._variables.append((name, source.item))
        element = self.of(type_.item, depth)
        condition = f" if {self.of(BOOLEAN, depth)}" if self._random.random() < 0.4 else ""
        self._variables.pop()
        return f"[{element} for {name} in {iterable}{condition}]"

    _make_list_comprehension_again = _make_list_comprehension

    def _make_list_slice(self, type_: Type, depth: int) -> str:
        bounds = self._random.choice(("1:", ":1", ":-1", ":", self.of(NUMBER, 0) + ":"))
        return f"{self.of(type_, depth)}[{bounds}]"

    def _make_list_builtin(self, type_: Type, depth: int) -> str:
        rows = self.of(list_of(_ROW), 0)
        metric = self._random.choice(('"dp"', '"eo"', '"a"', self.of(TEXT, 0)))
        step = self._random.choice(("1", "2", "-1"))
        if type_.item == NUMBER:
            return self._random.choice(
                (
                    f"$measured({rows}, {metric})",
                    f"$measured_on({rows}, {metric}, {self.of(list_of(TEXT), 0)})",
                    f"$range({self.of(NUMBER, 0)})",
                    f"$range({self.of(NUMBER, 0)}, {self.of(NUMBER, 1)}, {step})",
                    f"$map($abs, {self.of(type_, depth)})",
                    f"$map($days_since, {self.of(list_of(MOMENT), depth)})",
                    f"{self.of(map_of(TEXT, NUMBER), depth)}.values",
                    f"{self.of(set_of(NUMBER), depth)}.to_ary",
                    f"{self.of(BYTES, depth)}.to_ary",
                )
            )
        if type_.item == TEXT:
            return self._random.choice(
                (
                    f"$split({self.of(TEXT, depth)})",
                    f'$split({self.of(TEXT, depth)}, "a", {self.of(NUMBER, 0)})',
                    f"$filter({self.of(TEXT, depth)}.starts_with, {self.of(type_, depth)})",
                    f"{self.of(TEXT, depth)}.to_ary",
                    f"{self.of(map_of(TEXT, NUMBER), depth)}.keys",
                )
            )
        if type_.item == BOOLEAN:
            return f"$map({self.of(TEXT, depth)}.ends_with, {self.of(list_of(TEXT), depth)})"
        return self._make_list_literal(type_, depth) if type_.item.kind != "record" else self._leaf(type_)

    def _make_set_literal(self, type_: Type, depth: int) -> str:
        return "{" + ", ".join(self.of(type_.item, depth) for _ in range(self._random.randint(1, 3))) + "}"

    def _make_set_operator(self, type_: Type, depth: int) -> str:
        return f"({self.of(type_, depth)} {self._random.choice('&|^')} {self.of(type_, depth)})"

    def _make_set_attribute(self, type_: Type, depth: int) -> str:
        return f"{self.of(list_of(type_.item), depth)}.to_set"

    def _make_map_literal(self, type_: Type, depth: int) -> str:
        keys = self._random.sample(["a", "b", "dp"], 2)
        return "{" + ", ".join(f'"{key}": {self.of(type_.value, depth)}' for key in keys) + "}"

    # Values whose type is not known before they are there

    def _make_any_mixed(self, _: Type, depth: int) -> str:
        one, other = self.of(self._any_type(), depth), self.of(self._any_type(), depth)
        return self._random.choice(
            (
                f"({self.of(BOOLEAN, depth)} ? {one} : null)",
                f"[{one}, {other}, null][{self._random.choice('012')}]",
                "null&.anything",
                "null&[0]",
            )
        )
