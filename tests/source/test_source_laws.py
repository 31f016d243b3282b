"""Laws of the reader, on generated documents."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from aims_policy.diagnostics import safe
from aims_policy.source import (
    Document,
    Path,
    SourceError,
    Span,
    json_places,
    parse_json,
    parse_yaml,
    read_bytes,
)
from aims_policy.source.json_places import places, places_of_lines
from aims_policy.source.json_scan import scan, scan_lines
from aims_policy.source.jsonl_text import parse_jsonl
from aims_policy.source.text import Problems, SourceText
from aims_policy.source.yaml_text import _compose, _next_event
from aims_policy.source.yaml_values import plain_value

# PyYAML writes and reads these as the line breaks they are in YAML 1.1.
BREAKS = "\x85\u2028\u2029\ufeff"
# PyYAML writes these without quotes, since they are texts in YAML 1.1; in the core schema they are numbers.
NUMBERS_SINCE_1_2 = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=BREAKS), max_size=12).filter(
    lambda text: NUMBERS_SINCE_1_2.fullmatch(text) is None
)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
leaves = (
    st.none() | st.booleans() | numbers | texts | st.sampled_from(["yes", "2024-01-01", "010", "1:30", "~"])
)
trees = st.recursive(
    leaves, lambda node: st.lists(node, max_size=4) | st.dictionaries(texts, node, max_size=4), max_leaves=25
)


def exactly(value: Any) -> Any:
    """The value with floats as the Decimals they are written as."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, dict):
        return {key: exactly(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exactly(item) for item in value]
    return value


def leaves_of(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves_of(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for index, item in enumerate(value) for leaf in leaves_of(item, (*path, index))]
    return [(path, value)]


def text_at(document: Document, span: Span) -> str:
    lines = document.text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@given(trees, st.sampled_from([None, 1]), st.booleans())
@settings(max_examples=150)
def test_json_reads_back(tree: Any, indent: int | None, ascii_only: bool) -> None:
    document = parse_json(json.dumps(tree, indent=indent, ensure_ascii=ascii_only), "x")
    assert document.value == exactly(tree)
    for path, leaf in leaves_of(document.value):
        assert parse_json(text_at(document, document.span(path)), "x").value == leaf


def whole(position: Any) -> Any:
    """A position with everything below it."""
    start, end, *below = position
    children = below[0]() if below and callable(below[0]) else below[0] if below else ()
    if isinstance(children, dict):
        return start, end, {key: (at, to, whole(value)) for key, (at, to, value) in children.items()}
    return start, end, [whole(child) for child in children]


@given(trees, st.sampled_from([None, 1, "\t"]), st.booleans(), st.sampled_from(["", " ", "\r\n", " \t\n "]))
@settings(max_examples=150)
@example({"a": [{}, [], {"b": ""}], "\\ud800": "}]"}, None, True, "\n")
def test_places_found_one_by_one_are_those_of_the_full_scan(
    tree: Any, indent: int | str | None, ascii_only: bool, around: str
) -> None:
    separators = (f"{around},{around}", f"{around}:{around}") if indent is None else None
    text = json.dumps(tree, indent=indent, ensure_ascii=ascii_only, separators=separators)
    source = SourceText("x", around + text + around)
    assert whole(places(source)) == whole(scan(source))


def test_depth_alone_makes_no_place_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = 90
    text = '{"a": [' * (levels // 2) + ", ".join(["0"] * 5_000) + "]}" * (levels // 2)
    source = SourceText("deep.json", text)
    skipped = 0

    def counted(text: str, start: int) -> tuple[Any, int]:
        nonlocal skipped
        value, end = json.JSONDecoder().raw_decode(text, start)
        skipped += end - start
        return value, end

    monkeypatch.setattr(json_places, "_raw_decode", counted)
    assert whole(places(source)) == whole(scan(source))
    assert skipped < 20 * len(text)


blanks = st.sampled_from(["", " ", "\n\t", "\r\n "])
awkward = st.sampled_from(
    [
        r'"\":"',
        '":"',
        '"{[[["',
        '"]]}}"',
        r'"\ud800"',
        r'"\ud83d\ude00"',
        r'"\\ud800"',
        r'"\\"',
        '"a"',
        '"b"',
        '"é"',
    ]
)
members = st.lists(
    st.tuples(st.sampled_from(['"a"', r'"\u0061"', '"b"', '":"', '"é"']), blanks, blanks), max_size=3
)
written = st.recursive(
    awkward | st.sampled_from(["1", "-0.10", "1e9999", "NaN", "null", "9" * 5_000]),
    lambda node: (
        st.lists(node, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(members, node).map(
            lambda m: "{" + ",".join(f"{k}{b}:{a}{m[1]}" for k, b, a in m[0]) + "}"
        )
    ),
    max_leaves=12,
)


def told_of(read: Any, *given: Any) -> list[tuple[str, int, int, str]]:
    try:
        read(*given)
    except SourceError as error:
        return [(d.code, d.line, d.column, d.message) for d in error.diagnostics]
    return []


@given(
    written,
    st.lists(written, max_size=2),
    st.lists(written, max_size=2),
    st.sampled_from([0, 1, 98, 99, 100, 101]),
)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_decoded_fast_is_refused_as_the_full_scan_refuses_it(
    inner: str, before: list[str], after: list[str], levels: int
) -> None:
    deep = "[" * levels + inner + "]" * levels
    text = f"[{', '.join([*before, deep, *after])}]"
    assert told_of(parse_json, text, "x") == told_of(scan, SourceText("x", text))
    lines = "\n".join([*before, deep, *after])
    assert told_of(parse_jsonl, lines, "x") == told_of(scan_lines, SourceText("x", lines))


@given(st.lists(trees, max_size=5), st.sampled_from(["\n", "\r\n", "\n \n\t"]))
@settings(max_examples=100)
def test_places_in_json_lines_are_those_of_the_full_scan(values: list[Any], between: str) -> None:
    source = SourceText("x", between.join(map(json.dumps, values)))
    assert whole(places_of_lines(source)) == whole(scan_lines(source))


@given(trees, st.sampled_from([None, True, False]), st.booleans())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@example({"a": "x: y", "b": [" ", "", "\n"]}, False, True)
def test_yaml_reads_back(tree: Any, flow: bool | None, unicode: bool) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=unicode, sort_keys=False)
    [document] = parse_yaml(text, "x")
    assert document.value == exactly(tree)
    for path, leaf in leaves_of(document.value):
        written = text_at(document, document.span(path))
        [alone] = parse_yaml(f"- {written}", "x")
        assert alone.value == [leaf]


UNUSUAL = ["<<: 1\n", "---\n", "!!str ", "&a ", "*a", ".nan", "1e9999", "''", *"{}[]:,-#&*!|>'\"%@`?\n\t ~"]


@given(trees, st.booleans() | st.none(), st.integers(0, 200), st.sampled_from(["", *UNUSUAL]), st.booleans())
@settings(max_examples=300)
def test_what_is_read_without_positions_is_what_composing_yields(
    tree: Any, flow: bool | None, cut: int, added: str, keep_not_finite: bool
) -> None:
    text = yaml.safe_dump(tree, default_flow_style=flow)
    text = text[:cut] + added + text[cut:]
    plain = plain_value(text, _next_event, keep_not_finite)
    if plain is not None:
        problems = Problems(source := SourceText("x.yaml", text))
        [(composed, _)] = _compose(source, problems, keep_not_finite)
        assert not problems
        assert repr(plain) == repr(composed)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1, 0x10, 1.50, ~]", {"a": [1, 16, Decimal("1.50"), None]}),
        ("- c: >\n    text\n- yes\n- '2'\n", [{"c": "text\n"}, "yes", "2"]),
        ("a: 1\na: 2\n", None),
        ("a: &x 1\nb: *x\n", None),
        ("a: !!str 1\n", None),
        ("<<: 1\n", None),
        ("? [a]\n: 1\n", None),
        ("a: .inf\n", None),
        ("a: 1\n---\nb: 2\n", None),
        ("a: 1\n... # the end\n--- !t\nb: 2\n", None),
        ("", None),
        ("[" * 200 + "]" * 200, None),
    ],
)
def test_what_is_read_without_positions(text: str, expected: Any) -> None:
    assert plain_value(text, _next_event, False) == expected


@given(trees)
def test_json_is_read_alike_as_yaml(tree: Any) -> None:
    text = json.dumps(tree, ensure_ascii=False)
    assume(text.isprintable())
    [document] = parse_yaml(text, "x")
    assert document.value == parse_json(text, "x").value


@given(st.binary(max_size=60) | texts.map(str.encode), st.sampled_from(["x.json", "x.yaml", "x"]))
@settings(max_examples=300)
def test_anything_else_is_refused_with_a_diagnostic(data: bytes, file: str) -> None:
    check(data, file)


@given(
    st.lists(st.sampled_from(list("{}[]:,\"'\\-?&*!|>#%@ \n\tab10.e~<")), max_size=30).map("".join),
    st.sampled_from(["x.json", "x.yaml"]),
)
@settings(max_examples=400)
def test_punctuation_is_read_or_refused(text: str, file: str) -> None:
    check(text.encode(), file)


def check(data: bytes, file: str) -> None:
    try:
        documents = read_bytes(data, file=file)
    except SourceError as error:
        assert error.diagnostics
        assert all(safe(line) == line for line in str(error).split("\n"))
    else:
        for document in documents:
            for path, _ in leaves_of(document.value):
                document.span(path)
