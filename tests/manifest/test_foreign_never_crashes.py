"""Whatever stands in a foreign file's fields: manifests or a SourceError, and every place can be found."""

from __future__ import annotations

import copy
import itertools
import json
import random
import time
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from aims_policy.manifest.foreign.read import read_foreign, recognised
from aims_policy.manifest.foreign.sections import Section
from aims_policy.manifest.read import read_data
from aims_policy.source import SourceError

BOM = {
    "bomFormat": "CycloneDX",
    "metadata": {"component": {"type": "application", "name": "app"}},
    "components": [
        {
            "type": "machine-learning-model",
            "bom-ref": "m",
            "name": "scorer",
            "version": "1",
            "description": "Scores",
            "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR X"}],
            "hashes": [{"alg": "SHA-256", "content": "0" * 64}],
            "supplier": {"name": "Acme"},
            "pedigree": {"ancestors": [{"name": "base"}]},
            "externalReferences": [
                {"type": "vcs", "url": "https://example.org"},
                {"type": "documentation", "url": "u"},
            ],
            "modelCard": {
                "modelParameters": {
                    "approach": {"type": "supervised"},
                    "inputs": [{"format": "text"}],
                    "datasets": [{"ref": "d"}, {"name": "n"}],
                },
                "quantitativeAnalysis": {
                    "performanceMetrics": [
                        {"type": "f1", "value": "0.5", "confidenceInterval": {"lowerBound": "0.4"}}
                    ]
                },
                "considerations": {
                    "users": ["a"],
                    "ethicalConsiderations": [{"name": "x", "mitigationStrategy": "y"}],
                    "fairnessAssessments": [{"groupAtRisk": "g", "mitigationStrategy": "s"}],
                    "environmentalConsiderations": {
                        "energyConsumptions": [
                            {"activity": "training", "activityEnergyCost": {"value": 1, "unit": "kWh"}},
                        ]
                    },
                },
            },
        },
        {
            "type": "data",
            "bom-ref": "d",
            "name": "loans",
            "data": [{"classification": "public", "governance": {"owners": [{"contact": {"name": "A"}}]}}],
        },
    ],
}
CROISSANT = {
    "@context": {"@vocab": "https://schema.org/"},
    "@type": "sc:Dataset",
    "conformsTo": "http://mlcommons.org/croissant/1.0",
    "name": "pets",
    "license": ["MIT", {"@id": "x"}],
    "creator": [{"name": "A"}],
    "inLanguage": ["en"],
    "temporalCoverage": "2020-01-01/2021-01-01",
    "distribution": [{"encodingFormat": "text/csv", "sha256": "0" * 64}],
    "recordSet": [{"field": [{"name": "f"}]}],
    "rai:dataBiases": ["b"],
    "rai:annotationsPerItem": "3",
    "rai:dataCollectionTimeframe": ["2020-01-01", "2020-02-01"],
    "rai:dataPreprocessingProtocol": ["p"],
    "rai:personalSensitiveInformation": ["none"],
    "prov:wasDerivedFrom": [{"@id": "x", "prov:label": "l"}],
}
FRONT = {
    "license": "mit",
    "language": ["en"],
    "datasets": ["a"],
    "base_model": "b",
    "base_model_relation": "merge",
    "pipeline_tag": "t",
    "library_name": "l",
    "co2_eq_emissions": {"emissions": 3, "source": "s"},
    "source_datasets": ["original", "extended|x"],
    "pretty_name": "p",
    "task_categories": ["c"],
    "model-index": [
        {
            "name": "n",
            "results": [
                {
                    "task": {"type": "t"},
                    "dataset": {"name": "d", "type": "e"},
                    "metrics": [{"type": "f1", "value": 0.3, "name": "F1"}],
                    "source": {"url": "u"},
                }
            ],
        }
    ],
}
ODD = [
    None,
    True,
    3,
    -1.5,
    10**30,
    "",
    "TODO",
    "x" * 300,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"a": None},
    ["TODO", "b"],
    {"name": 3},
]


def places(value, path=()):
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in pairs:
        yield from places(item, (*path, key))


def mutate(value, dice):
    copied = copy.deepcopy(value)
    for _ in range(dice.randint(1, 3)):
        *parent, key = dice.choice([p for p in places(copied) if p])
        holder = copied
        for step in parent:
            holder = holder[step]
        holder[key] = copy.deepcopy(dice.choice(ODD))
    return copied


def paths(value, path=""):
    yield path
    pairs = value.items() if isinstance(value, dict) else ()
    for key, item in pairs:
        yield from paths(item, f"{path}.{key}" if path else key)
    for index, item in enumerate(value) if isinstance(value, tuple) else ():
        yield from paths(item, f"{path}[{index}]")


def card(front) -> bytes:
    return f"---\n{json.dumps(front)}\n---\n# Title\n## Uses\nFor tests.\n## Limitations\n- TODO\n".encode()


