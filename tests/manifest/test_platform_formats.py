"""Formats of platforms: every real file is read or refused for a reason, no odd value breaks a reader."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from aims_policy.manifest.foreign.read import read_foreign, recognised
from aims_policy.manifest.paths import path_text
from aims_policy.manifest.read import read, read_data
from aims_policy.source import SourceError

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared"
FORMATS = HERE / "formats"
OWN = sorted(p for p in FORMATS.iterdir() if p.name.startswith(("mlflow", "sagemaker", "kubernetes")))

# Of the corpus, how many assets each format yields and for which reasons files are refused.
CORPUS = {
    "mlflow-mlmodel": Counter({"mlflow-model": 47}),
    "sagemaker": Counter(
        {
            "sagemaker-model-package": 8,
            "sagemaker-clarify": 6,
            "sagemaker-clarify-config": 5,
            "sagemaker-data-constraints": 4,
            "sagemaker-data-statistics": 1,
            "sagemaker-model-quality": 2,
            "sagemaker-model-constraints": 1,
            "sagemaker-violations": 1,
            # Monitoring job definitions, an inference component, an ARN, an event pattern, captured traffic.
            "unknown-format": 8,
        }
    ),
    "kubernetes": Counter(
        {
            "kubernetes": 36,
            "no-asset": 9,  # reviews of objects that run no model
            "unknown-format": 4,  # requests of a review without their frame
            "yaml-syntax": 2,  # unfilled placeholders
        }
    ),
}


COUNTED_ON = {"mlflow-mlmodel": 47, "sagemaker": 36, "kubernetes": 47}
"""How many files each folder had when its figures were counted."""


@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpus is not here")
@pytest.mark.parametrize("folder", CORPUS)
def test_every_file_of_the_corpus_is_read_or_refused_once(folder, shapes):
    found: Counter[str] = Counter()
    for file in sorted((SHARED / "corpus" / folder).iterdir()):
        try:
            manifests = read(file, shapes, shown_as=file.name)
        except SourceError as error:
            [problem] = error.diagnostics
            assert problem.message and (problem.line, problem.column) > (0, 0), file.name
            found[problem.code] += 1
            continue
        for manifest in manifests:
            found[manifest.format] += 1
            every_place(manifest)
    if (
        sum(1 for _ in (SHARED / "corpus" / folder).iterdir()) == COUNTED_ON[folder]
    ):  # another corpus reads otherwise
        assert found == CORPUS[folder]


def every_place(manifest):
    """Asks for the place of each value, as reports do."""

    def walk(value, steps):
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, tuple) else ()
        )
        for key, item in items:
            walk(item, (*steps, key))
        assert manifest.locate(path_text(steps)).line >= 1

    walk(manifest.data, ())
    assert all(gap.line >= 1 for gap in manifest.missing.values())


ODD = (
    None,
    True,
    7,
    "",
    "TODO",
    "{",
    '{"a": 1}',
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"name": ["a", {}]},
    -1.5,
    "\u202e",
)


def paths_of(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths_of(item, (*path, key))


def replaced(value, path, new):
    if not path:
        return new
    edited = copy.deepcopy(value)
    holder = edited
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = new
    return edited


@pytest.mark.parametrize("folder", OWN, ids=lambda p: p.name)
def test_an_odd_value_anywhere_is_a_manifest_or_a_diagnostic(folder, shapes):
    [file] = (folder / "full").glob("input.*")
    value = yaml.safe_load(file.read_text(encoding="utf-8"))
    pick = random.Random(f"platforms {folder.name}")  # noqa: S311 - repeatable, not secret
    tried = 0
    for path in paths_of(value):
        for odd in pick.sample(ODD, 5):
            text = json.dumps(replaced(value, path, odd), default=str).encode()
            for as_format in (None, folder.name):
                tried += 1
                try:
                    manifests = read_data(text, "m.json", shapes, as_format=as_format)
                except SourceError as error:
                    assert all(d.message and d.line >= 1 for d in error.diagnostics)
                    continue
                for manifest in manifests:
                    every_place(manifest)
    assert tried > 50


@pytest.mark.parametrize("folder", OWN, ids=lambda p: p.name)
@pytest.mark.parametrize("text", [b"[]", b"{}", b'"a"', b"3", b"null", b'[{"a": [null]}]', b"# Title\n"])
def test_a_format_forced_on_other_content(folder, text, shapes):
    try:
        manifests = read_data(text, "m.md" if text[:1] == b"#" else "m.json", shapes, as_format=folder.name)
    except SourceError as error:
        assert {d.code for d in error.diagnostics} <= {"no-asset", "unknown-format"}
    else:
        assert all(m.name for m in manifests)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the vendors' schemas are not here")
def test_the_sample_of_a_model_card_is_one_by_its_schema():
    schema = SHARED / "reference" / "schemas" / "aws_sagemaker-python-sdk__model_card_schema.json"
    sample = json.loads(
        (FORMATS / "sagemaker-model-card" / "full" / "input.json").read_text(encoding="utf-8")
    )
    checker = jsonschema.Draft7Validator(json.loads(schema.read_text(encoding="utf-8")))
    assert [e.message for e in checker.iter_errors(json.loads(sample["Content"]))] == []
    assert list(checker.iter_errors({"model_overview": {"model_owner": 3}}))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the vendors' schemas are not here")
def test_the_sample_of_an_inference_service_is_one_by_its_resource_definition():
    definition = yaml.safe_load(
        (
            SHARED / "reference" / "schemas" / "kserve_kserve__serving.kserve.io_inferenceservices.yaml"
        ).read_text()
    )
    sample = yaml.safe_load((FORMATS / "kubernetes" / "full" / "input.yaml").read_text(encoding="utf-8"))
    [version] = definition["spec"]["versions"]
    assert sample["apiVersion"] == f"{definition['spec']['group']}/{version['name']}"
    assert sample["kind"] == definition["spec"]["names"]["kind"]
    jsonschema.validate(sample, version["schema"]["openAPIV3Schema"])


def test_a_file_that_is_a_text_holding_json_is_read_in_every_format(shapes):
    """Positions are those of the file: one line, columns behind the escapes."""
    for name in ("sagemaker-clarify", "mlflow-model-version", "kubernetes"):
        [file] = (FORMATS / name / "full").glob("input.*")
        value = yaml.safe_load(file.read_text(encoding="utf-8"))
        plain = read_data(json.dumps(value).encode(), "m.json", shapes)
        inside = read_data(json.dumps(json.dumps(value)).encode(), "m.json", shapes)
        assert [m.data for m in inside] == [m.data for m in plain]
        assert {m.locate("metadata.name").line for m in inside} == {1}


def test_a_native_manifest_in_a_text_is_native(shapes):
    text = json.dumps('{"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "scorer"}}').encode()
    [manifest] = read_data(text, "m.json", shapes)
    assert (manifest.format, manifest.name) == ("aims", "scorer")


def test_formats_of_platforms_agree_whatever_their_spelling(shapes):
    """One model package, in the API's, the SDK's and the custom resource's spelling."""
    api = {
        "ModelPackageName": "churn-2",
        "ModelPackageGroupName": "churn",
        "ModelApprovalStatus": "Approved",
        "InferenceSpecification": {"Containers": [{"Image": "registry.example.org/xgboost", "ModelDataUrl": "s3://m/2"}]},
    }  # fmt: skip

    def spelled(value, how):
        if isinstance(value, dict):
            return {how(key): spelled(item, how) for key, item in value.items()}
        return [spelled(item, how) for item in value] if isinstance(value, list) else value

    def snake(name):
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    def camel(name):
        return name[0].lower() + name[1:]

    resource = {
        "apiVersion": "sagemaker.services.k8s.aws/v1alpha1",
        "kind": "ModelPackage",
        "metadata": {"name": "x"},
        "spec": spelled(api, camel),
    }
    template = {"Resources": {"X": {"Type": "AWS::SageMaker::ModelPackage", "Properties": api}}}
    spellings = (api, spelled(api, snake), resource, template)
    read_as = [read_data(json.dumps(v).encode(), "m.json", shapes)[0].data for v in spellings]
    assert all(data == read_as[0] for data in read_as)
    assert read_as[0]["deployment"] == {"registry_status": "approved"}


def test_what_is_read_may_be_asked_of_a_document_that_was_read_before(shapes):
    """The server reads a document first and judges it then."""
    from aims_policy.source import read_bytes

    [file] = (FORMATS / "kubernetes" / "full").glob("input.*")
    [document] = read_bytes(file.read_bytes(), file="m.yaml")
    assert [m.name for m in read_foreign(document, shapes, *recognised(document))] == ["credit-scorer"]
