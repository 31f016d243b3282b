"""The catalogue against what is known of the standard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from aims_policy import catalog
from aims_policy.manifest.models.vocabulary import DocumentedInformation
from aims_policy.manifest.native.shape import shapes
from aims_policy.source import read_file

IDS = [
    "A.2.2", "A.2.3", "A.2.4", "A.3.2", "A.3.3", "A.4.2", "A.4.3", "A.4.4", "A.4.5",
    "A.4.6", "A.5.2", "A.5.3", "A.5.4", "A.5.5", "A.6.1.2", "A.6.1.3", "A.6.2.2", "A.6.2.3",
    "A.6.2.4", "A.6.2.5", "A.6.2.6", "A.6.2.7", "A.6.2.8", "A.7.2", "A.7.3", "A.7.4", "A.7.5",
    "A.7.6", "A.8.2", "A.8.3", "A.8.4", "A.8.5", "A.9.2", "A.9.3", "A.9.4", "A.10.2",
    "A.10.3", "A.10.4",
]  # fmt: skip
COUNTS = {
    "A.2": 3, "A.3": 2, "A.4": 5, "A.5": 4, "A.6.1": 2, "A.6.2": 7, "A.7": 5, "A.8": 4, "A.9": 3, "A.10": 3,
}  # fmt: skip
REFERENCE = Path(__file__).parents[3] / "shared" / "reference"
with_reference = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not part of the project")
KINDS = {"Model", "Dataset", "AISystem", "Supplier", "Organization"}


def reference(name: str) -> Any:
    [document] = read_file(REFERENCE / name)
    return document.value


def test_the_38_controls_in_natural_order() -> None:
    assert list(catalog.controls()) == IDS
    assert len(IDS) == 38


def test_the_objectives() -> None:
    assert {entry.id: len(entry.controls) for entry in catalog.objectives().values()} == COUNTS
    assert list(catalog.objectives()) == list(COUNTS)
    assert len({entry.area for entry in catalog.objectives().values()}) == 9
    listed = [member for entry in catalog.objectives().values() for member in entry.controls]
    assert listed == IDS


@pytest.mark.parametrize("identifier", IDS)
def test_every_control_is_complete(identifier: str) -> None:
    control = catalog.control(identifier)
    assert control.id == identifier
    assert control.objective in catalog.objectives()
    assert identifier.startswith(control.objective + ".")
    assert set(control.applies_to) <= KINDS and control.applies_to
    assert control.level in ("manifest", "profile", "both")
    assert (control.level == "profile") == (control.applies_to == ("Organization",))
    assert control.evidence and control.nist_proposed and control.eu_ai_act
    assert set(control.oecd) <= set(catalog.oecd()) and control.oecd
    assert set(control.serves) <= set(catalog.annex_c().objectives) and control.serves
    assert not set(control.nist_published) & set(control.nist_proposed)


def test_every_objective_of_annex_c_is_served() -> None:
    served = {objective for control in catalog.controls().values() for objective in control.serves}
    assert served == set(catalog.annex_c().objectives)


def test_annex_c() -> None:
    assert list(catalog.annex_c().objectives) == [f"C.2.{number}" for number in range(1, 12)]
    assert list(catalog.annex_c().risk_sources) == [f"C.3.{number}" for number in range(1, 8)]
    assert catalog.annex_c().objectives["C.2.11"] == "Transparency and explainability"


def test_clauses() -> None:
    clauses = catalog.clauses()
    assert len(clauses) == 27
    first, *_, last = clauses
    assert (first, last) == ("4.1", "10.2")
    assert {number.split(".")[0] for number in clauses} == {"4", "5", "6", "7", "8", "9", "10"}
    assert [record.what for record in clauses["6.1.3"].keep] == [
        "risk treatment process",
        "Statement of Applicability",
        "risk treatment plan",
    ]
    assert all(clause.needs and clause.title for clause in clauses.values())


def test_own_mappings_are_labelled() -> None:
    labels = catalog.mapping_labels()
    own = {name for name, label in labels.items() if "own mapping" in label}
    assert own == {"nist_proposed", "eu_ai_act", "oecd", "serves"}
    assert "published" in labels["nist_published"]


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        catalog.controls()["A.2.2"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        catalog.control("A.2.2").title = ""  # type: ignore[misc]


def test_importing_reads_nothing() -> None:
    program = (
        "import sys, aims_policy.catalog; print('yaml' in sys.modules, 'aims_policy.source' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "False False\n"


@with_reference
def test_the_facts_are_those_of_the_reference() -> None:
    listed = reference("annex_a.yaml")
    assert [entry["id"] for entry in listed["controls"]] == IDS
    for entry in listed["controls"]:
        control = catalog.control(entry["id"])
        assert control.title == entry["title"]
        assert control.objective == entry["objective"]["id"]
        assert control.level == entry["level"]
        for name in ("applies_to", "nist_published", "nist_proposed", "eu_ai_act", "oecd"):
            assert list(getattr(control, name)) == entry[name], (control.id, name)
    titles = {key: entry["title"] for key, entry in listed["meta"]["objectives"].items()}
    assert {key: entry.title for key, entry in catalog.objectives().items()} == titles
    assert list(catalog.oecd()) == list(listed["meta"]["oecd_ids"])


def test_what_is_kept_can_be_declared_and_what_shows_it_are_fields_of_manifests() -> None:
    kept = [record for clause in catalog.clauses().values() for record in clause.keep]
    assert [record.id for record in kept] == list(get_args(DocumentedInformation))
    for kind, path in (place for one in (*catalog.clauses().values(), *kept) for place in one.shown_by):
        shape = shapes()[kind]
        for step in path.split("."):
            assert shape[0] == "record" and step in shape[2], (kind, path)
            shape = shape[2][step]


@with_reference
def test_clauses_and_annex_c_are_those_of_the_reference() -> None:
    listed = reference("clauses.yaml")
    assert dict(catalog.annex_c().objectives) == listed["annex_c"]["objectives"]
    assert dict(catalog.annex_c().risk_sources) == listed["annex_c"]["risk_sources"]
    for number, entry in listed["clauses"].items():
        kept = [{"kind": r.kind, "what": r.what} for r in catalog.clauses()[number].keep]
        assert kept == entry.get("keep", [])
