"""Every value knows where it stands."""

from __future__ import annotations

import pytest

from aims_policy.source import Document, Path, Span, parse_json, parse_yaml, read_bytes

YAML = """\
spec:
  fairness:
    measurements:
      - metric: "dp"   # named
        value: 0.10
      - {metric: eo, value: .2}
  text: |
    one
    two

  folded: >-
    three

empty:
shared: &s
  - x
again: *s
"""


def text_at(document: Document, span: Span) -> str:
    lines = [document.line(number) for number in range(span.line, span.end_line + 1)]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (("spec", "fairness", "measurements", 0, "metric"), '"dp"'),
        (("spec", "fairness", "measurements", 0, "value"), "0.10"),
        (("spec", "fairness", "measurements", 0), 'metric: "dp"   # named\n        value: 0.10'),
        (("spec", "fairness", "measurements", 1), "{metric: eo, value: .2}"),
        (("spec", "fairness", "measurements", 1, "value"), ".2"),
        (("spec", "text"), "|\n    one\n    two"),
        (("spec", "folded"), ">-\n    three"),
        (("empty",), ""),
        (("again", 0), "x"),
        # What is absent is looked for as far as it goes.
        (("spec", "fairness", "measurements", 7, "value"), "- metric"),
        (("spec", "fairness", "measurements", 1, "metric", "deeper"), "eo"),
        (("spec", "fairness", "measurements", -1), "- metric"),
        (("spec", "fairness", "measurements", "value"), "- metric"),
    ],
)
def test_yaml_spans(path: Path, text: str) -> None:
    [document] = parse_yaml(YAML, "x.yaml")
    found = text_at(document, document.span(path))
    assert found.startswith(text) if text == "- metric" else found == text


def test_the_span_of_the_whole() -> None:
    [document] = parse_yaml(YAML, "x.yaml")
    assert document.span(()) == Span(1, 1, 17, 10)
    assert document.span(("nothing",)) == document.span(())
    assert document.key_span(("nothing",)) == document.span(())


def test_key_spans() -> None:
    for document in (*parse_yaml('a:\n  "b c": [1]\n', "x"), parse_json('{"a":\n  {"b c": [1]}}', "x")):
        assert text_at(document, document.key_span(("a", "b c"))) == '"b c"'
        assert text_at(document, document.key_span(("a", "b c", 0))) == "1"
        assert text_at(document, document.key_span(())) == text_at(document, document.span(()))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    lines = ["a:", "  b: 1", "  c: [x,", "     y]", ""]
    [document] = read_bytes(end.join(lines).encode(), file="x.yaml")
    assert document.text == end.join(lines)
    assert [document.line(number) for number in range(1, 6)] == lines
    assert document.span(("a", "c", 1)) == Span(4, 6, 4, 7)
    assert document.span(("a", "c")) == Span(3, 6, 4, 8)


def test_unicode_line_separators_end_no_line() -> None:
    [document] = parse_yaml('a: "x\u2028y\u0085z"\nb: 1\n', "x")
    assert document.span(("b",)) == Span(2, 4, 2, 5)


def test_columns_count_code_points() -> None:
    for document in (*parse_yaml('{"é😀": "日", b: 1}', "x"), parse_json('{"é😀": "日", "b": 1}', "x")):
        assert document.span(("é😀",)) == Span(1, 8, 1, 11)


def test_front_matter_counts_the_lines_of_its_file() -> None:
    [document] = parse_yaml("license: mit\ntags: [x]\n", "README.md", first_line=2, format="markdown")
    assert document.span(("tags", 0)) == Span(3, 8, 3, 9)
    assert (document.line(3), document.line(1), document.line(9)) == ("tags: [x]", "", "")
    assert document.format == "markdown"


def test_second_document_of_a_stream() -> None:
    _, second = parse_yaml("a: 1\n---\nb:\n  c: 2\n", "x")
    assert second.span(("b", "c")) == Span(4, 6, 4, 7)


def test_documents_cannot_be_changed() -> None:
    document = parse_json("[1]", "x")
    with pytest.raises(AttributeError):
        document.value = 2
    assert "x json sha256:" in repr(document)
