"""An organization's own fields: typed by its JSON Schema, read by its rules, checked in its manifests."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from aims_policy import api
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.errors import PolicyError
from aims_policy.policy.load import load_bundle
from aims_policy.source import SourceError

CASE = Path(__file__).parent / "cases" / "misspelt-extension"
AT = datetime(2026, 6, 1, tzinfo=timezone.utc)
MANIFEST = "apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: a}\nspec: {extensions: {cost_center: %s}}\n"


@pytest.mark.parametrize("cached", [False, True])
def test_rules_read_own_fields(tmp_path: Path, cached: bool) -> None:
    for name in ("aims.yaml", "policy.yaml", "own.schema.json"):
        text = (CASE / name).read_text(encoding="utf-8").replace("cost_centr ", "cost_center ")
        (tmp_path / name).write_text(text, encoding="utf-8")
    if cached:
        load_bundle(workspace=tmp_path)
    bundle = load_bundle(workspace=tmp_path, cache=cached)
    file = tmp_path / "dataset.yaml"
    verdicts = {}
    for given in ("K-12", "TODO"):
        file.write_text(MANIFEST % given, encoding="utf-8")
        verdicts[given] = api.evaluate(file, bundle=bundle, at=AT).verdict
    assert verdicts == {"K-12": "pass", "TODO": "fail"}
    file.write_text(MANIFEST % "12", encoding="utf-8")
    with pytest.raises(SourceError, match="cost_center"):
        api.evaluate(file, bundle=bundle, at=AT)


def test_the_digest_tells_which_kind_a_schema_is_of(tmp_path: Path) -> None:
    """The same schema read for another kind decides otherwise."""
    schema = '{"properties": {"cost_center": {"type": "string"}}}'
    before = with_schema(tmp_path, schema)
    file = tmp_path / "aims.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("Dataset:", "Supplier:"), encoding="utf-8")
    after = load_bundle(workspace=tmp_path, cache=False)
    assert [*before.extensions, *after.extensions] == ["Dataset", "Supplier"]
    assert before.digest != after.digest


PATTERNS = """\
{"properties": {"code": {"type": "string", "pattern": "^[a-z]+$"}, "note": {"type": "string"}},
 "patternProperties": {"^x-[a-z]+$": {"type": "string"}}}
"""


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{code: "%s"}' % ("a" * 10_001), "a pattern is tried on 10,000 at most"),
        ('{code: "%s!"}' % ("a" * 40), "does not match"),
        ("{? x-%s : b}" % ("a" * 10_001), "a field's name has more than 10,000 characters"),
    ],
)
def test_a_pattern_is_tried_on_texts_of_bounded_length(tmp_path: Path, given: str, said: str) -> None:
    bundle = with_schema(tmp_path, PATTERNS)
    file = tmp_path / "dataset.yaml"
    file.write_text(MANIFEST.replace("{cost_center: %s}", given), encoding="utf-8")
    with pytest.raises(SourceError, match=said):
        api.evaluate(file, bundle=bundle, at=AT)
    file.write_text(MANIFEST.replace("{cost_center: %s}", '{code: abc, note: "%s"}' % ("b" * 20_000)))
    assert api.evaluate(file, bundle=bundle, at=AT).subject.name == "a"


def test_no_schema_can_keep_the_engine_busy(tmp_path: Path) -> None:
    """It is refused while it is read, and so never tried."""
    with pytest.raises(PolicyError) as caught:
        with_schema(tmp_path, PATTERNS.replace("^[a-z]+$", "^([a-z]+)+$"))
    assert [problem.code for problem in caught.value.diagnostics] == ["bad-pattern"]


def with_schema(folder: Path, schema: str) -> Bundle:
    for name in ("aims.yaml", "policy.yaml"):
        text = (CASE.parent / "wrong-extension-schema" / name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "own.schema.json").write_text(schema, encoding="utf-8")
    return load_bundle(workspace=folder, cache=False)
