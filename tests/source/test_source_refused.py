"""Every input that is refused, and the exact words with which it is.

A folder in cases/ is a test: input.<suffix> is the file, expected.txt what people are shown.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aims_policy.diagnostics import Diagnostic
from aims_policy.source import MAX_BYTES, SourceError, decode, parse_json, parse_yaml, read_bytes, read_file

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def refused(data: bytes, file: str = "x.yaml") -> str:
    with pytest.raises(SourceError) as caught:
        read_bytes(data, file=file)
    return str(caught.value)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path) -> None:
    [file] = case.glob("input.*")
    shown = refused(file.read_bytes(), file.name)
    assert shown == (case / "expected.txt").read_text(encoding="utf-8").removesuffix("\n")


@pytest.mark.parametrize("name", ["x.yaml", "x.json", "x"])
def test_empty_file(name: str) -> None:
    assert refused(b"", name) == f"{name}: error[empty-file]: the file is empty\n1 error"
    assert refused(b"\xef\xbb\xbf\r\n", name) == f"{name}: error[empty-file]: the file is empty\n1 error"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            b"a: 1\nb: \x00c\n",
            "x.yaml:2:4: error[not-text]: a NUL character: this is not a text file\n"
            "   | b: \\x00c\n"
            "   |    ^^^^",
        ),
        (b"\x80\x04\x95\x01\x00ab", "x.yaml: error[not-text]: this is binary data, not a text file"),
        (b"\x89PNG\r\n\x1a\n\0", "x.yaml: error[not-text]: this is a PNG image, not a text file"),
        (
            b"PK\x03\x04abc",
            "x.yaml: error[not-text]: this is a ZIP archive (office documents and PyTorch checkpoints are ZIP"
            " archives, too), not a text file",
        ),
        (
            "a: 1\nname: ärger é x".encode("latin-1"),
            "x.yaml:2:7: error[bad-encoding]: byte 0xE4 at offset 11 is not UTF-8\n"
            "   | name: \ufffdrger \ufffd x\n"
            "   |       ^\n"
            "   = help: save the file as UTF-8",
        ),
        (
            "é: ".encode() + b"\xff",
            "x.yaml:1:4: error[bad-encoding]: byte 0xFF at offset 4 is not UTF-8\n"
            "   | é: \ufffd\n"
            "   |    ^\n"
            "   = help: save the file as UTF-8",
        ),
        (
            b"\xff\xfea\x00\x00\xd8b\x00",
            "x.yaml:1:2: error[bad-encoding]: byte 0x00 at offset 4 is not UTF-16\n"
            "   | a\ufffdb\n"
            "   |  ^\n"
            "   = help: save the file as UTF-8",
        ),
        (
            "a: 1".encode("utf-32"),
            "x.yaml: error[bad-encoding]: UTF-32 is not read\n   = help: save the file as UTF-8",
        ),
        (
            "a: 1".encode("utf-16-le"),
            "x.yaml:1:2: error[not-text]: a NUL character: this is not a text file\n"
            "   | a\\x00:\\x00 \\x001\\x00\n"
            "   |  ^^^^\n"
            "   = help: if the file is UTF-16, save it as UTF-8",
        ),
    ],
)
def test_what_is_not_text(data: bytes, expected: str) -> None:
    assert refused(data) == expected + "\n1 error"


def test_too_large() -> None:
    expected = "x.yaml: error[too-large]: the file is larger than 10 MB\n1 error"
    assert refused(b"#" * (MAX_BYTES + 1)) == expected
    with pytest.raises(SourceError, match="larger than 3 bytes"):
        read_bytes(b"a: 1", file="x", limit=3)


def test_a_file_of_the_allowed_size_is_read() -> None:
    data = b"a: " + b"x" * (MAX_BYTES - 3)
    [document] = read_bytes(data, file="x.yaml")
    assert len(document.value["a"]) == MAX_BYTES - 3


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    for file, reason in [
        (tmp_path / "none.yaml", "no such file or directory"),
        (tmp_path, "is a directory"),
        (tmp_path / "a\0b", "embedded null byte"),
    ]:
        with pytest.raises(SourceError) as caught:
            read_file(file, shown_as="m.yaml")
        assert str(caught.value) == f"m.yaml: error[cannot-read]: cannot read the file: {reason}\n1 error"


def test_text_with_surrogates_given_from_python() -> None:
    for parse in (parse_json, parse_yaml):
        with pytest.raises(SourceError) as caught:
            parse('"a\ud800"', "x")
        [diagnostic] = caught.value.diagnostics
        assert (diagnostic.code, diagnostic.column) == ("lone-surrogate", 3)
        assert "\ud800" not in str(caught.value)


def test_no_more_than_a_hundred_problems_are_listed() -> None:
    with pytest.raises(SourceError) as caught:
        read_bytes(b"a: 1\n" * 1000, file="x.yaml")
    assert len(caught.value.diagnostics) == 100


def test_too_many_values_and_documents() -> None:
    assert "[too-large]: the file has more than 1000000 values" in refused(b"- 1\n" * 1_000_001)
    assert "[too-large]: the file has more than 1000 documents" in refused(b"--- 1\n" * 1_001)


def test_too_many_values_in_json() -> None:
    assert "[too-large]: the file has more than 1000000 values" in refused(
        b"[" + b"1," * 1_000_000 + b"1]", "x.json"
    )


def test_numbers_with_too_many_digits() -> None:
    for number in (b"1" * 4301, b"0." + b"1" * 4301):
        assert "[number-range]" in refused(b"[" + number + b"]", "x.json")
        assert "[number-range]" in refused(b"- " + number, "x.yaml")


def test_decode_alone() -> None:
    with pytest.raises(SourceError) as caught:
        decode(b"\xff\xff\x00", "x")
    assert caught.value.diagnostics == (Diagnostic("not-text", "this is binary data, not a text file", "x"),)
