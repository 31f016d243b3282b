"""One text pasted into several fields is evidence of none of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.repeats import folded
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read, read_data
from aims_policy.source import parse_json

SHAPES = shapes()
TEXT = "Used with care by people who know what they do"


def manifest(kind: str, spec: dict[str, Any]) -> Manifest:
    frame = {"apiVersion": "aims/v1", "kind": kind, "metadata": {"name": "m"}, "spec": spec}
    [found] = read([parse_json(json.dumps(frame), "m.json")], SHAPES)
    return found


@pytest.mark.parametrize(
    ("kind", "spec", "gone"),
    [
        ("Model", {"intended_use": {"summary": TEXT}, "risk": {"rationale": TEXT}},
         {"intended_use.summary", "risk.rationale"}),
        ("Model", {"intended_use": {"summary": TEXT}, "risk": {"rationale": f"  {TEXT.upper()}, (2)!  "}},
         {"intended_use.summary", "risk.rationale"}),
        ("Model", {"limitations": {"known": ["It knows no winter", TEXT], "recommendations": TEXT}},
         {"limitations.known[1]", "limitations.recommendations"}),
        ("Model", {"intended_use": {"summary": TEXT}, "documentation": [{"limits": TEXT}, {"limits": TEXT}]},
         {"intended_use.summary", "documentation[0].limits", "documentation[1].limits"}),
        # the same is asked: in every entry of a list, or under two names
        ("Model", {"documentation": [{"limits": TEXT}, {"limits": TEXT}], "limitations": {"known": [TEXT]}}, set()),
        ("AISystem", {"requirements": {"purpose": TEXT}, "user_information": {"purpose": TEXT}}, set()),
        # what is short, or is a name and no sentence
        ("Model", {"intended_use": {"summary": "A, 1 b"}, "risk": {"rationale": "A, 1 b"}}, set()),
        ("Model", {"design": {"algorithm": TEXT}, "intended_use": {"summary": TEXT}}, set()),
        ("Model", {"intended_use": {"summary": "TODO"}, "risk": {"rationale": "TODO"}},
         {"intended_use.summary", "risk.rationale"}),
    ],
)  # fmt: skip
def test_what_is_evidence_of_nothing(kind: str, spec: dict[str, Any], gone: set[str]) -> None:
    assert set(manifest(kind, spec).missing) == gone


def test_the_reason_names_the_other_field() -> None:
    found = manifest(
        "Model", {"intended_use": {"summary": TEXT}, "risk": {"rationale": TEXT, "method": "DREAD"}}
    )
    assert found.missing["risk.rationale"].reason == "says word for word what `intended_use.summary` says"
    assert found.data["risk"] == {"method": "DREAD"}
    assert "intended_use" not in found.data


def test_the_order_of_the_file_does_not_choose() -> None:
    spec = {"intended_use": {"summary": TEXT}, "risk": {"rationale": TEXT}, "evaluation": {"protocol": TEXT}}
    one, other = manifest("Model", spec), manifest("Model", dict(reversed(spec.items())))
    assert (
        set(one.missing)
        == set(other.missing)
        == {"intended_use.summary", "risk.rationale", "evaluation.protocol"}
    )


def test_other_faults_are_told_once() -> None:
    from aims_policy.source import SourceError

    spec = {"intended_use": {"summary": TEXT}, "risk": {"rationale": TEXT, "tier": "grave"}}
    with pytest.raises(SourceError) as caught:
        manifest("Model", spec)
    assert [d.code for d in caught.value.diagnostics] == ["unknown-choice"]


def test_a_card_that_says_one_thing_under_all_headings() -> None:
    again = "See the [official readme](https://example.org/readme.md)"
    card = f"""---
pretty_name: x
license: mit
---
# Dataset Card for x
## Dataset Creation
### Source Data
#### Initial Data Collection and Normalization
{again}
### Annotations
#### Annotation process
{again}
"""
    [found] = read_data(card.encode(), "README.md", SHAPES, as_format="hf-dataset-card")
    assert {"acquisition.method", "preparation.annotation.protocol"} <= set(found.missing)


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=30)


@given(st.lists(words, min_size=1, max_size=5))
def test_texts_are_folded_alike_together_and_alone(texts: list[str]) -> None:
    assert folded(texts) == [folded([text])[0] for text in texts]


@given(
    st.text("abcdefghij klmno", min_size=1, max_size=60),
    st.sampled_from([" ", ".", "1", "\n", "\u00a0", "\u200b"]),
)
def test_marks_and_figures_make_no_other_text(text: str, mark: str) -> None:
    assert folded([text.upper() + mark]) == folded([mark + text])
