"""What compiled code uses instead of a builtin's own `call` says the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from aims_policy.language import builtins, compiler
from aims_policy.language.operations import exact
from aims_policy.language.parse import parse
from aims_policy.language.types import MOMENT, NUMBER, TEXT, list_of

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
SCOPE = {"text": TEXT, "texts": list_of(TEXT), "date": MOMENT, "number": NUMBER}
TEXTS = st.text(st.sampled_from("abAB12 ,.-_\tßİü\n"), max_size=40)


def outcome(text: str, names: dict[str, Any]) -> int:
    (code,) = compiler.load(compiler.compile_rules([(None, parse(text, SCOPE))]))(names, NOW)
    return code


@given(text=TEXTS, least=st.integers(-2, 9))
@example("a a, A. (a) a", 2)
@example("one two", 2)
@example("", 0)
def test_words_at_least(text: str, least: int) -> None:
    words = builtins.get("words")
    assert words.at_least is not None
    wanted = words.call(text) >= least
    assert words.at_least(text, least) is wanted
    assert words.at_least(text, Decimal(least)) is wanted
    assert words.at_least(text, least + Decimal("0.5")) is (words.call(text) > least)


@given(days=st.integers(-3, 40), limit=st.decimals(-2, 40, places=1))
def test_within(days: int, limit: Decimal) -> None:
    date = NOW - timedelta(days=days, hours=1)
    wanted = builtins.get("within").call(date, limit, NOW)
    assert outcome("$within(date, number)", {"date": date, "number": limit}) == (0 if wanted else 1)


@given(texts=st.lists(st.sampled_from(["a", "b", "c", "d", "e"]), max_size=4).map(tuple))
def test_distinct(texts: tuple[str, ...]) -> None:
    wanted = builtins.get("distinct").call(texts)
    assert outcome("$distinct(texts)", {"texts": texts}) == (0 if wanted else 1)


@given(number=st.decimals(allow_nan=True, allow_infinity=True), other=st.integers(-100, 10**20))
@example(Decimal("1E+999999"), 3)
@example(Decimal("-0"), 0)
def test_exact_is_the_same_number(number: Decimal, other: int) -> None:
    same = exact(number)
    if number.is_nan():
        assert same is number
        return
    assert same == number
    assert (same < other) is (number < other)


def test_nothing_is_read_or_left_out_by_the_way_a_builtin_is_written_out() -> None:
    """A chained comparison stops early; an argument after that point must have been read all the same."""
    future = {"date": NOW + timedelta(days=2)}
    assert outcome("$within(date, number)", future) == compiler.MISSING
