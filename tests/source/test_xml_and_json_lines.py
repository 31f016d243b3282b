"""XML and JSON lines: values, places, what is hostile; and numbers that are none."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ElementTree  # the referee: it reads only what these tests wrote themselves
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aims_policy.source import Document, Path, SourceError, read_bytes
from aims_policy.source.numbers import NotFinite

XML = """\
<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- a report -->
<r:report xmlns:r="urn:r" xmlns="urn:d" r:id = "7" note='a "b" > c'>
  Größe <case name="ä &amp; b"/> tail
  <case name="x>y">
    <![CDATA[1 < 2]]>
  </case>
  <empty></empty>
</r:report>
"""


def text_at(document: Document, path: Path) -> str:
    span = document.span(path)
    lines = [document.line(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


def test_the_shape_of_xml() -> None:
    [document] = read_bytes(XML.encode(), file="r.xml")
    assert document.format == "xml"
    assert document.value == {
        "report": {
            "@id": "7",
            "@note": 'a "b" > c',
            "case": [{"@name": "ä & b"}, {"@name": "x>y", "#text": "1 < 2"}],
            "empty": [{}],
            "#text": "Größe  tail",
        },
        "#ns": "urn:r",
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("report", "@id"), "7"),
        (("report", "@note"), 'a "b" > c'),
        (("report", "#text"), 'Größe <case name="ä &amp; b"/> tail'),
        (("report", "case", 0), '<case name="ä &amp; b"/>'),
        (("report", "case", 0, "@name"), "ä &amp; b"),
        (("report", "case", 1, "@name"), "x>y"),
        (("report", "case", 1, "#text"), "1 < 2"),
        (("report", "empty", 0), "<empty></empty>"),
        (("report", "empty", 0, "@none"), "<empty></empty>"),
    ],
)
def test_places_in_xml(path: Path, text: str) -> None:
    for data in (XML.encode(), "\ufeff".encode() + XML.encode(), XML.encode("utf-16")):
        [document] = read_bytes(data, file="r")
        assert text_at(document, path) == text
        document.forget_positions()
        assert text_at(document, path) == text


def test_the_key_of_a_child_is_its_tag() -> None:
    [document] = read_bytes(XML.encode(), file="r.xml")
    assert document.key_span(("report", "case"))[:2] == (4, 10)
    assert document.key_span(("report", "@id"))[:2] == (3, 41)


names = st.from_regex(r"[a-z][a-z0-9]{0,4}", fullmatch=True)
words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufffe\uffff"), max_size=8
)
elements = st.recursive(
    st.tuples(names, st.dictionaries(names, words, max_size=3), words, st.just(())),
    lambda inner: st.tuples(
        names, st.dictionaries(names, words, max_size=3), words, st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


def built(element: Any) -> ElementTree.Element:
    name, attributes, text, children = element
    node = ElementTree.Element(name, attributes)
    node.text = text
    node.extend([built(child) for child in children])
    return node


def valued(node: ElementTree.Element) -> dict[str, Any]:
    """What ElementTree has read, in the shape of a document's value."""
    value: dict[str, Any] = {f"@{name}": text for name, text in node.attrib.items()}
    for child in node:
        value.setdefault(child.tag, []).append(valued(child))
    if (node.text or "").strip():
        value["#text"] = (node.text or "").strip()
    return value


@given(elements)
@settings(max_examples=150, deadline=None)
def test_xml_is_read_as_element_tree_reads_it(element: Any) -> None:
    text = ElementTree.tostring(built(element), encoding="unicode")
    root = ElementTree.fromstring(text)  # noqa: S314 - written above
    [document] = read_bytes(text.encode(), file="x.xml")
    assert document.value == {root.tag: valued(root), "#ns": ""}
    for name, given_text in root.attrib.items():
        shown = text_at(document, (root.tag, f"@{name}"))
        assert ElementTree.fromstring(f'<a b="{shown}"/>').get("b") == given_text  # noqa: S314 - ditto


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "xml-doctype"),
        (b'<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd"><a/>', "xml-doctype"),
        (b"<a>" * 60, "too-deep"),
        (b"<a>" * 1_000_000, "too-deep"),
        (b"<a \x01='1'/>", "not-text"),
        (b"<html><body>hi<br></body></html>", "xml-syntax"),
        (b"<a b=\xff/>", "bad-encoding"),
    ],
)
def test_hostile_xml(text: bytes, code: str) -> None:
    start = time.process_time()
    with pytest.raises(SourceError) as caught:
        read_bytes(text, file="x.xml")
    [problem] = caught.value.diagnostics
    assert problem.code == code or (code == "not-text" and problem.code == "xml-syntax")
    assert time.process_time() - start < 5


def test_xml_with_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aims_policy.source.xml_text.MAX_NODES", 100)
    assert read_bytes(b"<a>" + b"<b c='1'/>" * 49 + b"</a>", file="x.xml")
    with pytest.raises(SourceError, match="more than 100 values"):
        read_bytes(b"<a>" + b"<b c='1'/>" * 50 + b"</a>", file="x.xml")


def test_long_xml_takes_linear_time() -> None:
    start = time.process_time()
    [document] = read_bytes(b"<a>" + "<b c='ü'>ü</b>".encode() * 60_000 + b"</a>", file="x.xml")
    assert len(document.value["a"]["b"]) == 60_000
    assert time.process_time() - start < 10


LINES = '{"entry": "setup", "n": 1.5}\r\n\r\n  {"entry": "eval", "text": "a\u2028b"}\n{"entry": "end"}'


@pytest.mark.parametrize("file", ["x.jsonl", "x.ndjson", "x.json", "x"])
def test_json_lines(file: str) -> None:
    [document] = read_bytes(LINES.encode(), file=file)
    assert document.format == "jsonl"
    assert document.value == [
        {"entry": "setup", "n": Decimal("1.5")},
        {"entry": "eval", "text": "a\u2028b"},
        {"entry": "end"},
    ]
    assert document.span((1, "entry"))[:2] == (3, 13)
    document.forget_positions()
    assert document.span((2, "entry"))[:2] == (4, 11)


def test_one_line_is_json_lines_only_by_its_name() -> None:
    assert read_bytes(b'{"a": 1}', file="x.jsonl")[0].value == [{"a": 1}]
    assert read_bytes(b'{"a": 1}', file="x.json")[0].value == {"a": 1}


@pytest.mark.parametrize(
    ("text", "file", "value"),
    [
        (b'{"a": NaN, "b": [-Infinity]}', "x.json", {"a": "NaN", "b": ["-Infinity"]}),
        (b'{"a": Infinity}\n{"a": 2}', "x.jsonl", [{"a": "Infinity"}, {"a": 2}]),
        (b"a: .nan\nb: [-.inf, !!float .inf]\nc: '.nan'", "x.yaml", {"a": ".nan", "b": ["-.inf", ".inf"], "c": ".nan"}),
    ],
)  # fmt: skip
def test_numbers_that_are_none_are_kept_on_request(text: bytes, file: str, value: Any) -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(text, file=file)
    assert {problem.code for problem in caught.value.diagnostics} == {"not-finite"}
    [document] = read_bytes(text, file=file, keep_not_finite=True)
    assert document.value == value
    first = document.value[0] if isinstance(document.value, list) else document.value
    assert type(first["a"]) is NotFinite and type(first.get("c", "")) is str
    document.forget_positions()
    assert document.span(("a",)).line == 1
