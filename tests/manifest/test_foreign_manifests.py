from __future__ import annotations

import json
from decimal import Decimal

import pytest

from aims_policy.manifest.foreign.read import format_names
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError

CARD = b"""\r
---\r
license: mit\r
language:\r
- no\r
pipeline_tag: text-classification\r
datasets: imdb\r
co2_eq_emissions:\r
  emissions: 250\r
model-index:\r
  name: scorer\r
  results:\r
  - dataset: {type: imdb, name: IMDb}\r
    metrics:\r
    - {type: Accuracy, value: 0.91}\r
    - {type: f1, value: "0.5"}\r
    - {type: reward, value: "20.0 \xc2\xb1 1.2"}\r
    - {type: precision, value: 91.5}\r
---\r
# Model Card for Scorer\r
<!-- Say what it does. -->\r
## Model Details\r
- **Developed by:** [More Information Needed]\r
## Uses\r
Scores reviews.\r
## Bias, Risks, and Limitations\r
- English only\r
- Short texts\r
  fare worse\r
```\r
# no heading\r
```\r
"""


def one(data: bytes, file: str, shapes):
    [manifest] = read_data(data, file, shapes)
    return manifest


def test_every_format_is_found_by_its_place():
    assert format_names()[0] == "aims"
    assert {"croissant", "cyclonedx", "hf-model-card", "hf-dataset-card", "spdx3"} <= set(format_names())


def test_a_model_card(shapes):
    manifest = one(CARD, "README.md", shapes)
    assert (manifest.kind, manifest.name, manifest.format) == ("Model", "scorer", "hf-model-card")
    data = manifest.data
    assert data["provenance"] == {"license": "mit"}
    assert data["design"] == {"task": "text-classification", "languages": ("no",)}
    assert data["training_data"] == {"datasets": ({"ref": "imdb"},)}
    assert data["compute"] == {"training_co2_kg": Decimal("0.250")}
    assert data["intended_use"] == {"summary": "Scores reviews."}
    assert data["limitations"] == {"known": ("English only", "Short texts\nfare worse")}
    assert data["evaluation"]["measurements"] == (
        {"metric": "accuracy", "source_metric": "Accuracy", "value": Decimal("0.91"), "dataset": "imdb"},
        {"metric": "f1", "value": Decimal("0.5"), "dataset": "imdb"},
        {"metric": "reward", "source_value": "20.0 ± 1.2", "dataset": "imdb"},
        {"metric": "precision", "source_value": "91.5", "dataset": "imdb"},
    )
    assert {path: gap.reason for path, gap in manifest.missing.items()} == {
        "evaluation.measurements[2].value": "`20.0 ± 1.2` is not a number",
        "evaluation.measurements[3].value": "`91.5` is no fraction from 0 to 1, and the file does not say its scale",
        "metadata.description": "placeholder `[More Information Needed]`",
    }


def test_a_card_knows_the_lines_of_front_matter_and_body(shapes):
    manifest = one(CARD, "README.md", shapes)
    assert manifest.locate("provenance.license")[:3] == ("README.md", 3, 10)
    assert manifest.locate("evaluation.measurements[1].value").line == 16
    assert manifest.locate("limitations.known[1]")[:3] == ("README.md", 28, 3)
    assert manifest.missing["metadata.description"].line == 23
    assert manifest.locate("fairness.groups").line == 1


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        (b"---\npretty_name: Loans\ntask_categories: [tabular]\n---\n", "Dataset", "Loans"),
        (b"---\nlicense: [mit]\n---\n# The Pets dataset\n", "Dataset", "The Pets dataset"),
        (b"---\nlicense: mit\n---\n", "Model", "credit"),
        (b"---\n---\n# Model card for {{ model_id }}\n", "Model", "credit"),
        (b"# Model Card for scorer\n## Uses\nTo score.\n", "Model", "scorer"),
        (b"---\nmodel-index: []\nco2_eq_emissions: 3.5\n---\n", "Model", "credit"),
    ],
)
def test_kind_and_name_of_cards(text, kind, name, shapes):
    manifest = one(text, "credit/README.md", shapes)
    assert (manifest.kind, manifest.name) == (kind, name)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"---\nlicense: mit\n# Title\n", "front-matter"),
        (b"---\n- a\n---\n", "front-matter"),
        (b"---\n\tlicense: mit\n---\n", "yaml-syntax"),
        (b"---\nlicense: mit\nlicense: apache\n---\n", "duplicate-key"),
        (b"# Minutes\nWe met.\n", "unknown-format"),
        (b"", "unknown-format"),
    ],
)
def test_cards_that_cannot_be_read(text, code, shapes):
    with pytest.raises(SourceError) as caught:
        read_data(text, "README.md", shapes)
    assert [d.code for d in caught.value.diagnostics] == [code]


