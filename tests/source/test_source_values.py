"""What YAML and JSON texts mean: the core schema of YAML 1.2, exact numbers, dates that stay text."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from aims_policy.source import SourceError, digest_of, parse_json, parse_yaml, read_bytes, read_file


def yaml(text: str) -> Any:
    [document] = parse_yaml(text, "x.yaml")
    return document.value


if TYPE_CHECKING:
    from pathlib import Path

TEXTS = """
    yes no on off Yes NO y n 2024-01-01 2024-01-01T10:00:00Z
    010 -010 00 0b1 1_000 1:30 190:20:30 0o8 0xg 1,5
    1.2.3 . + -- 1e 1e+ .e1 tRue NULl nan inf NaN 1.5.0 v1 +.x = ١٢ 01.5 1e5x 0X1F -0x1F 1__0
""".split()  # noqa: SIM905 (a list of quoted words would hide what they are)


@pytest.mark.parametrize("text", TEXTS)
def test_stays_text(text: str) -> None:
    assert yaml(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-12", -12),
        ("+12", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.10", Decimal("1.10")),
        (".5", Decimal("0.5")),
        ("-0.5", Decimal("-0.5")),
        ("1.", Decimal(1)),
        ("1e3", Decimal(1000)),
        ("2.5E-3", Decimal("0.0025")),
        ("! 1", 1),
        ('! "1"', "1"),
        ("!!str 1", "1"),
        ("!!int '1'", 1),
        ("!!float 1", 1),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!map {}", {}),
        ("!!seq []", []),
        ("'true'", "true"),
        ('"\\u00e9\\U0001F600"', "é😀"),
    ],
)
def test_plain_values(text: str, value: Any) -> None:
    read = yaml(f"a: {text}")["a"]
    assert read == value
    assert type(read) is type(value)


def test_numbers_are_exact_and_keep_their_digits() -> None:
    for value in (yaml("a: 0.10")["a"], parse_json('{"a": 0.10}', "x").value["a"]):
        assert isinstance(value, Decimal)
        assert str(value) == "0.10"
    assert yaml("a: 1.234567890123456789012345678901")["a"] == Decimal("1.234567890123456789012345678901")


def test_keys_are_the_text_that_is_written() -> None:
    assert yaml("1: a\ntrue: b\n~: c\n1.50: d\n2024-01-01: e\non: f\n'': g") == {
        "1": "a",
        "true": "b",
        "~": "c",
        "1.50": "d",
        "2024-01-01": "e",
        "on": "f",
        "": "g",
    }
    assert yaml("&k key: 1\nother: *k") == {"key": 1, "other": "key"}
    assert yaml("a: &k key\n*k : 1") == {"a": "key", "key": 1}


def test_aliases() -> None:
    assert yaml("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]")["d"] == [{"b": [1, 2]}, {"b": [1, 2]}]
    assert yaml("a: &x 1\nb: *x\nc: &x 2\nd: *x") == {"a": 1, "b": 1, "c": 2, "d": 2}


@pytest.mark.parametrize(("length", "refused"), [(20_000, True), (200, False)])
def test_aliases_repeat_no_more_text_than_a_file_may_hold(length: int, refused: bool) -> None:
    text = f"text: &t {'x' * length}\nlist: [{', '.join(['*t'] * 600)}]\n"
    if not refused:
        assert len(read_bytes(text.encode(), file="a.yaml")[0].value["list"]) == 600
        return
    with pytest.raises(SourceError) as caught:
        read_bytes(text.encode(), file="a.yaml")
    assert [d.code for d in caught.value.diagnostics] == ["too-many-aliases"]


def test_many_values_without_aliases_are_no_bomb() -> None:
    assert len(yaml("- 1\n" * 150_000)) == 150_000


def test_anchors_of_one_document_are_unknown_to_the_next() -> None:
    with pytest.raises(SourceError, match=r"no anchor `&a`"):
        parse_yaml("a: &a 1\n---\nb: *a\n", "x")


def test_streams() -> None:
    documents = read_bytes(b"---\n---\na: 1\n---\n# none\n---\nb: 2\n...\n---\nnull\n", file="x.yaml")
    assert [document.value for document in documents] == [{"a": 1}, {"b": 2}, None]
    assert [document.span(()).line for document in documents] == [3, 7, 10]


def test_digests() -> None:
    data = b"a: 1\r\n---\r\nb: 2\r\n"
    first, second = read_bytes(data, file="x.yaml")
    assert first.digest == digest_of(data)
    assert second.digest == digest_of(b"b: 2")
    [with_mark] = read_bytes(b"\xef\xbb\xbf{}", file="x.json")
    assert (
        with_mark.digest == digest_of(b"\xef\xbb\xbf{}") != parse_json("{}", "x").digest == digest_of(b"{}")
    )


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("x.json", "[1]", "json"),
        ("x.JSON", "1", "json"),
        ("x.jsonld", "{}", "json"),
        ("x.yaml", '{"a": 1}', "yaml"),
        ("x.yml", "[1]", "yaml"),
        ("<stdin>", ' \n{ "a": 1}', "json"),
        ("<stdin>", "[1]", "json"),
        ("<stdin>", "{a: 1}", "yaml"),
        ("MLmodel", "a: 1", "yaml"),
    ],
)
def test_format(file: str, text: str, expected: str) -> None:
    [document] = read_bytes(text.encode(), file=file)
    assert document.format == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le+mark", "utf-16-be+mark"])
@pytest.mark.parametrize("file", ["x.yaml", "x.json"])
def test_encodings(encoding: str, file: str) -> None:
    text = '{"naïve": "日本 😀", "b": 1}'
    mark = "\ufeff" if encoding.endswith("+mark") else ""
    [document] = read_bytes((mark + text).encode(encoding.removesuffix("+mark")), file=file)
    assert document.value == {"naïve": "日本 😀", "b": 1}
    assert document.span(("b",)).column == 24
    assert document.text == text


def test_escaped_surrogate_pairs_are_text() -> None:
    assert parse_json('["\\ud83d\\ude00", "\\\\ud800"]', "x").value == ["😀", "\\ud800"]


def test_long_and_deep_enough() -> None:
    text = "[" * 100 + "]" * 100
    assert parse_json(text, "x").value == yaml(text)
    assert parse_json(text, "x").span((0,) * 99).column == 100


def test_read_file(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_bytes(b"a: 1\n")
    [document] = read_file(file)
    assert document.file == str(file)
    [document] = read_file(str(file), shown_as="m.yaml")
    assert document.file == "m.yaml"


def test_pure_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'a: &x [1, "é\\n", {b: 0.10}]\nc: *x\nd: |\n  text\n\n  more\n\n# end\ne:\n- f: \n'
    [fast] = parse_yaml(text, "x")
    monkeypatch.setitem(__import__("sys").modules, "yaml.cyaml", None)
    [slow] = parse_yaml(text, "x")
    assert slow.value == fast.value
    for path in [("a", 1), ("a", 2, "b"), ("c",), ("d",), ("e", 0), ("e",), ()]:
        assert slow.span(path) == fast.span(path)
    with pytest.raises(SourceError, match="a tab cannot indent YAML"):
        parse_yaml("a:\n\tb: 1\n", "x")
    with pytest.raises(SourceError, match="lone-surrogate"):
        parse_yaml('a: "\\ud800"', "x")
    with pytest.raises(SourceError, match=r"x:1:4: .*control character"):
        parse_yaml("a: \x07", "x")
