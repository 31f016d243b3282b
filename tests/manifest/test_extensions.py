from __future__ import annotations

import json
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from aims_policy.manifest.native.extensions import shape_of, with_extensions
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError, read_bytes

SCHEMA = {
    "$defs": {"team": {"type": "string", "pattern": "^[A-Z]{3}$"}},
    "type": "object",
    "required": ["team"],
    "properties": {
        "team": {"$ref": "#/$defs/team"},
        "cost": {"type": "number", "minimum": 0},
        "class": {"enum": ["a", "b"]},
        "since": {"type": "string", "format": "date"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "sites": {"type": "object", "additionalProperties": {"type": "integer"}},
        "either": {"oneOf": [{"type": "string"}, {"type": "number"}]},
    },
    "additionalProperties": False,
}


def document(schema, file="ext.json"):
    [read] = read_bytes(json.dumps(schema, indent=1).encode(), file=file)
    return read


def model(shapes, extensions, schema=SCHEMA):
    typed = {**shapes, "Model": with_extensions(shapes["Model"], document(schema))}
    spec = {"extensions": extensions}
    manifest = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "a"}, "spec": spec}
    text = json.dumps(manifest, indent=1)
    [read] = read_data(text.encode(), "m.json", typed, extensions={"Model": json.dumps(schema)})
    return read


def test_shapes_of_schemas():
    assert shape_of(SCHEMA) == (
        "record",
        "extensions",
        {
            "team": ("text",),
            "cost": ("number", 0, None, False),
            "class": ("choice", ("a", "b")),
            "since": ("moment",),
            "tags": ("list", ("text",)),
            "sites": ("map", ("number", None, None, True)),
            "either": ("any",),
        },
    )


@pytest.mark.parametrize(
    "schema", [True, {}, {"type": ["string", "number"]}, {"enum": [1, 2]}, {"$ref": "#/a"}, 3]
)
def test_what_a_shape_cannot_say_is_any(schema):
    assert shape_of(schema) == ("any",)


def test_a_schema_that_refers_to_itself_ends():
    assert shape_of({"type": "object", "properties": {"next": {"$ref": "#"}}})[0] == "record"
    assert shape_of({"$ref": "#"}) == ("any",)


def test_values_are_typed(shapes):
    given = {
        "team": "ABC",
        "cost": 1.5,
        "class": "a",
        "since": "2026-01-01",
        "tags": ["x"],
        "sites": {"here": 2},
    }
    given["either"] = 3
    assert model(shapes, given).data["extensions"] == {
        "team": "ABC",
        "cost": Decimal("1.5"),
        "class": "a",
        "since": datetime(2026, 1, 1, tzinfo=timezone.utc),
        "tags": ("x",),
        "sites": {"here": Decimal(2)},
        "either": Decimal(3),
    }


@pytest.mark.parametrize(
    ("given", "code", "line"),
    [
        ({"team": "ABC", "cost": "much"}, "wrong-type", 10),
        ({"team": "ABC", "cost": -1}, "out-of-range", 10),
        ({"team": "ABC", "class": "c"}, "unknown-choice", 10),
        ({"team": "ABC", "prize": 1}, "unknown-field", 10),
        ({"team": "abc"}, "extension-invalid", 9),
        ({"cost": 1}, "extension-invalid", 8),
        ({"team": "ABC", "either": True}, "extension-invalid", 10),
    ],
)
def test_what_the_schema_forbids_is_reported_where_it_stands(given, code, line, shapes):
    with pytest.raises(SourceError) as caught:
        model(shapes, given)
    assert (code, line) in [(d.code, d.line) for d in caught.value.diagnostics]


def test_placeholders_are_gaps_there_too(shapes):
    manifest = model(shapes, {"team": "TODO", "cost": "unknown"})
    assert "extensions" not in manifest.data
    assert set(manifest.missing) == {"extensions.team", "extensions.cost"}


def test_an_open_schema_lets_other_fields_be(shapes):
    schema = {"type": "object", "properties": {"team": {"type": "string"}}}
    manifest = model(shapes, {"team": "ABC", "more": {"x": 1}}, schema)
    assert manifest.data["extensions"] == {"team": "ABC", "more": {"x": Decimal(1)}}


def test_without_a_schema_extensions_are_any_mapping(shapes):
    text = b"apiVersion: aims/v1\nkind: Model\nmetadata: {name: a}\nspec: {extensions: %s}\n"
    [manifest] = read_data(text % b"{a: [1, {b: null}], c: x}", "m.yaml", shapes)
    assert manifest.data["extensions"] == {"c": "x"}
    with pytest.raises(SourceError):
        read_data(text % b"[1]", "m.yaml", shapes)


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        ([], 1),
        ({"type": "array"}, 2),
        ({"properties": {"a": {"type": "txt"}}}, 4),
        ({"properties": {"a": {"$ref": "https://example.org/a.json"}}}, 4),
        ({"properties": {"a": {"$ref": "#/$defs/none"}}}, 4),
    ],
)
def test_wrong_schemas_are_refused(schema, line, shapes):
    with pytest.raises(SourceError) as caught:
        with_extensions(shapes["Model"], document(schema))
    assert {(d.code, d.line) for d in caught.value.diagnostics} == {("bad-schema", line)}
