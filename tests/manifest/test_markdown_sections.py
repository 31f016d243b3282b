"""Sections of a card are what reading it line by line gives, wherever lines end and whatever they hold."""

from __future__ import annotations

import re
from time import process_time
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from aims_policy.manifest.foreign.markdown import read_card
from aims_policy.manifest.foreign.sections import sections_with
from aims_policy.manifest.formats.hf_card.body import _label_line
from aims_policy.manifest.formats.hf_card.headings import DATASET_LABELS, MODEL_LABELS
from aims_policy.manifest.formats.hf_card.prose import label_of

LABELS = {"Model": MODEL_LABELS, "Dataset": DATASET_LABELS}
lines = st.sampled_from(
    ["", " ", "\t", "# A", "## B ##  ", "#", "# ", "#\t", "   ### c # d", "    # code", "```", "```python", "````",
     "~~~", "   ~~~", "prose", "  more prose ", "- item", "* two", "12. three", "-no item", "- ", "1) x", "\u00a0",
     "\u00a0# nb", "License: mit", "- **License:** mit", "**Language(s) [optional]**: en", "a: b: c",
     "https://x.org: y", "é: license: x",
     "\u00a0- LICENSE : mit", "[optional] License: mit", "  __Curated by__ : us",
     "<!-- hidden", "-->", "\u2028sep", "\x0bvt", "[More Information Needed]", "é followinG Results", "| a | b |"]
)  # fmt: skip
ends = st.sampled_from(["\n", "\n", "\r\n", "\r"])


def line_by_line(text: str) -> list[dict[str, Any]]:
    """The sections of a text without front matter, each line looked at by itself; offsets instead of positions."""
    text = re.sub(r"<!--.*?(?:-->|\Z)", lambda m: re.sub(r"[^\r\n]", " ", m.group()), text, flags=re.DOTALL)
    sections: list[dict[str, Any]] = [{"heading": "", "level": 0, "lines": [], "items": []}]
    fence, joined = "", False
    for match in re.finditer(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)", text):
        line = match[1]
        mark = re.match(r" {0,3}(```+|~~~+)", line)
        if mark or fence:
            closes = bool(fence and mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence))
            fence, joined = ("" if closes else fence or (mark[1] if mark else "")), False
        elif heading := re.match(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$", line):
            sections.append({"heading": heading[2], "level": len(heading[1]), "lines": [], "items": []})
            joined = False
        elif line.strip():
            section, at = sections[-1], match.start() + len(line) - len(line.lstrip())
            bullet = re.match(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)", line)
            if bullet:
                section["items"].append((match.start() + bullet.end(), line[bullet.end() :].rstrip()))
            elif joined:
                start, above = section["items"].pop()
                section["items"].append((start, f"{above}\n{line.strip()}"))
            else:
                section["items"].append((at, line.strip()))
            section["lines"].append((at, line.strip()))
            joined = True
        else:
            joined = False
    return sections


def offset(card: Any, *path: str | int) -> int:
    span = card.span(path)
    starts = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", card.text))]
    return int(starts[span.line - 1] + span.column - 1)


@given(st.lists(st.tuples(lines, ends), max_size=14))
@settings(max_examples=400)
@example([("#", "\r\n"), ("prose", "\r"), ("- item", "\r\n"), ("more", "\n")])
def test_sections_are_those_of_reading_line_by_line(written: list[tuple[str, str]]) -> None:
    text = "# Card\n" + "".join(line + end for line, end in written)
    card = read_card(text.encode(), "README.md")
    assert card is not None
    expected = line_by_line(text)
    for number, (section, told) in enumerate(zip(card.value["body"], expected, strict=True)):
        assert (section["heading"], section["level"]) == (told["heading"], told["level"])
        assert section.has_lines() == bool(told["lines"])
        assert section.holds("|", "ng results") == any(
            "|" in line or "ng results" in line.casefold() for _, line in told["lines"]
        )
        assert section["items"] == [item for _, item in told["items"]]
        assert section["lines"] == [line for _, line in told["lines"]]
        for kind in ("lines", "items"):
            places = [offset(card, "body", number, kind, i) for i in range(len(told[kind]))]
            assert places == [start for start, _ in told[kind]]


@given(st.lists(st.tuples(lines, ends), max_size=8))
def test_no_label_is_overlooked(written: list[tuple[str, str]]) -> None:
    card = read_card(("# Card\n" + "".join(line + end for line, end in written)).encode(), "README.md")
    assert card is not None
    body = card.value["body"]
    for kind, labels in LABELS.items():
        found = sections_with(_label_line(kind), body)
        for index, section in enumerate(body):
            if any(label_of(line)[0] in labels for line in section["lines"]):
                assert index in found


def test_time_is_linear_in_a_heading() -> None:
    """Blanks inside of a heading were once looked at again from each of them."""
    text = f"# a{' ' * 200_000}b\n# c{' #' * 100_000}\n".encode()
    start = process_time()
    card = read_card(text, "README.md")
    assert process_time() - start < 2
    assert card is not None
    assert [section["level"] for section in card.value["body"]] == [0, 1, 1]