def test_a_native_manifest_that_begins_with_dashes_is_no_card(shapes):
    text = b"---\napiVersion: aims/v1\nkind: Model\nmetadata: {name: a}\n---\n# comment\n"
    assert one(text, "<stdin>", shapes).format == "aims"


def test_a_card_from_stdin_is_known_by_its_content(shapes):
    assert one(CARD, "<stdin>", shapes).format == "hf-model-card"


def croissant(**fields):
    return json.dumps(
        {
            "@context": {"@vocab": "https://schema.org/", "rai": "http://mlcommons.org/croissant/RAI/"},
            "@type": "sc:Dataset",
            "dct:conformsTo": ["http://mlcommons.org/croissant/1.1"],
            "name": "pets",
            **fields,
        },
        indent=1,
    ).encode()


def test_croissant(shapes):
    text = croissant(
        license={"@id": "https://spdx.org/licenses/MIT"},
        version=1.5,
        inLanguage="en",
        temporalCoverage="2020-01-01/2021-01-01",
        distribution=[{"encodingFormat": "text/csv", "sha256": "AB" * 32}],
        **{
            "rai:dataBiases": ["Few cats", "Old photos"],
            "dataAnnotationProtocol": "By hand",
            "rai:annotationsPerItem": "about 3",
            "prov:wasDerivedFrom": {"@id": "https://example.org/base", "prov:label": "base"},
            "rai:dataSocialImpact": "None known",
        },
    )
    manifest = one(text, "pets.json", shapes)
    assert manifest.data == {
        "metadata": {"name": "pets", "version": "1.5"},
        "kind": "Dataset",
        "acquisition": {"license": "https://spdx.org/licenses/MIT"},
        "content": {
            "languages": ("en",),
            "formats": ("text/csv",),
            "period_start": manifest.data["content"]["period_start"],
            "period_end": manifest.data["content"]["period_end"],
        },
        "provenance": {
            "digest": "sha256:" + "ab" * 32,
            "sources": ({"name": "base", "location": "https://example.org/base"},),
        },
        "risk": {"entries": ({"description": "None known", "dimension": "societal"},)},
        "quality": {"known_biases": ({"description": "Few cats"}, {"description": "Old photos"})},
        "preparation": {"annotation": {"protocol": "By hand"}},
    }
    assert manifest.missing["preparation.annotation.per_item"].reason == "`about 3` is not a number"
    assert not manifest.notes


def test_croissant_in_a_list(shapes):
    assert one(b"[" + croissant() + b"]", "pets.json", shapes).locate("metadata.name").line == 10


BOM = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [
        {"type": "library", "name": "numpy"},
        {"type": "data", "bom-ref": "d1", "name": "loans", "hashes": [{"alg": "SHA-256", "content": "0" * 63}]},
        {
            "type": "machine-learning-model",
            "name": "scorer",
            "version": "2",
            "modelCard": {
                "modelParameters": {
                    "approach": {"type": "reinforcement-learning"},
                    "datasets": [{"ref": "d1"}, {"type": "dataset", "name": "extra"}],
                },
                "quantitativeAnalysis": {
                    "performanceMetrics": [
                        {
                            "type": "accuracy",
                            "value": "0.9",
                            "slice": "all",
                            "confidenceInterval": {"lowerBound": "n/a"},
                        },
                        {"type": "demographic_parity_difference", "value": "-0.2"},
                        {"type": "accuracy", "value": "Infinity"},
                    ]
                },
                "considerations": {"users": ["analysts"], "technicalLimitations": ["unknown"]},
            },
        },
    ],
}  # fmt: skip


