"""Which models a Kubernetes object runs."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.manifest.foreign.artifact_uris import canonical
from aims_policy.manifest.foreign.shell_words import split_line
from aims_policy.manifest.foreign.workload_signs import DEFAULT, Resource
from aims_policy.manifest.foreign.workloads import workload
from aims_policy.manifest.paths import path_text, steps_of

CASES = yaml.safe_load((Path(__file__).parent / "workloads" / "cases.yaml").read_text("utf-8"))
CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus" / "kubernetes"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["case"])
def test_models_of_an_object(case: dict[str, Any]) -> None:
    found = workload(case["object"])
    assert [[m.uri, m.container, path_text(m.path)] for m in found.models] == case["models"]
    assert list(found.claim.assets) == case.get("assets", [])
    assert list(found.claim.digests) == case.get("digests", [])
    for use in found.models:
        assert use.told_by
        written = str(_at(case["object"], use.path))
        assert use.uri.removeprefix("oci://") in written or "$" in written


def test_an_organization_adds_its_own_signs() -> None:
    own = DEFAULT._replace(
        resources=(Resource("ml.acme.example", "Endpoint", ("spec.weights",)),),
        env=("ACME_WEIGHTS",),
        images=("registry.acme.example/serve*",),
        ignored_images=("registry.acme.example/serve-proxy",),
    )
    endpoint = {"apiVersion": "ml.acme.example/v1", "kind": "Endpoint", "spec": {"weights": "w:/1"}}
    assert [m.uri for m in workload(endpoint, own).models] == ["w:/1"]
    for image, expected in (("serve:1", 1), ("serve-proxy:1", 0), ("other", 0)):
        pod = {"kind": "Pod", "spec": {"containers": [{"image": f"registry.acme.example/{image}"}]}}
        assert len(workload(pod, own).models) == expected, image


@pytest.mark.parametrize(
    "same",
    [
        ("hf://acme/chat", "acme/chat", "https://huggingface.co/acme/chat/", "huggingface://acme/chat", "https://hf.co/acme/chat"),
        ("s3://b/m", "S3://b/m/", " s3://b/m "),
    ],
    ids=lambda s: s[0],
)  # fmt: skip
def test_one_artifact_is_written_in_several_ways(same: tuple[str, ...]) -> None:
    assert {canonical(s) for s in same} == {same[0]}


def test_a_path_in_a_store_is_no_address() -> None:
    predictor = {
        "apiVersion": "serving.kserve.io/v1alpha1",
        "kind": "Predictor",
        "spec": {"path": "acme/chat", "storage": {"s3": {"secretKey": "theirs"}}},
    }
    assert [(m.uri, m.address) for m in workload(predictor).models] == [("acme/chat", "")]


def test_each_annotation_that_says_something_of_its_own_is_a_claim() -> None:
    def template(asset: str) -> dict[str, Any]:
        return {
            "metadata": {"annotations": {"aims/asset": asset}},
            "spec": {"containers": [{"image": "own"}]},
        }

    parts = {"first": template("model/a"), "second": template("model/b"), "third": template("model/a")}
    value = {"kind": "Job", "metadata": {"annotations": {"aims/asset": "model/a"}}, "spec": parts}
    found = workload(value)
    assert [claim.assets for claim in found.claims] == [("model/a",), ("model/b",)]
    assert path_text(found.claims[1].paths["aims/asset"]).startswith("spec.second.metadata")


@given(st.text(alphabet="ab -=/'\"\\\t\r\n$\u00a0é", max_size=30))
def test_lines_are_split_as_shlex_does(line: str) -> None:
    try:
        expected = shlex.split(line)
    except ValueError:  # a quote or an escape that is not ended
        expected = line.split()
    assert split_line(line) == expected


@pytest.mark.parametrize("line", ["x '{0}'", "x {0}", "x '{0}", "{0}", '"{0}'], ids=lambda t: t)
@pytest.mark.parametrize("fill", ["a", '\\"', "'\"", '""', "$a "], ids=lambda t: t)
def test_long_lines_take_no_longer_than_they_are(line: str, fill: str) -> None:
    """`shlex` takes seconds for a megabyte without a blank, and minutes for eight."""

    def seconds(times: int) -> float:
        text = line.format(fill * times)
        began = time.process_time()
        split_line(text)
        return time.process_time() - began

    short = min(seconds(20_000) for _ in range(3))
    assert seconds(200_000) < 40 * short + 0.05


def test_variables_that_double_each_other_do_not_fill_the_memory() -> None:
    env = [{"name": "v0", "value": "x" * 100}]
    env += [{"name": f"v{n}", "value": f"$(v{n - 1})$(v{n - 1})"} for n in range(1, 60)]
    pod = {"kind": "Pod", "spec": {"containers": [{"env": env, "args": ["--model", "$(v59)"] * 100}]}}
    assert sum(len(use.uri) for use in workload(pod).models) < 200_000


_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["--model", "sh 'x"])
)
_KEYS = st.sampled_from(
    ["metadata", "spec", "containers", "initContainers", "env", "name", "value", "args", "command", "image",
     "volumes", "reference", "annotations", "aims/asset", "apiVersion", "kind", "template", "predictor", "storageUri"]
)  # fmt: skip
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=30,
)


@given(st.dictionaries(_KEYS, _TREES, max_size=6), st.sampled_from(["", "InferenceService", "Pod"]))
def test_whatever_an_object_holds_it_is_read(value: dict[str, Any], kind: str) -> None:
    given_kind = {**value, "kind": kind, "apiVersion": "serving.kserve.io/v1beta1"} if kind else value
    for use in workload(given_kind).models:
        _at(given_kind, use.path)
        assert steps_of(path_text(use.path)) == use.path


def test_real_objects_of_the_corpus() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    told = {}
    for file in sorted(CORPUS.iterdir()):
        try:
            text = file.read_text("utf-8")
            documents = [json.loads(text)] if file.suffix == ".json" else list(yaml.safe_load_all(text))
        except (ValueError, yaml.YAMLError):
            continue
        for document in documents:
            if isinstance(document, dict):
                told[file.name, str(document.get("kind"))] = len(workload(document).models)
    services = {name: count for (name, kind), count in told.items() if kind == "InferenceService"}
    assert len(services) > 15
    assert all(services.values())
    assert not any(count for (_, kind), count in told.items() if kind in ("Secret", "InferenceGraph", "Pod"))


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
