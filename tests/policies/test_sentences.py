"""What rules count the words of is marked as prose, so that one text cannot stand for several of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from aims_policy.policy.bundle import Rule
from tests.policies.test_pack import bundle

COUNTED = re.compile(
    r"\$words\(([\w.]+)\)\s*>=\s*\(?[^()]*?appetite\.depth\.(?:statement|description|rationale)"
)
IN_ALL_BUT_NAME = {"design.algorithm"}
"""What is a name where the sentence of the depth is asked for once in a rare case."""


def counted(rule: Rule) -> Iterator[str]:
    """The fields of which a rule asks for whole sentences, as `risk.entries[].description`."""
    text = " ".join(f"{rule.when or ''} {rule.require}".split())
    for found in COUNTED.finditer(text):
        name, _, rest = found[1].partition(".")
        source = re.search(rf"\bfor {name} in\s+([\w.]+)", text[found.end() :])
        yield f"{source[1]}[]{'.' if rest else ''}{rest}" if source else found[1]


def shape_at(shape: Any, path: str) -> Any:
    for step in path.replace("[]", ".[]").split("."):
        shape = shape[1] if step == "[]" else shape[2][step]
    return shape


def test_every_text_that_is_to_be_a_sentence_is_prose() -> None:
    fields = {(kind, path) for rule in bundle().rules for kind in rule.applies_to for path in counted(rule)}
    plain = {path for kind, path in fields if shape_at(bundle().shapes[kind], path)[0] != "prose"}
    assert plain == IN_ALL_BUT_NAME
    assert len(fields) > 100
