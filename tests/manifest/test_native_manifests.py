from __future__ import annotations

import marshal
import subprocess
import sys
from datetime import datetime, timezone
from decimal import Decimal

import pytest

from aims_policy.manifest.read import read_data

FRAME = b"apiVersion: aims/v1\nkind: Dataset\nmetadata: {name: loans, owner: Ada}\nspec:\n"


def dataset(spec: bytes, shapes):
    [manifest] = read_data(FRAME + spec, "loans.yaml", shapes)
    return manifest


def test_values_become_evidence(shapes):
    manifest = dataset(
        b"  content: {records: 12, languages: [en, 'no'], last_updated: 2026-01-31}\n"
        b"  lifecycle: {stage: production, review_due: '2026-01-31T01:00:00+02:00'}\n"
        b"  quality: {bias_examined: true, requirements: [{measure: completeness, value: 0.10}]}\n",
        shapes,
    )
    assert manifest.data == {
        "content": {
            "records": Decimal(12),
            "languages": ("en", "no"),
            "last_updated": datetime(2026, 1, 31, tzinfo=timezone.utc),
        },
        "lifecycle": {"stage": "production", "review_due": datetime(2026, 1, 30, 23, tzinfo=timezone.utc)},
        "quality": {
            "bias_examined": True,
            "requirements": ({"measure": "completeness", "value": Decimal("0.1")},),
        },
        "metadata": {"name": "loans", "owner": "Ada"},
        "kind": "Dataset",
    }
    assert (manifest.kind, manifest.name, manifest.version, manifest.format) == (
        "Dataset",
        "loans",
        "",
        "aims",
    )
    assert manifest.digest.startswith("sha256:")
    assert not manifest.missing


@pytest.mark.parametrize(
    ("given", "path", "reason"),
    [
        ("content: {summary: null}", "content.summary", "null"),
        ("content: {summary: '  '}", "content.summary", "empty"),
        ("content: {languages: []}", "content.languages", "empty"),
        ("content: {}", "content", "empty"),
        ("content: TODO", "content", "placeholder `TODO`"),
        ("content: {records: unknown}", "content.records", "placeholder `unknown`"),
        ("content: {records: none}", "content.records", "placeholder `none`"),
        ("content: {last_updated: never}", "content.last_updated", "placeholder `never`"),
        ("lifecycle: {stage: TBD}", "lifecycle.stage", "placeholder `TBD`"),
        ("quality: {bias_examined: '?'}", "quality.bias_examined", "placeholder `?`"),
        ("governance: {owner: nobody}", "governance.owner", "`nobody` names nobody"),
        ("acquisition: {supplier: none}", "acquisition.supplier", "`none` names nothing"),
        ("content: {languages: [en, TODO]}", "content.languages[1]", "placeholder `TODO`"),
        ("content: {languages: [en, null]}", "content.languages[1]", "null"),
        ("provenance: {sources: [{name: a}, {}]}", "provenance.sources[1]", "empty"),
        ("provenance: {sources: [{name: TODO}]}", "provenance.sources[0].name", "placeholder `TODO`"),
    ],
)
def test_what_is_no_evidence_is_a_gap_and_out_of_the_tree(given, path, reason, shapes):
    manifest = dataset(f"  {given}\n".encode(), shapes)
    assert {p: gap.reason for p, gap in manifest.missing.items()} == {path: reason}
    assert set(manifest.data) == {"metadata", "kind"}
    assert manifest.missing[path].line == 5


def test_none_in_a_list_of_texts_is_a_statement(shapes):
    manifest = dataset(b"  acquisition: {sensitive_categories: [none]}\n", shapes)
    assert manifest.data["acquisition"] == {"sensitive_categories": ("none",)}


def test_none_as_one_of_the_choices_is_a_value(shapes):
    text = b"apiVersion: aims/v1\nkind: Model\nmetadata: {name: a}\nspec: {human_oversight: {mode: none}}\n"
    [manifest] = read_data(text, "m.yaml", shapes)
    assert manifest.data["human_oversight"] == {"mode": "none"}


