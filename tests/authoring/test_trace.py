"""The walk of a rule: what every part was, on exactly what the engine gave the rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from aims_policy.authoring.trace import trace
from tests.decision.conftest import AT, Maker, manifest, rule


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


def test_parts_from_the_outside_in(make: Maker) -> None:
    bundle = make(
        rule("t/records", "content.records >= 5 and content.features.length > 0", when='metadata.owner != ""')
    )
    walked = trace(
        manifest("Dataset", {"content": {"records": 7}}), bundle, "t/records", environment="production", at=AT
    )
    assert walked.finding.outcome == "missing"
    assert [(line.text, line.depth, line.state) for line in walked.require] == [
        ("content.records >= 5 and content.features.length > 0", 0, "missing"),
        ("content.records >= 5", 1, "value"),
        ("content.records", 2, "value"),
        ("content.features.length > 0", 1, "missing"),
        ("content.features.length", 2, "missing"),
    ]
    assert walked.when[0].value is True


def test_parts_of_list_items_stand_by_item(make: Maker) -> None:
    bundle = make(rule("t/digests", '$all([s.digest != "" for s in provenance.sources])'))
    spec = {"provenance": {"sources": [{"digest": "a"}, {"digest": "b"}]}}
    walked = trace(manifest("Dataset", spec), bundle, "t/digests", environment="production", at=AT)
    elements = [line.element for line in walked.require]
    assert elements[0] == ""
    assert [e for e in dict.fromkeys(elements) if e] == ["provenance.sources[0]", "provenance.sources[1]"]


def test_a_rule_of_another_kind(make: Maker) -> None:
    bundle = make(rule("t/digest", "content.records > 0"))
    with pytest.raises(KeyError):
        trace(manifest("Model", {}), bundle, "t/digest", environment="production", at=AT)