def test_every_model_and_dataset_of_a_bom(shapes):
    dataset, model = read_data(json.dumps(BOM).encode(), "bom.json", shapes)
    assert (dataset.kind, dataset.name) == ("Dataset", "loans")
    assert (model.kind, model.name, model.version) == ("Model", "scorer", "2")
    assert dataset.missing["provenance.digest"].reason == "not a SHA-256 digest"
    assert model.data["design"] == {"learning_approach": "reinforcement"}
    assert [r.ref_id for r in model.references()] == ["dataset/loans", "dataset/extra"]
    assert model.data["intended_use"] == {"users": ("analysts",)}
    assert "limitations" not in model.data
    assert model.data["evaluation"]["measurements"] == (
        {"metric": "accuracy", "value": Decimal("0.9"), "group": "all"},
        {"metric": "accuracy", "source_value": "Infinity"},
    )
    assert model.data["fairness"]["measurements"] == (
        {"metric": "demographic_parity_difference", "value": Decimal("0.2"), "source_value": "-0.2"},
    )


def test_the_subject_of_a_bom_is_the_one_manifest(shapes):
    main = {"type": "machine-learning-model", "name": "main", "modelCard": {"considerations": {}}}
    bom = {**BOM, "metadata": {"component": main}}
    assert [m.name for m in read_data(json.dumps(bom).encode(), "bom.json", shapes)] == ["main"]


def test_a_subject_that_is_a_stub_leaves_the_word_to_the_components(shapes):
    bom = {**BOM, "metadata": {"component": {"type": "machine-learning-model", "name": "scorer"}}}
    read = read_data(json.dumps(bom).encode(), "bom.json", shapes)
    assert [(m.kind, m.name) for m in read] == [("Dataset", "loans"), ("Model", "scorer")]


def test_a_bom_without_models_is_refused(shapes):
    with pytest.raises(SourceError) as caught:
        read_data(b'{"bomFormat": "CycloneDX", "components": []}', "bom.json", shapes)
    assert [d.code for d in caught.value.diagnostics] == ["no-asset"]


@pytest.mark.parametrize("name", ["croissant", "cyclonedx", "hf-model-card"])
@pytest.mark.parametrize("text", [b"[]", b"{}", b'"a"', b'[{"components": 3, "license": {"a": [null]}}]'])
def test_a_forced_format_on_other_content_crashes_never(name, text, shapes):
    try:
        read_data(text, "m.json", shapes, as_format=name)
    except SourceError as error:
        assert error.diagnostics[0].code == "no-asset"


def test_a_section_that_says_more_goes_before_one_with_links(shapes):
    text = (
        b"# Dataset Card for Pets\n## Dataset Description\n- **Homepage:** here\n### Dataset Summary\nPets.\n"
    )
    assert one(text, "README.md", shapes).data["content"] == {"summary": "Pets."}


def test_a_later_section_fills_what_an_earlier_one_left_open(shapes):
    text = b"# Model Card for a\n## Uses\nTODO\n## Intended use\nTo score.\n"
    manifest = one(text, "README.md", shapes)
    assert manifest.data["intended_use"] == {"summary": "To score."}
    assert not manifest.missing
    assert manifest.locate("intended_use.summary").line == 5


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("ner/model-best/meta.json", "model-best"),
        ("spleen/configs/metadata.json", "spleen"),
        ("metadata.json", "metadata"),
        ("configs/metadata.json", "metadata"),
        ("letters/dataset_info.json", "letters"),
        ("letters/harbour.json", "harbour"),
    ],
)
def test_what_names_no_asset_is_called_after_its_folder_where_the_file_is_called_after_its_format(
    file, name, shapes
):
    bundle = b'{"monai_version": "1.4.0", "changelog": {}}'
    [manifest] = read_data(bundle, file, shapes)
    assert (manifest.name, manifest.is_named) == (name, False)
