"""What compiled code uses instead of a builtin's own `call` says the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aims_policy.language import arithmetic, builtins, compiler, reference
from aims_policy.language.builtins import is_digest as is_digest_module
from aims_policy.language.builtins import measured_on
from aims_policy.language.builtins import words as words_module
from aims_policy.language.operations import Missing, Refused, exact, whole
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


def test_words_that_were_found_are_remembered_for_so_many_texts_only() -> None:
    words = builtins.get("words")
    assert words.at_least is not None
    for number in range(3 * words_module._MOST_KNOWN // 2):
        assert words.at_least(f"text number {number}", 3)
        assert not words.at_least(f"text number {number}", 4)
    assert len(words_module.KNOWN) <= words_module._MOST_KNOWN
    long = " ".join(f"w{number}" for number in range(1_000))
    assert words.at_least(long, 1_000)
    assert long not in words_module.KNOWN


def test_words_are_told_from_what_is_known_and_only_then() -> None:
    enough, later = "$words(text) >= 3", "$words(text) >= 4"
    for number in (0, 1, 1):
        names = {"text": "known three words", "number": Decimal(number)}
        assert outcome("$words(text) >= (number > 0 ? 3 : 3.5)", names) == 1 - number
        assert outcome("$words(text) >= (number > 0 ? 3 : 1 / number)", names) == (4, 0)[number]
        assert outcome(enough, {"text": "known three words"}) == compiler.PASS
        assert outcome(later, {"text": "known three words"}) == compiler.FAIL
        assert outcome(enough, {"text": "known words"}) == compiler.FAIL
        assert outcome(enough, {}) == compiler.MISSING


def test_digests_are_remembered_and_no_more_than_so_many() -> None:
    text = "sha256:" + "0123456789abcdef" * 4
    for _ in range(2):
        assert outcome("$is_digest(text)", {"text": text}) == compiler.PASS
        assert outcome("$is_digest(text)", {"text": text[:-1]}) == compiler.FAIL
        assert outcome("$is_digest(text) and number > 1", {"text": text}) == compiler.MISSING
    for number in range(3 * is_digest_module._MOST_KNOWN // 2):
        assert is_digest_module.call(f"{number:064x}") is (number > 0)
    assert len(is_digest_module.KNOWN) <= is_digest_module._MOST_KNOWN


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        'text == "a"',
        '"a" == text and text != "b"',
        "1 / number > 0 or true",
        "true or number > 0",
        "false and number > 0",
        "number > 0 ? true : false",
        "true ? true : number > 0",
        '(text ?? "") == ""',
        "$all([t == text for t in texts])",
        '$any([t == text for t in texts]) or text == "a"',
        'not (text in ["a"])',
        '["a"].length > number',
        'text[0] == "a"',
        'text.as_lower == "a"',
        'text =~ "a"',
        "$words(text) >= 1 and number > 0",
        "$within(date, number)",
    ],
)
def test_what_a_rule_begins_with_decides_only_where_it_is_needed(text: str, given: bool) -> None:
    """A rule is passed over where that is not given: alone, and where rules share what they read."""
    names = {"text": "a", "texts": ("a",), "date": NOW, "number": Decimal(0)} if given else {}
    expression = parse(text, SCOPE)
    result = reference.evaluate(expression, names, NOW)
    for rules in ([(None, expression)], [(None, expression)] * 4, [(expression, expression)] * 4):
        with arithmetic():
            codes = compiler.load(compiler.compile_rules(rules))(names, NOW)
        assert {_state(code) for code in codes} == {result.state}


def _state(code: int) -> str:
    return {compiler.MISSING: "missing", compiler.ERROR: "error"}.get(code, "value")


@given(have=st.lists(TEXTS, max_size=3).map(tuple), need=st.lists(TEXTS, max_size=3).map(tuple))
@example(("A ", "b"), ("a",))
@example(("a",), ("a", "b"))
def test_covers(have: tuple[str, ...], need: tuple[str, ...]) -> None:
    folded = [{text.strip().casefold() for text in texts} for texts in (need, have)]
    assert builtins.get("covers").call(have, need) is (folded[0] <= folded[1])


@given(st.text("0aA fg:_+\u00e9", max_size=12), st.sampled_from([64, 96, 128, 71, 65, 32]))
@example("sha256:" + "a" * 64, 71)
@example("sha256:" + "ab" * 32, 71)
@example("0a", 64)
@example("aab ", 64)
@example("sha256:" + "a1" * 31 + " 1", 71)
@example("SHA256:" + "a1" * 32, 71)
@example(":" + "a1" * 32, 65)
@example("a" * 63 + "b", 64)
def test_digests(part: str, length: int) -> None:
    text = (part * length)[:length] if len(part) < length else part
    algorithm, colon, digits = text.rpartition(":")
    lengths = {"": (64, 96, 128), "sha256": (64,), "sha384": (96,), "sha512": (128,)}.get(algorithm, ())
    is_hex = re.fullmatch("[0-9a-fA-F]+", digits) is not None
    wanted = (
        len(digits) in lengths and is_hex and len(set(digits.lower())) > 1 and bool(algorithm) == bool(colon)
    )
    assert builtins.get("is_digest").call(text) is wanted


_RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "metric": st.sampled_from(["m", "n"]),
            "group": st.sampled_from(["a", "b", "c"]),
            "value": st.integers(0, 3).map(Decimal),
        },
    ),
    max_size=4,
).map(tuple)


@given(records=_RECORDS, groups=st.lists(st.sampled_from(["a", "b"]), max_size=3).map(tuple))
@example(({"metric": "m", "group": "a", "value": Decimal(1)},), ("a", "a"))
@example(({"metric": "m", "group": "a", "value": Decimal(1)}, {"group": "a", "value": Decimal(1)}), ("a",))
def test_measured_on(records: tuple[dict[str, Any], ...], groups: tuple[str, ...]) -> None:
    """The short way to the values, which is taken where nothing is left out, and the one that tells what is."""

    def told(call: Any) -> Any:
        try:
            return call(records, "m", groups)
        except Missing as absent:
            return absent.paths

    assert told(measured_on.call) == told(measured_on._on_groups)


@pytest.mark.parametrize(
    ("number", "position"),
    [("-3", -3), ("1E+17", 10**17), ("1E+999999", 2**62), ("-1E+30", -(2**62)), ("2.0", 2)],
)
def test_whole(number: str, position: int) -> None:
    assert whole(Decimal(number)) == position


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1.5", "1E-40"])
def test_what_is_not_whole_is_refused(number: str) -> None:
    with arithmetic(), pytest.raises(Refused):
        whole(Decimal(number))


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
