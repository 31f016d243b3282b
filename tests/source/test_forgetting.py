"""Positions that were let go of are found again, the same."""

from __future__ import annotations

import pytest

from aims_policy.source import Document, parse_json, parse_yaml

YAML = "a: {b: [1, two]}\n---\nc:\n  d: x\n"


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (parse_json('{"a": {"b": [1, "two"]}}', "x.json"), ("a", "b", 1)),
        (parse_yaml(YAML, "x.yaml")[0], ("a", "b", 1)),
        (parse_yaml(YAML, "x.yaml")[1], ("c", "d")),
        (parse_yaml("k: v\n", "card.md", first_line=4)[0], ("k",)),
    ],
)
def test_positions_are_found_again(document: Document, path: tuple[str | int, ...]) -> None:
    span, key = document.span(path), document.key_span(path)
    document.forget_positions()
    assert (document.span(path), document.key_span(path)) == (span, key)
