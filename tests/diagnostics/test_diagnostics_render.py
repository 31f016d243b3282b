"""How a diagnostic looks."""

from __future__ import annotations

import json

import pytest

from aims_policy.diagnostics import (
    MAX_SOURCE_LINE,
    Diagnostic,
    at,
    render,
    render_all,
    safe,
    to_json,
)
from aims_policy.source import SourceText, Span

FIELD = Diagnostic(
    "unknown-field",
    "`provenence` is not a field of Dataset",
    "policies/a-7-5.yaml",
    12,
    14,
    10,
    help="did you mean `provenance`?",
    source_line="    require: provenence.sources.length > 0",
)


def test_the_shape() -> None:
    assert render(FIELD) == (
        "policies/a-7-5.yaml:12:14: error[unknown-field]: `provenence` is not a field of Dataset\n"
        "   |     require: provenence.sources.length > 0\n"
        "   |              ^^^^^^^^^^\n"
        "   = help: did you mean `provenance`?"
    )


@pytest.mark.parametrize(
    ("diagnostic", "expected"),
    [
        (Diagnostic("c", "m"), "error[c]: m"),
        (Diagnostic("c", "m", "f"), "f: error[c]: m"),
        (Diagnostic("c", "m", "f", 3), "f:3: error[c]: m"),
        (Diagnostic("c", "m", "f", 3, source_line="x"), "f:3: error[c]: m"),
        (Diagnostic("c", "m", "f", 3, 4, severity="warning"), "f:3:4: warning[c]: m"),
        (Diagnostic("c", "m", severity="note", help="a\nb"), "note[c]: m\n   = help: a\n           b"),
    ],
)
def test_what_is_unknown_is_left_out(diagnostic: Diagnostic, expected: str) -> None:
    assert render(diagnostic) == expected


@pytest.mark.parametrize(
    ("line", "column", "length", "shown", "caret"),
    [
        ("\tab", 2, 2, "    ab", "    ^^"),
        ("a\tb", 2, 1, "a    b", " ^^^^"),
        ("日本x", 3, 1, "日本x", "    ^"),
        ("日本x", 1, 2, "日本x", "^^^^"),
        ("e\u0301x", 3, 1, "e\u0301x", " ^"),
        ("\x1bx", 2, 1, "\\x1bx", "    ^"),
        ("ab", 3, 1, "ab", "  ^"),
        ("ab", 1, 0, "ab", "^"),
        ("ab", 1, 99, "ab", "^^"),
        ("abc ", 2, 9, "abc", " ^^^"),
    ],
)
def test_the_caret_stands_below_its_text(line: str, column: int, length: int, shown: str, caret: str) -> None:
    lines = render(Diagnostic("c", "m", "f", 1, column, length, source_line=line)).split("\n")
    assert lines[1:] == [f"   | {shown}", f"   | {caret}"]


def test_long_lines_are_cut_around_the_column() -> None:
    source = SourceText("f", "a" * 5000 + "X" + "b" * 5000)
    diagnostic = at(source, source.span(5000, 5001), "c", "m")
    assert len(diagnostic.source_line) == MAX_SOURCE_LINE
    assert diagnostic.column == 5001
    _, line, caret = render(diagnostic, width=60).split("\n")
    assert line.startswith("   | …a") and line.endswith("b…")
    assert len(line) <= 64
    assert line[caret.index("^")] == "X"


def test_at_a_span_of_several_lines_marks_the_first() -> None:
    source = SourceText("f", "a: [1,\n 2]\n")
    diagnostic = at(source, source.span(3, 10), "c", "m", severity="warning", help="h")
    assert diagnostic == Diagnostic("c", "m", "f", 1, 4, 3, "warning", "h", "a: [1,")


def test_at_an_empty_span_marks_one_column() -> None:
    source = SourceText("f", "a:")
    assert at(source, Span(1, 3, 1, 3), "c", "m").length == 1


def test_color() -> None:
    shown = render(FIELD, color=True)
    plain = render(FIELD)
    assert "\x1b[1;31merror[unknown-field]:\x1b[0m" in shown
    for code in ("\x1b[1;31m", "\x1b[1;34m", "\x1b[1m", "\x1b[0m"):
        shown = shown.replace(code, "")
    assert shown == plain


def test_nothing_from_a_file_reaches_the_terminal_raw() -> None:
    bad = "\x1b]0;x\x07\u202e\r\n"
    shown = render(Diagnostic("c" + bad, bad, bad, 1, 1, 1, help=bad, source_line=bad))
    assert all(line.isprintable() for line in shown.split("\n"))


def test_all_in_order_once_with_a_count() -> None:
    diagnostics = [
        Diagnostic("b", "m", "g", 1, 1),
        Diagnostic("b", "m", "f", 10, 1),
        Diagnostic("z", "m", "f", 2, 9),
        Diagnostic("a", "m", "f", 2, 9, severity="warning"),
        Diagnostic("b", "m", "f", 10, 1),
    ]
    assert render_all(diagnostics) == (
        "f:2:9: warning[a]: m\nf:2:9: error[z]: m\nf:10:1: error[b]: m\n"
        "g:1:1: error[b]: m\n3 errors, 1 warning"
    )
    assert render_all([]) == ""
    assert render_all([Diagnostic("a", "m", severity="note")]) == "note[a]: m\n1 note"


def test_json() -> None:
    assert to_json(FIELD) == {
        "code": "unknown-field",
        "severity": "error",
        "message": "`provenence` is not a field of Dataset",
        "file": "policies/a-7-5.yaml",
        "line": 12,
        "column": 14,
        "length": 10,
        "help": "did you mean `provenance`?",
        "source_line": "    require: provenence.sources.length > 0",
    }
    assert json.dumps(to_json(Diagnostic("c", "m"))) == '{"code": "c", "severity": "error", "message": "m"}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("naïve 日本 😀 \xa0", "naïve 日本 😀 \xa0"),
        ("a\tb\nc\r\0", "a\\tb\\nc\\r\\x00"),
        ("\x7f\x85\x9b", "\\x7f\\x85\\x9b"),
        ("\u202e\u2066\u200b\ufeff\u2028", "\\u202e\\u2066\\u200b\\ufeff\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("👩\u200d🔬", "👩\u200d🔬"),
    ],
)
def test_safe(text: str, expected: str) -> None:
    assert safe(text) == expected
