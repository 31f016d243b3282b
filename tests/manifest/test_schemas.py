from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from aims_policy.manifest.native.schema import schemas, text_of, write

FOLDER = Path(__file__).parents[2] / "schemas"
SCHEMAS = schemas()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_schema_in_the_tree_is_the_generated_one(name):
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == text_of(SCHEMAS[name]), "run `python -m aims_policy.manifest.native.schema`"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_is_a_schema_of_its_dialect(name):
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["$id"] == name
    assert SCHEMAS[name]["title"] and SCHEMAS[name]["description"]


def test_writing_twice_gives_the_same_bytes(tmp_path):
    first = {f.name: f.read_bytes() for f in write(tmp_path)}
    assert first == {f.name: f.read_bytes() for f in write(tmp_path)}
    assert set(first) == set(SCHEMAS)


def validator(name):
    resources = [(n, Resource.from_contents(s)) for n, s in SCHEMAS.items()]
    return Draft202012Validator(SCHEMAS[name], registry=Registry().with_resources(resources))


GOOD = {
    "apiVersion": "aims/v1",
    "kind": "Dataset",
    "metadata": {"name": "loans"},
    "spec": {"lifecycle": {"stage": "production", "review_due": "2026-01-31"}, "content": {"records": 3}},
}


@pytest.mark.parametrize("name", ["dataset.schema.json", "manifest.schema.json"])
def test_a_manifest_is_valid(name):
    assert validator(name).is_valid(GOOD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "Modle"},
        {"metadata": {}},
        {"spec": {"lifecycle": {"stage": "live"}}},
        {"spec": {"lifecycle": {"review_due": "31.1.2026"}}},
        {"spec": {"content": {"records": -1}}},
        {"spec": {"unheard_of": {}}},
    ],
)
@pytest.mark.parametrize("name", ["dataset.schema.json", "manifest.schema.json"])
def test_a_wrong_manifest_is_not(name, wrong):
    assert not validator(name).is_valid({**GOOD, **wrong})


def test_every_field_has_a_description():
    def undescribed(node, path):
        for key, value in node.items() if isinstance(node, dict) else ():
            if key == "properties":
                for field, inner in value.items():
                    if not path and field in ("apiVersion", "kind", "metadata", "spec"):
                        continue
                    if "description" not in inner and "$ref" not in json.dumps(inner):
                        yield f"{path}/{field}"
            yield from undescribed(value, f"{path}/{key}")

    for name, schema in SCHEMAS.items():
        assert list(undescribed(schema, "")) == [], name
