"""YAML read line by line is what the parser's events say, or is left to them."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aims_policy.source.text import MAX_DEPTH, Problems, SourceText
from aims_policy.source.yaml_lines import read_lines
from aims_policy.source.yaml_text import compose_events

KEYS = ["a", "b", "b c", "'e'", '"f"', "0", "null", "<<", "x" * 41, "k " * 12]
VALUES = [
    "", "v", "two words", "w  ", "x # c", "x#c", "# c", "a: b", "a:b", "http://y", "1:30", "010", "-1", "1e3", ".5",
    "0x1F", ".inf", "null", "~", "True", "é", "- x", "-", "--x", "?", "? x", "|", "&a v", "*a", "!!str v", "%x", "@x",
    "`x`", "'q'", "'it''s'", '"q w"', '"\\n"', "'q' x", "'a\n   b'", '"a  \n  b # c"', "'a\n\n  b'", "'a\n---\n b'",
    "[a, b]", "[ 'a, b' , 1 ]", "[a,]", "[a: b]", "[]", "{}", "{ }", "{a: b}", "[a", "1" * 5000, "\x07", "\u2028",
]  # fmt: skip
lines = st.builds(
    lambda depth, dash, key, value: f"{'  ' * depth}{dash}{key}{value}\n",
    st.integers(0, 2),
    st.sampled_from(["", "- "]) | st.sampled_from(["", "- ", "-  ", "-", "- - "]),
    st.sampled_from(["", "a: ", "b: ", "c: "])
    | st.sampled_from([*(f"{key}: " for key in KEYS), "a:", "a :"]),
    st.sampled_from(["", "v"]) | st.sampled_from(["", "v"]) | st.sampled_from(VALUES),
)
shapes = st.builds(
    lambda depth, dash, name, value: f"{'  ' * depth}{dash}{name}{value}\n",
    st.integers(0, 2),
    st.sampled_from(["", "- "]),
    st.sampled_from(["a: ", "b: ", "c: ", ""]),
    st.sampled_from(["", "v"]),
)
others = st.sampled_from(["---\n", "--- # c\n", "...\n", "\n", "# c\n", "\t\n", "a: b\r\n", "%YAML 1.2\n"])
values = st.sampled_from([v for v in VALUES if v.isprintable()]) | st.integers() | st.booleans() | st.none()
trees = st.recursive(
    values,
    lambda node: st.lists(node, max_size=4) | st.dictionaries(st.sampled_from(KEYS), node, max_size=4),
    max_leaves=20,
)


def typed(value: Any) -> Any:
    """The value with the type of each part: `True` is no `1`."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    return [typed(item) for item in value] if isinstance(value, list) else (type(value), value)


def held_to_the_events(text: str) -> None:
    read = read_lines(text)
    if read is not None:
        source = SourceText("x", text)
        problems = Problems(source)
        meant = compose_events(source, problems, keep_not_finite=False)
        assert not problems
        assert read == meant
        assert [typed(value) for value, _ in read] == [typed(value) for value, _ in meant]


@given(st.lists(lines | lines | lines | lines | others, max_size=7).map("".join), st.booleans())
@settings(max_examples=600)
@example("a:\n- b\n  c: 1\n- d\ne: 2\n", False)
@example("a: 1\n---\n# c\n---\nb:\n", True)
def test_lines_mean_what_the_events_say(text: str, is_cut: bool) -> None:
    held_to_the_events(text[:-1] if is_cut else text)


@given(st.lists(shapes, min_size=2, max_size=5).map("".join))
@settings(max_examples=600)
@example("a:\n  - x\n  b: 1\n")
def test_indentation_means_what_the_events_say(text: str) -> None:
    held_to_the_events(text)


@given(trees, st.integers(1, 4), st.sampled_from([20, 80, 1_000]))
@settings(max_examples=200)
def test_written_trees_mean_what_the_events_say(tree: Any, indent: int, width: int) -> None:
    held_to_the_events(yaml.safe_dump(tree, sort_keys=False, indent=indent, width=width))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("tags:\n- a\n- b # c\n\nname: x y\n", [{"tags": ["a", "b"], "name": "x y"}]),
        ("a:\n  - b: 1\n    c:\n    - 'd'\n  -   e:\n", [{"a": [{"b": 1, "c": ["d"]}, {"e": None}]}]),
        ("- a: x\n-\n  b: [c, 'd, e', 1]\n", [[{"a": "x"}, {"b": ["c", "d, e", 1]}]]),
        ("---\na: {}\n---\n---\nb: '1'\n", [{"a": {}}, {"b": "1"}]),
        ("a: 'x\n  y'\n'0': null\n", [{"a": "x y", "0": None}]),
        ("a: b\n  c 'd'\n   [e]\nf:\n- g\n  h\n", [{"a": "b c 'd' [e]", "f": ["g h"]}]),
        ("# nothing\n", []),
    ],
)
def test_plain_files_need_no_parser(text: str, value: Any) -> None:
    read = read_lines(text)
    assert read is not None
    assert [found for found, _ in read] == value
    held_to_the_events(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n", "a: |\n  b\n", "a: &x 1\nb: *x\n", "a: .nan\n", "a: 1e99999\n", "a: !!int 1\n",
        "a: b\n\n  c\n", "a: b # c\n  d\n", "a: b\n  - c: d\n", "a: 'b'\n  c\n", "a: b\n  'c\n  d'\n", "- a\nb\n",
        "- a\n  b: 1\n", "a:\n    b: 1\n  c: 2\n", "a:\n  - b: 1\n   - c\n", "a: 1\n- b: 2\n",
        "a:\tb\n", "a: b\r\n", "a: b: c\n", "- a\nb: 1\n", "<<: {}\n", '"a\\n": 1\n', "a: {b: c}\n", "? a\n", "a\n",
        "a:\n" + "".join(" " * n + "a:\n" for n in range(1, MAX_DEPTH + 2)),
    ],
)  # fmt: skip
def test_what_is_written_in_another_way_is_left_to_the_parser(text: str) -> None:
    assert read_lines(text) is None


@pytest.mark.parametrize(
    "unit",
    [
        "a:\n",
        "  - b\n",
        " c\n",
        "'\n",
        ' "x\n',
        "- ['a',\n",
        "a b ",
        ": ",
        "x#",
        " #",
        "[a, ",
        "- ",
        "a: b\n c\n",
    ],
)
def test_time_is_linear_in_what_is_written(unit: str) -> None:
    text = "a: b\n" + unit * (100_000 // len(unit))
    start = process_time()
    read_lines(text)
    assert process_time() - start < 2
