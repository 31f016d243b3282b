"""The published schemas are those of the models: `aims schema --output-dir schemas` brings them up to date."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from aims_policy.commands.schema import _texts
from aims_policy.policy.documents.models import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
KINDS = {
    "policy": "policies/iso42001/a-*[!t].yaml",
    "policytest": "policies/iso42001/*.test.yaml",
    "riskappetite": "policies/appetite/*.yaml",
    "workspace": "examples/*/aims.yaml",
    "waivers": "examples/*/waivers.yaml",
    "statementofapplicability": "examples/*/statement.yaml",
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
    validator = Draft202012Validator(
        json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    files = [
        f for f in sorted(ROOT.glob(KINDS[name])) if name == "policytest" or not f.name.endswith(".test.yaml")
    ]
    assert files
    for file in files:
        value = yaml.load(file.read_text(encoding="utf-8"), Loader=_AsText)  # noqa: S506 - a SafeLoader
        assert [e.message for e in validator.iter_errors(value)] == [], file.name


def short(name: str) -> Any:
    """A shipped document of that kind, its lists and long mappings cut: one entry stands for all."""
    file = next(
        f for f in sorted(ROOT.glob(KINDS[name])) if (name == "policytest") == f.name.endswith(".test.yaml")
    )
    return _cut(yaml.load(file.read_text(encoding="utf-8"), Loader=_AsText))  # noqa: S506 - a SafeLoader


def _cut(value: Any) -> Any:
    if isinstance(value, list):  # a matrix has five rows of five
        return [_cut(one) for one in (value if isinstance(value[0], list | int) else value[:1])]
    return {k: _cut(v) for k, v in list(value.items())[:10]} if isinstance(value, dict) else value


def changed(value: Any) -> Iterator[Any]:
    """The document with one thing other than it was: left out, of another type, or one too many."""
    if isinstance(value, dict):
        for key, below in value.items():
            rest = {k: v for k, v in value.items() if k != key}
            yield rest
            yield {**rest, f"{key}s": below}
            for one in changed(below):
                yield {**value, key: one}
    elif isinstance(value, list):
        yield []
        for one in changed(value[0]) if value else ():
            yield [one, *value[1:]]
    yield from (given for given in ("", "two words", 3, True, None, [], {}) if given != value)


@pytest.mark.parametrize("name", KINDS)
def test_an_editor_refuses_what_the_loader_refuses_and_nothing_else(name: str) -> None:
    validator = Draft202012Validator(
        json.loads((ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    )
    [model] = [form for kind, form in FORMS.items() if kind.lower() == name]
    refused = tried = 0
    for one in changed(short(name)):
        try:
            model.model_validate(one)
            accepts = True
        except ValidationError:
            accepts = False
        assert validator.is_valid(one) == accepts, one
        tried, refused = tried + 1, refused + (not accepts)
    assert refused > 20
    assert tried > refused