@pytest.mark.parametrize(
    ("source", "as_format"),
    [(BOM, None), (CROISSANT, None), (FRONT, "hf-model-card"), (FRONT, "hf-dataset-card")],
    ids=["cyclonedx", "croissant", "hf-model-card", "hf-dataset-card"],
)
@pytest.mark.parametrize("seed", range(4))
def test_mutated_documents(source, as_format, seed, shapes):
    dice = random.Random(seed)  # noqa: S311 - repeatable, and no secret
    seen = 0
    for _ in range(60):
        mutated = mutate(source, dice)
        data = card(mutated) if source is FRONT else json.dumps(mutated).encode()
        try:
            manifests = read_data(
                data, "README.md" if source is FRONT else "m.json", shapes, as_format=as_format
            )
        except SourceError:
            continue
        seen += 1
        for manifest in manifests:
            assert manifest.name
            assert all(gap.line > 0 and gap.reason for gap in manifest.missing.values())
            assert all(manifest.locate(path).line > 0 for path in paths(manifest.data))
            assert None not in [r.ref_id for r in manifest.references()]
    assert seen > 20


@pytest.mark.parametrize(
    "text",
    [
        b"a\n" * 300_000,
        b"- a\n" * 100_000,
        b"# a\n" * 50_000,
        b"<!--" * 100_000,
        b"---\n" * 100_000,
        b"a: " * 200_000,
        b"a" + b"\n" * 300_000,
        b"\n -*_+[optional]" * 20_000,
    ],
)
def test_long_cards_take_little_time(text, shapes):
    start = time.process_time()
    [manifest] = read_data(b"# Model Card for a\n## Limitations\n" + text, "README.md", shapes)
    assert manifest.locate("limitations.known[0]").line > 0
    assert time.process_time() - start < 5


def test_a_bom_of_many_models_takes_little_time(shapes):
    """The graph of dependencies was once gone through for each of the models."""
    refs = [f"m{i}" for i in range(6_000)]
    models = [{"type": "machine-learning-model", "name": ref, "bom-ref": ref} for ref in refs]
    graph = [{"ref": ref, "dependsOn": [other]} for ref, other in itertools.pairwise(refs)]
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": models, "dependencies": graph}
    data = json.dumps(bom).encode()
    start = time.process_time()
    manifests = read_data(data, "bom.json", shapes)
    assert time.process_time() - start < 3
    assert [m.data["provenance"]["base_models"][0]["ref"] for m in manifests[:2]] == ["m1", "m2"]


SAMPLES = sorted((Path(__file__).parent / "formats").glob("*/full*/input.*"))


class Changed:
    """A sample's document with another value; places that are gone are those of what is above them."""

    def __init__(self, document, value):
        self.document = document
        self.value = value

    def __getattr__(self, name):
        return getattr(self.document, name)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: f"{file.parent.parent.name}-{file.suffix[1:]}")
def test_mutated_samples_of_every_format(sample, shapes):
    """As they are read, and as they are made to be read where they are recognised no more."""
    dice = random.Random(sample.parent.parent.name)  # noqa: S311 - repeatable, and no secret
    name = "README.md" if sample.suffix == ".md" else sample.name
    [first, *_] = read_data(sample.read_bytes(), name, shapes)
    document, seen = first._document, 0
    for round_ in range(120):
        changed = Changed(document, as_read(mutate(as_read(document.value), dice)))
        if sample.suffix == ".md":
            if not well_formed(changed.value):
                continue
            changed.value["body"] = as_sections(changed.value["body"])
        try:
            format_ = recognised(changed, first.format if round_ % 2 else None)
            manifests = read_foreign(changed, shapes, *format_)
        except SourceError as error:
            assert all(d.code and d.message for d in error.diagnostics)
            continue
        seen += 1
        for manifest in manifests:
            assert manifest.name
            assert all(gap.line > 0 and gap.reason for gap in manifest.missing.values())
            assert all(manifest.locate(path).line > 0 for path in paths(manifest.data))
    assert seen > 10


class Told(dict):
    """A section of a card whose lines and items are given, and not read from a text."""

    def __init__(self, given, start, body):
        super().__init__(given)
        self.start, self.body = start, body

    def has_lines(self):
        return bool(self["lines"])

    def holds(self, marks, words):
        return any(marks in line or words in line.casefold() for line in self["lines"])

    def has(self, place):
        return self.start <= place < self.start + sum(len(line) + 1 for line in self["lines"])


def as_sections(given):
    """Sections in one body, whose text is that of their lines."""
    lined = "".join(f"\n{line}" for section in given for line in section["lines"])
    body, start, found = SimpleNamespace(lined=lined, shift=0), 0, []
    for section in given:
        found.append(Told(section, start, body))
        start += sum(len(line) + 1 for line in section["lines"])
    return found


def as_read(value):
    """A value as the parsers make it: no number is a float. Sections of a card are read to their last line."""
    if isinstance(value, Section):
        return dict(value, lines=list(value["lines"]), items=list(value["items"]))
    if isinstance(value, dict):
        return {key: as_read(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_read(item) for item in value]
    return Decimal(str(value)) if isinstance(value, float) else value


def well_formed(card) -> bool:
    """Whether a card is still what the reader of Markdown makes of any file."""
    return (
        isinstance(card, dict)
        and isinstance(card.get("front_matter"), dict)
        and isinstance(card.get("body"), list)
        and all(
            isinstance(s, dict)
            and isinstance(s.get("heading"), str)
            and isinstance(s.get("level"), int)
            and all(
                isinstance(s.get(k), list) and all(isinstance(x, str) for x in s[k])
                for k in ("lines", "items")
            )
            for s in card["body"]
        )
    )
