"""The reader walks shapes without pydantic; here it is held against the pydantic models that the shapes come from."""

from __future__ import annotations

import copy
import json
import re
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from aims_policy.manifest.models import KINDS
from aims_policy.manifest.native.read import read_native
from aims_policy.manifest.native.shape import shapes as native_shapes
from aims_policy.source import SourceError, parse_json

SHAPES = native_shapes()
DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")
ODD = [7, -3, 2.5, 10**20, "some words", "0.2", True, False, [], {}, ["words"], [7], {"a": "b"}, {"a": 1}]
ODD += ["2026-01-31", "2026-02-30", "2026-01-31T10:00:00+01:00", "production", "yes", [[]], [{}], "w" * 201]


def valid(shape, depth=0):
    """Values of a shape, each of which the models take."""
    head = shape[0]
    if head == "record":
        few = st.lists(st.sampled_from(sorted(shape[2])), unique=True, max_size=4 if depth < 2 else 3)
        return few.flatmap(
            lambda names: st.fixed_dictionaries({n: valid(shape[2][n], depth + 1) for n in names})
        )
    if head == "list":
        return st.lists(valid(shape[1], depth + 1), max_size=2)
    if head == "map":
        return st.dictionaries(st.sampled_from(["a", "b c"]), valid(shape[1], depth + 1), max_size=2)
    if head == "number":
        return st.integers(shape[1] if shape[1] is not None else -9, shape[2] if shape[2] is not None else 99)
    plain = {
        "choice": lambda: st.sampled_from(shape[1]),
        "boolean": st.booleans,
        "moment": lambda: st.sampled_from(["2026-01-31", "2026-01-31T10:00:00Z", "2026-01-31 10:00"]),
        "any": lambda: st.sampled_from([{"cost": 3}, {"deep": {"list": [1, "b"]}}]),
    }
    return plain.get(head, lambda: st.sampled_from(["some words", "Ada", "dataset/loans"]))()


@st.composite
def manifests(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    record = SHAPES[kind][2]
    spec = draw(valid(("record", "", {k: v for k, v in record.items() if k not in ("metadata", "kind")})))
    metadata = {"name": "a", **draw(valid(record["metadata"]))}
    return {"apiVersion": "aims/v1", "kind": kind, "metadata": metadata, "spec": spec}


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from places(item, (*path, key))


@st.composite
def mutated(draw):
    manifest = copy.deepcopy(draw(manifests()))
    for _ in range(draw(st.integers(0, 2))):
        paths = [p for p in places(manifest) if p and p[0] in ("metadata", "spec")]
        *parent, key = draw(st.sampled_from(paths))
        holder = manifest
        for step in parent:
            holder = holder[step]
        how = draw(st.sampled_from(["replace", "rename", "add"]))
        if how == "replace" or not isinstance(holder, dict) or not parent:
            holder[key] = copy.deepcopy(draw(st.sampled_from(ODD)))
        elif how == "rename":
            holder[f"{key}s"] = holder.pop(key)
        else:
            holder["unheard_of"] = copy.deepcopy(draw(st.sampled_from(ODD)))
    return manifest


def for_pydantic(value, shape):
    """The Python values that the models' strict types ask for; what no reader could make of the text stays as it is."""
    head = shape[0]
    if head == "record" and isinstance(value, dict):
        return {k: for_pydantic(v, shape[2].get(k, ("any",))) for k, v in value.items()}
    if head == "list" and isinstance(value, list):
        return [for_pydantic(v, shape[1]) for v in value]
    if head == "number" and type(value) in (int, float):
        number = Decimal(str(value))
        return object() if shape[3] and number % 1 else number
    if head == "moment" and isinstance(value, str) and DATE.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def models_accept(manifest) -> bool:
    record = SHAPES[manifest["kind"]][2]
    spec = ("record", "", record)
    given = {
        **manifest,
        "metadata": for_pydantic(manifest["metadata"], record["metadata"]),
        "spec": for_pydantic(manifest["spec"], spec),
    }
    try:
        KINDS[manifest["kind"]].model_validate(given)
    except ValidationError:
        return False
    return True


def reader_accepts(manifest) -> bool:
    try:
        read_native(parse_json(json.dumps(manifest), "m.json"), SHAPES)
    except SourceError as error:
        assert all(d.line == 1 and d.column > 0 for d in error.diagnostics)
        return False
    return True


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_the_reader_accepts_what_the_models_accept(manifest):
    assert reader_accepts(manifest) == models_accept(manifest)


@settings(max_examples=100, deadline=None)
@given(manifests(), st.data())
def test_a_placeholder_anywhere_in_spec_is_a_gap_and_never_refused(manifest, data):
    paths = [path for path in places(manifest["spec"]) if path and "extensions" not in path]
    if not paths:
        return
    *parent, key = data.draw(st.sampled_from(paths))
    holder = manifest["spec"]
    for step in parent:
        holder = holder[step]
    holder[key] = data.draw(st.sampled_from(["TODO", "[More Information Needed]", "", None, "unknown"]))
    read = read_native(parse_json(json.dumps(manifest), "m.json"), SHAPES)
    assert read.missing


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_smallest_manifest_of_each_kind(kind):
    assert reader_accepts({"apiVersion": "aims/v1", "kind": kind, "metadata": {"name": "a"}})
