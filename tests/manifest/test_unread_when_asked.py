"""What was not read of a foreign document is looked for when somebody asks, once, wherever the manifest went to."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from aims_policy.decision.evaluate import evaluate
from aims_policy.decision.plain import render
from aims_policy.diagnostics import Diagnostic
from aims_policy.later import Later, chained, now
from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.foreign import read as reading
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read_data
from aims_policy.policy.load import load_bundle

if TYPE_CHECKING:
    from aims_policy.manifest.manifest import Manifest

SHAPES = shapes()
BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [{"type": "machine-learning-model", "name": "scorer", "swid": {"tagId": "x"}}],
}
AT = datetime(2026, 6, 1, tzinfo=timezone.utc)
FIELDS = ["components.swid"]


def model() -> Manifest:
    return read_data(json.dumps(BOM).encode(), "bom.json", SHAPES)[0]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was looked through, each time that it was."""
    documents: list[Any] = []

    def counting(document: Any, *given: Any) -> Any:
        documents.append(document)
        return unread(document, *given)

    unread = reading.unread
    monkeypatch.setattr(reading, "unread", counting)
    return documents


def names(manifest: Manifest) -> list[str]:
    return [field.name for field in manifest.unread]


def test_reading_and_deciding_do_not_look_and_asking_looks_once(asked: list[Any]) -> None:
    manifest = model()
    decision = evaluate(manifest, load_bundle(cache=False), at=AT)
    assert (decision.verdict, asked) == ("fail", [])
    assert "1 field of this file was not read: `components.swid`" in render(decision)
    assert [n.code for n in decision.notices] == [n.code for n in manifest.notes] == ["unread-fields"]
    assert names(manifest) == FIELDS
    assert len(asked) == 1


def test_what_was_pickled_knows_what_the_other_finds(asked: list[Any]) -> None:
    manifest = model()
    again: Manifest = pickle.loads(pickle.dumps(manifest))  # noqa: S301 - just written
    decision = evaluate(model(), load_bundle(cache=False), at=AT)
    assert pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301 - just written
    del asked[:]
    assert (names(again), again.notes, asked) == (names(manifest), manifest.notes, [])


def test_notes_of_parts_come_before_those_that_are_added(asked: list[Any]) -> None:
    further = Diagnostic("x", "further", "bom.json", severity="note")
    both = merged(model(), [model()]).noting((further,))
    assert asked == []
    assert names(both) == FIELDS
    assert [n.code for n in both.notes] == ["unread-fields", "unread-fields", "x"]


def test_a_value_that_is_found_later_is_as_the_value() -> None:
    found = Later(lambda: (1, 2))
    assert (found == (1, 2), found == Later(lambda: (1, 2)), hash(found), repr(found)) == (
        True,
        True,
        hash((1, 2)),
        "(1, 2)",
    )
    assert now(chained((0,), found, ())) == (0, 1, 2)
    assert chained((0,), (1,)) == (0, 1)
    assert pickle.loads(pickle.dumps(found)) == (1, 2)  # noqa: S301 - just written
