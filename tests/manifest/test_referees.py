"""Our readings of shared fields against the formats' own libraries, on the full samples and on the corpus.

The libraries are asked what a file says and are right by definition where both read a field. Files that they refuse
are left out of the comparison, and how many those are is part of the test.
"""

from __future__ import annotations

import json
import re
import warnings
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError

SAMPLES = Path(__file__).parent / "formats"
CORPUS = Path(__file__).parents[3] / "shared" / "corpus"


def files(samples: str, corpus: str) -> list[Path]:
    """The samples of a format, and the corpus' files of it where the corpus is here."""
    own = sorted(SAMPLES.glob(f"{samples}/*/input.*"))
    return own + (sorted((CORPUS / corpus).iterdir()) if CORPUS.is_dir() else [])


def enough(own: int, with_corpus: int) -> int:
    """How many comparisons there have to be, for a test that compares nothing proves nothing."""
    return with_corpus if CORPUS.is_dir() else own


def read_all(file: Path, shapes: Any, as_format: str | None = None) -> list[Manifest]:
    name = "README.md" if file.suffix == ".md" else file.name
    try:
        return read_data(file.read_bytes(), name, shapes, as_format=as_format)
    except SourceError:
        return []


def at(manifest: Manifest, *steps: str | int) -> Any:
    value: Any = manifest.data
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def number(value: Any) -> Decimal | None:
    """The number that a library has, where it is one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) else None


# --- Hugging Face: huggingface_hub ---------------------------------------------------------------------------------


def test_model_cards_agree_with_huggingface_hub(shapes: Any) -> None:
    from huggingface_hub import ModelCard

    compared = values = 0
    for file in files("hf-model-card", "hf-model-cards"):
        manifests = read_all(file, shapes, "hf-model-card")
        try:
            card = ModelCard(file.read_text(encoding="utf-8-sig"), ignore_metadata_errors=True).data
        except Exception:  # noqa: S112 - whatever it refuses, there is nothing to compare
            continue
        for manifest in manifests:
            compared += 1
            if isinstance(card.get("pipeline_tag"), str):
                assert at(manifest, "design", "task") is not None
            if isinstance(card.get("license"), str) and "provenance.license" not in manifest.missing:
                names = (card.license, card.get("license_name"))
                assert at(manifest, "provenance", "license") in names, file.name
            if isinstance(card.get("library_name"), str):
                assert at(manifest, "tooling", "components", 0, "name") == card.library_name
            bases = card.get("base_model") or []
            ours = [use.get("ref") for use in at(manifest, "provenance", "base_models") or ()]
            for base in [bases] if isinstance(bases, str) else bases:
                assert base in ours, file.name
            values += compare_results(manifest, card.eval_results or [], file.name)
    assert compared >= enough(2, 50)
    assert values >= enough(1, 40)


def compare_results(manifest: Manifest, results: list[Any], name: str) -> int:
    """Every result of the library is one of ours: same dataset, and the same value where that is a number."""
    ours = [
        *(at(manifest, "evaluation", "measurements") or ()),
        *(at(manifest, "fairness", "measurements") or ()),
    ]
    seen = 0
    for result in results:
        wanted = number(result.metric_value)
        found = [m for m in ours if m.get("dataset") == result.dataset_type]
        assert found, (name, result)
        if wanted is None:
            continue
        seen += 1
        given = [m["value"] if "value" in m else Decimal(m["source_value"].strip(" %")) for m in found
                 if "value" in m or number(m.get("source_value", "").strip(" %")) is not None]  # fmt: skip
        assert any(abs(value) == abs(wanted) for value in given), (name, result.metric_type, wanted)
    return seen


def test_dataset_cards_agree_with_huggingface_hub(shapes: Any) -> None:
    from huggingface_hub import DatasetCard

    compared = 0
    for file in files("hf-dataset-card", "hf-dataset-cards"):
        manifests = read_all(file, shapes, "hf-dataset-card")
        try:
            card = DatasetCard(file.read_text(encoding="utf-8-sig"), ignore_metadata_errors=True).data
        except Exception:  # noqa: S112 - whatever it refuses, there is nothing to compare
            continue
        for manifest in manifests:
            compared += 1
            if isinstance(card.get("pretty_name"), str) and "metadata.title" not in manifest.missing:
                assert at(manifest, "metadata", "title") == card.pretty_name
            if isinstance(card.get("license"), str) and "acquisition.license" not in manifest.missing:
                assert at(manifest, "acquisition", "license") == card.license, file.name
            for task in card.get("task_categories") or []:
                if "intended_use.use_cases" not in str(dict(manifest.missing)):
                    assert task in at(manifest, "intended_use", "use_cases"), file.name
    assert compared >= enough(2, 50)


# --- CycloneDX: cyclonedx-python-lib -------------------------------------------------------------------------------

VALID = ["full/input.json", "full-xml/input.xml", "one-name-twice/input.json"]


@pytest.mark.parametrize("sample", VALID)
def test_our_boms_are_valid_by_the_schema_of_cyclonedx(sample: str) -> None:
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from cyclonedx.validation import make_schemabased_validator

    text = (SAMPLES / "cyclonedx" / sample).read_text(encoding="utf-8")
    is_xml = sample.endswith(".xml")
    version = re.search(r"schema/bom/([\d.]+)\"" if is_xml else r'"specVersion": "([\d.]+)"', text)
    assert version
    form = OutputFormat.XML if is_xml else OutputFormat.JSON
    validator = make_schemabased_validator(form, SchemaVersion.from_version(version[1]))
    assert validator.validate_str(text) is None


def test_boms_agree_with_cyclonedx(shapes: Any) -> None:
    from cyclonedx.model.bom import Bom

    compared = 0
    for file in files("cyclonedx", "cyclonedx-mlbom"):
        manifests = read_all(file, shapes, "cyclonedx")
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                bom = (
                    Bom.from_xml(file.open(encoding="utf-8"))
                    if file.suffix == ".xml"
                    else Bom.from_json(json.loads(file.read_text(encoding="utf-8")))
                )
        except Exception:  # noqa: S112 - whatever it refuses, there is nothing to compare
            continue
        theirs = [c for c in (bom.metadata.component, *bom.components) if c is not None]
        for manifest in manifests:
            named = [c for c in theirs if c.name == manifest.name.partition("@")[0].partition("#")[0]]
            if not named:
                continue
            compared += 1
            assert manifest.version in {c.version or "" for c in named} | {""}, file.name
            for component in named[:1] if len(named) == 1 else []:
                compare_component(manifest, component)
    assert compared >= enough(5, 40)


def compare_component(manifest: Manifest, component: Any) -> None:
    is_model = manifest.kind == "Model"
    if component.supplier is not None:
        ours = at(manifest, "suppliers", 0, "ref") if is_model else at(manifest, "acquisition", "supplier")
        assert ours == component.supplier.name
    digests = [h.content for h in component.hashes if h.alg.value == "SHA-256"]
    ours = at(manifest, "provenance", "artifact_digest" if is_model else "digest")
    if digests and ours is not None:
        assert ours == f"sha256:{digests[0]}"
    licences = [
        given.value if hasattr(given, "value") else given.id or given.name for given in component.licenses
    ]
    given = at(manifest, *(("provenance", "license") if is_model else ("acquisition", "license")))
    if licences and given is not None:
        assert sorted(given.split(", ")) == sorted(licences)


# --- SPDX 3: spdx-python-model -------------------------------------------------------------------------------------

# What the model says of a package, by its own names, and where we keep it.
MODEL_TEXTS = {
    "ai_informationAboutTraining": ("design", "training_method"),
    "ai_informationAboutApplication": ("intended_use", "summary"),
    "software_packageVersion": ("metadata", "version"),
}
DATASET_TEXTS = {
    "dataset_dataCollectionProcess": ("acquisition", "method"),
    "dataset_intendedUse": ("intended_use", "summary"),
    "dataset_datasetNoise": ("quality", "noise"),
    "software_packageVersion": ("metadata", "version"),
}


def spdx_objects(file: Path) -> dict[str, Any]:
    from spdx_python_model import v3_0_1 as spdx

    objects = spdx.SHACLObjectSet()
    with file.open("rb") as stream:
        spdx.JSONLDDeserializer().read(stream, objects)
    return {
        o.name: o
        for kind in (spdx.ai_AIPackage, spdx.dataset_DatasetPackage)
        for o in objects.foreach_type(kind)
    }


def test_spdx_documents_agree_with_the_spdx_model(shapes: Any) -> None:
    compared = 0
    for file in files("spdx3", "spdx3-ai-dataset"):
        manifests = read_all(file, shapes)
        try:
            objects = spdx_objects(file)
        except Exception:  # noqa: S112 - whatever it refuses, there is nothing to compare
            continue
        assert {m.name.partition("@")[0].partition("#urn")[0] for m in manifests} >= {n for n in objects if n}
        for manifest in manifests:
            element = objects.get(manifest.name)
            if element is None:
                continue
            compared += 1
            for name, path in (MODEL_TEXTS if manifest.kind == "Model" else DATASET_TEXTS).items():
                said = getattr(element, name, None)
                if said and ".".join(path) not in manifest.missing:
                    assert at(manifest, *path) == said, (file.name, name)
            if manifest.kind == "Model":
                compare_metrics(manifest, element, file.name)
            else:
                biases = [b["description"] for b in at(manifest, "quality", "known_biases") or ()]
                assert biases == list(element.dataset_knownBias), file.name
    assert compared >= enough(4, 30)


def compare_metrics(manifest: Manifest, element: Any, name: str) -> None:
    measured = at(manifest, "evaluation", "measurements") or ()
    ours = [(m.get("source_metric", m["metric"]), m.get("value")) for m in measured]
    theirs = [(entry.key, number(entry.value)) for entry in element.ai_metric]
    assert ours == theirs, name
    parameters = {entry.key: entry.value for entry in element.ai_hyperparameter}
    kept = at(manifest, "design", "hyperparameters") or {}
    assert kept.items() <= parameters.items(), name


def test_our_spdx_sample_is_what_the_model_allows() -> None:
    objects = spdx_objects(SAMPLES / "spdx3" / "full" / "input.json")
    assert sorted(objects) == ["leaf-net", "park-trees", "street-trees", "tree-health"]


# --- Croissant: mlcroissant -----------------------------------------------------------------------------------------

CROISSANT = {
    "name": ("metadata", "name"),
    "data_collection": ("acquisition", "method"),
    "annotations_per_item": ("preparation", "annotation", "per_item"),
    "data_collection_missing_data": ("preparation", "missing_values"),
}


@pytest.mark.filterwarnings("ignore")
def test_croissant_files_agree_with_mlcroissant(shapes: Any) -> None:
    """Not among the tests' requirements, for it brings pandas, scipy and rdflib; it is asked where it is there."""
    mlcroissant = pytest.importorskip("mlcroissant", reason="it needs pandas, scipy and rdflib")
    compared = 0
    for file in files("croissant", "croissant"):
        manifests = read_all(file, shapes)
        try:
            theirs = mlcroissant.Dataset(jsonld=str(file)).metadata
        except Exception:  # noqa: S112 - whatever it refuses, there is nothing to compare
            continue
        for manifest in manifests:
            compared += 1
            for name, path in CROISSANT.items():
                said = getattr(theirs, name, None)
                if said and ".".join(path) not in manifest.missing:
                    assert str(at(manifest, *path)) == str(said), (file.name, name)
            biases = [b.get("description") for b in at(manifest, "quality", "known_biases") or ()]
            assert biases == list(theirs.data_biases or []), file.name
            licences = [str(getattr(licence, "name", None) or licence) for licence in theirs.license or []]
            if licences and "acquisition.license" not in manifest.missing:
                assert at(manifest, "acquisition", "license") == ", ".join(licences), file.name
    assert compared >= enough(1, 40)
