"""An organization's own fields: typed by its JSON Schema, read by its rules, checked in its manifests."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from aims_policy import api
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
