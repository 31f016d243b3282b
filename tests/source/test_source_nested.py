"""A document as text inside another: what is read there stands where it stands in the submitted file."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.source import SourceError, read_bytes
from aims_policy.source.nested import Part, is_folded, unfold

# Line ends of Unicode are folded by YAML and kept by JSON; see the test of coarse places below.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x85\u2028\u2029"), max_size=30)
SCALARS = st.none() | st.booleans() | st.integers(-99, 99) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=10,
)


def leaves(value, path=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from leaves(item, (*path, key))
    if not isinstance(value, dict | list):
        yield path, value


def one(text: str, file: str):
    [document] = read_bytes(text.encode(), file=file)
    return document


STYLES = st.sampled_from(["json", "ascii", '"', "'", "|", ">", None])


@given(VALUES, st.sampled_from([None, 1, 2]), STYLES, st.booleans())
def test_every_value_has_its_place_in_the_outer_file(value, indent, style, carriage_returns):
    ascii_only = style == "ascii"
    inner = json.dumps({"value": value}, indent=indent, ensure_ascii=ascii_only)
    if style in ("json", "ascii"):
        text, file = json.dumps({"outer": [inner]}, ensure_ascii=ascii_only), "m.json"
    else:
        text = yaml.safe_dump({"outer": [inner]}, default_style=style, allow_unicode=True, width=30)
        file = "m.yaml"
    try:
        outer = one(text.replace("\n", "\r\n") if carriage_returns else text, file)
    except SourceError:  # lone surrogates and control characters, which no file of ours may hold
        return
    document = unfold(outer, ("outer", 0))
    for path, leaf in leaves(document.value):
        start, end = document.offsets(path)
        written = re.sub(r"\\\r?\n *$", "", document.text[start:end])
        if isinstance(leaf, str):
            assert re.match(r'\\?"', written) and written[-1] == '"'
        else:
            assert written == json.dumps(leaf)


def test_where_characters_cannot_be_told_apart_the_place_is_the_whole_text():
    outer = one('outer: \'{"a": "b  \x85  c"}\'\n', "m.yaml")
    document = unfold(outer, ("outer",))
    assert document.span(("outer", "a"))[:2] == outer.span(("outer",))[:2]


def test_text_in_text_in_text():
    innermost = json.dumps({"owner": "Ada"})
    document = unfold(one(json.dumps(json.dumps({"Content": innermost})), "card.json"))
    assert document.value == {"Content": innermost}
    deeper = unfold(document, ("Content",))
    start, end = deeper.offsets(("Content", "owner"))
    assert "Ada" in deeper.text[start:end]
    assert deeper.span(("Content", "owner")).line == 1
    assert deeper.key_span(("Content", "owner")).column < deeper.span(("Content", "owner")).column


def test_two_texts_beside_each_other():
    document = one("a: '{\"x\": 1}'\nb: |\n  y: 2\n", "m.yaml")
    both = unfold(unfold(document, ("a",)), ("b",))
    assert both.value == {"a": {"x": 1}, "b": {"y": 2}}
    assert both.span(("a", "x"))[:2] == (1, 11)
    assert both.span(("b", "y"))[:2] == (3, 6)
    part = Part(both, ("b",))
    assert part.value == {"y": 2} and part.span(("y",)) == both.span(("b", "y"))


def test_a_fault_in_the_inner_text_is_shown_in_the_outer_file():
    document = one('metadata:\n  annotations:\n    card: |\n      {\n        "a": tru\n      }\n', "m.yaml")
    with pytest.raises(SourceError) as caught:
        unfold(document, ("metadata", "annotations", "card"))
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.line, problem.column) == ("json-syntax", 5, 14)
    assert problem.source_line == '        "a": tru'


def test_lines_that_a_hint_names_are_those_of_the_outer_file():
    document = one('x: |\n\n\n  {"a": 1,\n  "a": 2}\n', "m.yaml")
    with pytest.raises(SourceError) as caught:
        unfold(document, ("x",))
    [problem] = caught.value.diagnostics
    assert (problem.code, problem.line, problem.help) == ("duplicate-key", 5, "first given on line 4")


@pytest.mark.parametrize(
    ("text", "folded"),
    [('{"a": 1}', True), (" [1, 2]", False), ('[{"a": 1}]', True), ("{model_name}", False), ("text", False)],
)
def test_what_looks_like_a_document(text, folded):
    assert is_folded(text) == folded