def test_a_gap_inside_an_element_leaves_the_rest_of_the_list(shapes):
    manifest = dataset(b"  provenance: {sources: [{name: a, digest: TODO}, {name: b}]}\n", shapes)
    assert manifest.data["provenance"]["sources"] == ({"name": "a"}, {"name": "b"})
    assert list(manifest.missing) == ["provenance.sources[0].digest"]


def test_every_value_knows_its_place(shapes):
    manifest = dataset(b"  provenance:\n    sources:\n      - name: a\n        digest: d\n", shapes)
    assert manifest.locate("provenance.sources[0].digest")[:3] == ("loans.yaml", 8, 17)
    assert manifest.locate("provenance.sources[0].license")[:3] == ("loans.yaml", 7, 9)
    assert manifest.locate("metadata.owner").source_path == ("metadata", "owner")
    assert manifest.locate("risk.tier").line == 5  # the nearest that exists: spec


def test_references_and_parties(shapes):
    manifest = dataset(
        b"  acquisition: {supplier: acme/data}\n  provenance: {sources: [{dataset: Dataset/base}]}\n", shapes
    )
    assert [tuple(r) for r in manifest.references()] == [
        ("acquisition.supplier", "supplier/acme/data", "supplied_by", "Supplier"),
        ("provenance.sources[0].dataset", "dataset/base", "derived_from", "Dataset"),
    ]
    assert [tuple(p) for p in manifest.parties()] == [("metadata.owner", "Ada", "owns")]


def test_a_manifest_cannot_be_changed(shapes):
    with pytest.raises(AttributeError):
        dataset(b"  content: {records: 1}\n", shapes).name = "other"


def test_json_and_yaml_say_the_same(shapes):
    text = b'{"apiVersion":"aims/v1","kind":"Model","metadata":{"name":"a"},"spec":{"risk":{"tier":"high"}}}'
    [a] = read_data(text, "a", shapes)
    [b] = read_data(
        b"apiVersion: aims/v1\nkind: Model\nmetadata: {name: a}\nspec: {risk: {tier: high}}\n", "b", shapes
    )
    assert a.data == b.data


@pytest.mark.parametrize(
    "text",
    [
        b'{"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m"}, "spec": {"risk": {"tier": "high"}}}',
        b"apiVersion: aims/v1\nkind: Model\nmetadata: {name: m}\nspec: {risk: {tier: high}}\n",
    ],
)
def test_fields_and_choices_are_the_very_texts_that_compiled_rules_hold(text, shapes):
    [manifest] = read_data(text, "m", shapes)
    [(field, tier)] = manifest.data["risk"].items()
    assert field is sys.intern("".join(["ti", "er"]))
    assert tier is sys.intern("".join(["hi", "gh"]))


def test_shapes_survive_marshal(shapes):
    assert marshal.loads(marshal.dumps(shapes)) == shapes  # noqa: S302 - written on this line


def test_reading_imports_nothing_heavy(shapes, tmp_path):
    (tmp_path / "shapes").write_bytes(marshal.dumps(shapes))
    (tmp_path / "m.yaml").write_bytes(FRAME + b"  content: {records: 1, languages: [TODO]}\n")
    program = (
        "import marshal, sys; from aims_policy.manifest.read import read\n"
        f"shapes = marshal.loads(open({str(tmp_path / 'shapes')!r}, 'rb').read())\n"
        f"read({str(tmp_path / 'm.yaml')!r}, shapes)[0].references()\n"
        "heavy = {'pydantic', 'jsonschema', 'rule_engine', 'networkx', 'inspect',\n"
        "         'aims_policy.manifest.foreign.read', 'aims_policy.manifest.foreign.markdown',\n"
        "         'aims_policy.manifest.native.extensions', 'aims_policy.manifest.models'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
