"""The published schemas are those of the models: `aims schema --output-dir schemas` brings them up to date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from aims_policy.commands.schema import _texts

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "policy": "policies/iso42001/a-*[!t].yaml",
    "policytest": "policies/iso42001/*.test.yaml",
    "riskappetite": "policies/appetite/*.yaml",
    "workspace": "examples/*/aims.yaml",
    "waivers": "examples/*/waivers.yaml",
}


@pytest.mark.parametrize(("name", "text"), list(_texts().items()))
def test_published_schemas_are_up_to_date_and_well_formed(name: str, text: str) -> None:
    assert (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == text
    Draft202012Validator.check_schema(json.loads(text))


class _AsText(yaml.SafeLoader):
    """As an editor reads YAML for a schema: dates stay text."""


_AsText.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", KINDS)
def test_an_editor_accepts_what_ships(name: str) -> None:
    validator = Draft202012Validator(json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")))
    files = [f for f in sorted(ROOT.glob(KINDS[name])) if name == "policytest" or not f.name.endswith(".test.yaml")]
    assert files
    for file in files:
        value = yaml.load(file.read_text(encoding="utf-8"), Loader=_AsText)  # noqa: S506 - a SafeLoader
        assert [e.message for e in validator.iter_errors(value)] == [], file.name
