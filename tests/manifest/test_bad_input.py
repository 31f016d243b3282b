"""Damaged, hostile and mislabelled files of every foreign format: read as if whole, or refused with a diagnostic.

Whatever is done to a file, there are manifests or a `SourceError` whose every diagnostic has a code, a message and,
wherever the file is text at all, a place; never another exception, and never in more than a moment.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aims_policy.diagnostics import Diagnostic
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError

FULL = sorted((Path(__file__).parent / "formats").glob("*/full*/input.*"))
MOMENT = 5.0
"""Seconds of the processor, for the machine may be busy."""

pytestmark = pytest.mark.parametrize(
    "sample", FULL, ids=lambda file: f"{file.parent.parent.name}-{file.suffix[1:]}"
)


def name_of(sample: Path) -> str:
    return "README.md" if sample.suffix == ".md" else sample.name


def outcome(data: bytes, name: str, shapes: Any) -> list[Manifest] | tuple[Diagnostic, ...]:
    start = time.process_time()
    try:
        return read_data(data, name, shapes)
    except SourceError as error:
        assert error.diagnostics
        assert all(d.code and d.message and d.file == name for d in error.diagnostics)
        return error.diagnostics
    finally:
        assert time.process_time() - start < MOMENT


def refused(data: bytes, name: str, shapes: Any, *codes: str) -> tuple[Diagnostic, ...]:
    found = outcome(data, name, shapes)
    assert isinstance(found, tuple), f"read as {found}"
    assert {d.code for d in found} <= set(codes), found
    return found


def told(manifests: Any) -> list[Any]:
    assert isinstance(manifests, list), manifests
    return [(m.kind, m.name, undigested(m.data)) for m in manifests]


def undigested(value: Any) -> Any:
    """The evidence without digests, which reports have of their own file, byte by byte."""
    if isinstance(value, dict):
        return {key: undigested(item) for key, item in value.items() if key != "digest"}
    return tuple(undigested(item) for item in value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.97])
def test_cut_off(sample: Path, part: float, shapes: Any) -> None:
    data = sample.read_bytes()
    found = outcome(data[: int(len(data) * part)], name_of(sample), shapes)
    if isinstance(found, tuple):
        assert all(d.line >= 1 for d in found)
    else:  # what YAML and Markdown have been read of is whole in itself
        assert sample.suffix in (".yaml", ".md", ".jsonl")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04" + bytes(500), bytes(range(256)) * 40]
)
def test_no_text_at_all(sample: Path, data: bytes, shapes: Any) -> None:
    refused(data, name_of(sample), shapes, "not-text", "bad-encoding")


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_empty(sample: Path, data: bytes, shapes: Any) -> None:
    codes = ("empty-file", "json-syntax", "yaml-syntax", "unknown-format", "jsonl-syntax")
    refused(data, name_of(sample), shapes, *codes)


def test_another_suffix_hides_no_content(sample: Path, shapes: Any) -> None:
    """JSON in a file of any other name is still JSON; YAML and XML that are called JSON are refused."""
    data = sample.read_bytes()
    whole = told(outcome(data, name_of(sample), shapes))
    for suffix in (".txt", ".json", ".yaml", ".xml", ""):
        found = outcome(data, f"file{suffix}", shapes)
        if isinstance(found, list):
            unnamed = [(kind, given) for kind, _, given in told(found)]
            assert [(k, g.keys()) for k, g in unnamed] == [(k, g.keys()) for k, _, g in whole]
        else:
            assert all(d.line >= 1 for d in found)


def test_a_byte_order_mark_changes_nothing(sample: Path, shapes: Any) -> None:
    data = sample.read_bytes()
    whole = told(outcome(data, name_of(sample), shapes))
    assert told(outcome(b"\xef\xbb\xbf" + data, name_of(sample), shapes)) == whole


def test_windows_line_ends_change_nothing_but_line_ends(sample: Path, shapes: Any) -> None:
    data = sample.read_bytes()
    whole = outcome(data, name_of(sample), shapes)
    assert told(outcome(data.replace(b"\n", b"\r\n"), name_of(sample), shapes)) == told(whole)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings(sample: Path, encoding: str, shapes: Any) -> None:
    text = re.sub(r"encoding=\"UTF-8\"", "", sample.read_text(encoding="utf-8"))
    data = text.encode(encoding)
    if encoding == "utf-16":  # with its mark it is read, without one nothing is guessed
        found, whole = outcome(data, name_of(sample), shapes), outcome(text.encode(), name_of(sample), shapes)
        assert told(found) == told(whole)
    else:
        refused(data, name_of(sample), shapes, "not-text", "bad-encoding")


def test_latin_1_is_refused_at_its_first_byte(sample: Path, shapes: Any) -> None:
    text = sample.read_text(encoding="utf-8")
    at = text.index("a", len(text) // 2)
    data = text[:at].encode() + b"\xe9" + text[at:].encode()
    [problem] = refused(data, name_of(sample), shapes, "bad-encoding")
    assert problem.line == text[:at].count("\n") + 1


def test_larger_than_any_manifest(sample: Path, shapes: Any, tmp_path: Path) -> None:
    """A hundred megabytes, of which the file system keeps no more than the beginning."""
    file = tmp_path / name_of(sample)
    file.write_bytes(sample.read_bytes())
    with file.open("ab") as stream:
        stream.truncate(100_000_000)
    start = time.process_time()
    with pytest.raises(SourceError) as caught:
        read(file, shapes)
    assert [d.code for d in caught.value.diagnostics] == ["too-large"]
    assert time.process_time() - start < MOMENT


@pytest.mark.parametrize("depth", [101, 100_000])
def test_nested_too_deep(sample: Path, depth: int, shapes: Any) -> None:
    name = name_of(sample)
    data = {
        ".json": b'{"a":' + b"[" * depth + b"]" * depth + b"}",
        ".jsonl": b'{"a":' + b"[" * depth + b"]" * depth + b"}\n",
        ".xml": b"<a>" * depth + b"</a>" * depth,
        ".yaml": b"a: " + b"[" * depth + b"]" * depth,
        ".md": b"---\na: " + b"[" * depth + b"]" * depth + b"\n---\n# Model Card for a\n",
    }[sample.suffix]
    refused(data, name, shapes, "too-deep")


BROKEN = {
    ".json": [
        (b'"name": "a", "name": "b"', "duplicate-key"),
        (b'"name": "a",', "json-syntax"),
        (b"'name': 'a'", "json-syntax"),
        (b'"name": "a" // why', "json-syntax"),
    ],
    ".xml": [(b'<b n="1" n="2"/>', "xml-syntax"), (b"<b></c>", "xml-syntax"), (b"&nbsp;", "xml-syntax")],
    ".yaml": [
        (b"name: a\nname: b", "duplicate-key"),
        (b"\tname: a", "yaml-syntax"),
        (b"name: !!python/object/apply:os.system [true]", "yaml-tag"),
        (b"name: *nobody", "yaml-syntax"),
        (b"name: &a [*a]", "recursive-alias"),
        (b"<<: {name: a}", "merge-key"),
    ],
}
BROKEN[".md"] = BROKEN[".yaml"]
WRAPPED = {
    ".json": b"{%s}",
    ".jsonl": b"{%s}\n",
    ".xml": b"<a>%s</a>",
    ".yaml": b"%s\n",
    ".md": b"---\n%s\n---\n# Model Card\n",
}


def test_broken_syntax_is_refused_where_it_breaks(sample: Path, shapes: Any) -> None:
    for inner, code in BROKEN.get(sample.suffix, ()):
        found = refused(WRAPPED[sample.suffix] % inner, name_of(sample), shapes, code, "yaml-tag")
        assert all(d.line >= 1 and d.column >= 1 for d in found)


def test_aliases_that_stand_for_billions(sample: Path, shapes: Any) -> None:
    bomb = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (i, i, b", ".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 10)
    )
    name = "README.md" if sample.suffix == ".md" else "a.yaml"
    refused(WRAPPED[".md" if sample.suffix == ".md" else ".yaml"] % bomb, name, shapes, "too-many-aliases")


def test_front_matter_that_never_ends(sample: Path, shapes: Any) -> None:
    if sample.suffix == ".md":
        data = sample.read_bytes().replace(b"\n---\n", b"\n", 1)
        [problem] = refused(data, "README.md", shapes, "front-matter")
        assert (problem.line, problem.column) == (1, 1)


NUMBER = re.compile(rb"(?<=: )\d+\.\d+(?=\s*[,}\n])")


def each_made(sample: Path, value: bytes) -> Iterator[bytes]:
    """The file with one number after the other made something else; not those in a text (JSON within YAML)."""
    data = sample.read_bytes()
    for match in NUMBER.finditer(data):
        line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
        if sample.suffix == ".json" or not set(line) & set(b"'\""):
            yield data[: match.start()] + value + data[match.end() :]


@pytest.mark.parametrize("value", [b"NaN", b"Infinity", b"-Infinity", b"1e999999"])
def test_numbers_that_are_none(sample: Path, value: bytes, shapes: Any) -> None:
    """What is not finite is missing evidence, and neither a refusal of the file nor a number."""
    if sample.suffix in (".yaml", ".md"):
        value = {b"NaN": b".nan", b"Infinity": b".inf", b"-Infinity": b"-.inf"}.get(value, value)
    for made in each_made(sample, value):
        found = outcome(made, name_of(sample), shapes)
        if isinstance(found, tuple):
            assert value == b"1e999999"
            assert {d.code for d in found} == {"number-range"}
            continue
        for manifest in found:
            assert all(number.is_finite() for number in numbers(manifest.data))
            assert all(gap.reason and gap.line >= 1 for gap in manifest.missing.values())


def numbers(value: Any) -> Iterator[Decimal]:
    if isinstance(value, Decimal):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from numbers(item)
