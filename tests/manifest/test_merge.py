"""Several documents on one asset as one manifest: what is taken, what is kept apart, and where it stands."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import pytest

from aims_policy.manifest.evidence.merge import merged
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read
from aims_policy.source import SourceError, parse_json
from aims_policy.source.strength import TOOL, VERIFIED, Graded, graded, strength_of

SHAPES = shapes()


def manifest(file: str, spec: dict[str, Any], strength: str = "declared", **metadata: Any) -> Manifest:
    """One line of JSON for each field of the spec's sections, so that lines tell the fields apart."""
    value = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "m", **metadata}, "spec": spec}
    [found] = read([parse_json(json.dumps(value, indent=1), file)], SHAPES)
    return found if strength == "declared" else found.with_data(graded(found.data, strength))


def measured(**fields: Any) -> dict[str, Any]:
    return {"evaluation": {"measurements": [{"metric": "auc", **fields}]}}


def measurements(found: Manifest) -> Any:
    return found.data["evaluation"]["measurements"]


def test_a_manifest_alone_is_itself() -> None:
    alone = manifest("a.json", {})
    assert merged(alone, []) is alone


def test_what_one_lacks_another_gives_at_its_own_place() -> None:
    found = merged(
        manifest("a.json", {"provenance": {"license": "mit"}}),
        [manifest("b.json", {"provenance": {"commit": "08d3e5f"}, "design": {"task": "ranking"}})],
    )
    assert found.data["provenance"] == {"license": "mit", "commit": "08d3e5f"}
    places = {path: found.locate(path) for path in ("provenance.license", "provenance.commit", "design.task")}
    assert {path: place.file for path, place in places.items()} == {
        "provenance.license": "a.json", "provenance.commit": "b.json", "design.task": "b.json"
    }  # fmt: skip
    assert places["design.task"].source.digest == found.sources[0].digest
    assert [s.file for s in found.sources] == ["b.json"]
    assert found.file == "a.json"
    assert not found.disagreements
    assert not found.notes


def test_name_and_kind_stay_the_manifests_own_and_the_rest_of_metadata_is_evidence() -> None:
    found = merged(manifest("a.json", {}), [manifest("b.json", {}, version="2", owner="Ada Lovelace")])
    assert (found.name, found.data["metadata"]) == (
        "m",
        {"name": "m", "version": "2", "owner": "Ada Lovelace"},
    )


def test_other_values_for_one_field_are_kept_both_and_told() -> None:
    found = merged(
        manifest("a.json", {"provenance": {"license": "mit"}}),
        [
            manifest("b.json", {"provenance": {"license": "other"}}),
            manifest("c.json", {"provenance": {"license": "mit"}}),
        ],
    )
    [(path, candidates)] = found.disagreements.items()
    assert (path, [c.value for c in candidates]) == (("provenance", "license"), ["mit", "other"])
    assert [found.reading({path: n}).data["provenance"]["license"] for n in (0, 1)] == ["mit", "other"]
    assert [found.reading({path: n}).locate("provenance.license").file for n in (0, 1)] == [
        "a.json",
        "b.json",
    ]
    [note] = found.notes
    assert (note.code, note.file, note.severity) == ("sources-disagree", "a.json", "warning")
    assert "b.json" in note.message


def test_a_placeholder_never_overrides_and_is_filled() -> None:
    gives, lacks = {"provenance": {"license": "mit"}}, {"provenance": {"license": "TODO"}}
    for main, other in ((gives, lacks), (lacks, gives)):
        found = merged(manifest("a.json", main), [manifest("b.json", other)])
        assert found.data["provenance"] == {"license": "mit"}
        assert not found.missing
        assert not found.disagreements


def test_a_gap_of_a_source_is_told_where_it_stands() -> None:
    found = merged(manifest("a.json", {}), [manifest("b.json", {"provenance": {"license": "TODO"}})])
    assert found.missing["provenance.license"].file == "b.json"
    assert found.missing["provenance.license"].reason == "placeholder `TODO`"


def test_lists_come_together_without_repetition() -> None:
    found = merged(
        manifest("a.json", {"fairness": {"groups": ["women", "men"]}}),
        [manifest("b.json", {"fairness": {"groups": ["men", "people under 30"]}})],
    )
    assert found.data["fairness"]["groups"] == ("women", "men", "people under 30")
    assert found.locate("fairness.groups[2]").file == "b.json"
    assert found.locate("fairness.groups[1]").file == "a.json"


def test_a_list_that_one_source_leaves_open_is_not_closed_by_another() -> None:
    """Else a failing entry could be put out of the way by an empty one beside it."""
    whole, holed = {"fairness": {"groups": ["men"]}}, {"fairness": {"groups": ["women", None]}}
    for main, other in ((whole, holed), (holed, whole)):
        found = merged(manifest("a.json", main), [manifest("b.json", other)])
        assert "groups" not in found.data["fairness"]
        assert found.missing["fairness.groups[1]"].reason == "null"


def test_a_report_that_agrees_lends_its_strength() -> None:
    declared = manifest("a.json", measured(value=0.8, threshold=0.7, sample_size=1000))
    report = manifest("r.json", measured(value=0.8, tool="sklearn 1.6", date="2026-05-01"), TOOL)
    [entry] = measurements(merged(declared, [report]))
    assert entry == {
        "metric": "auc", "value": Decimal("0.8"), "threshold": Decimal("0.7"), "sample_size": 1000,
        "tool": "sklearn 1.6", "date": report.data["evaluation"]["measurements"][0]["date"],
    }  # fmt: skip
    assert strength_of(entry) == TOOL
    found = merged(declared, [report])
    assert found.locate("evaluation.measurements[0].tool").file == "r.json"
    assert found.locate("evaluation.measurements[0].threshold").file == "a.json"


@pytest.mark.parametrize(
    ("declared", "report", "strengths"),
    [
        ({"value": 0.8}, {"value": 0.8}, [TOOL]),
        ({}, {"value": 0.8}, [TOOL]),
        ({"value": 0.8}, {}, ["declared"]),  # the report names the metric and gives no result
        ({"value": 0.8, "upper": 0.9}, {"value": 0.8}, ["declared"]),  # a bound that the report does not give
        ({"value": 0.9}, {"value": 0.8}, ["declared", TOOL]),
        ({"value": 0.8, "group": "women"}, {"value": 0.8}, ["declared", TOOL]),
        ({"value": 0.8, "dataset": "d"}, {"value": 0.8, "dataset": "dataset/d"}, [TOOL]),
        ({"value": 0.8, "dataset": "d"}, {"value": 0.8, "dataset": "e"}, ["declared", TOOL]),
        ({"value": 0.8, "date": "2026-05-01"}, {"value": 0.8, "date": "2026-05-01T17:30:00Z"}, [TOOL]),
        ({"value": 0.8, "date": "2026-05-01"}, {"value": 0.8, "date": "2026-05-02"}, ["declared", TOOL]),
        ({"value": 0.8, "tool": "sklearn 1.6"}, {"value": 0.8, "tool": "scikit-learn"}, [TOOL]),
    ],
)
def test_how_strong_entries_are_after_a_report(declared: Any, report: Any, strengths: list[str]) -> None:
    found = merged(manifest("a.json", measured(**declared)), [manifest("r.json", measured(**report), TOOL)])
    assert list(map(strength_of, measurements(found))) == strengths


def test_which_tool_it_was_the_report_knows_best() -> None:
    declared, report = (measured(value=0.8, tool=tool) for tool in ("a spreadsheet", "sklearn 1.6"))
    found = merged(manifest("a.json", declared), [manifest("r.json", report, TOOL)])
    assert [m["tool"] for m in measurements(found)] == ["sklearn 1.6"]
    assert found.locate("evaluation.measurements[0].tool").file == "r.json"
    assert found.locate("evaluation.measurements[0].value").file == "a.json"
    both_declared = merged(manifest("a.json", declared), [manifest("b.json", report)])
    assert len(measurements(both_declared)) == 2


def test_two_results_of_one_measurement_are_both_kept_and_told() -> None:
    found = merged(
        manifest("a.json", measured(value=0.9)),
        [manifest("r.json", measured(value=0.6), TOOL), manifest("s.json", measured(value=0.9))],
    )
    assert [m["value"] for m in measurements(found)] == [Decimal("0.9"), Decimal("0.6")]
    assert found.locate("evaluation.measurements[1].value").file == "r.json"
    assert "`evaluation.measurements[0].value`" in found.notes[0].message
    assert "r.json" in found.notes[0].message


def test_what_was_verified_takes_the_place_of_what_was_said_but_not_of_a_doubt() -> None:
    said = {"verified": True, "signer": "the pipeline", "verified_on": "2026-01-01", "present": True}
    proof = manifest(
        "m.sig", {"provenance": {"signature": {**said, "signer": "key 1", "verified_on": "2026-06-01"}}}
    )
    signature = Graded({**proof.data["provenance"]["signature"], "verified": True}, VERIFIED)
    proof = proof.with_data({**proof.data, "provenance": {"signature": signature}})
    found = merged(manifest("a.json", {"provenance": {"signature": said}}), [proof])
    assert found.data["provenance"]["signature"] == signature
    assert strength_of(found.data["provenance"]["signature"]) == VERIFIED
    assert found.locate("provenance.signature.signer").file == "m.sig"
    assert not found.disagreements
    doubted = merged(manifest("a.json", {"provenance": {"signature": {**said, "verified": False}}}), [proof])
    assert list(doubted.disagreements) == [("provenance", "signature", "verified")]


def test_references_of_every_source_reach_the_graph() -> None:
    def trained_on(*names: str) -> dict[str, Any]:
        return {"training_data": {"datasets": [{"ref": name, "role": "training"} for name in names]}}

    found = merged(manifest("a.json", trained_on("x", "y")), [manifest("b.json", trained_on("z", "y"))])
    assert [(r.path, r.ref_id) for r in found.references()] == [
        ("training_data.datasets[0].ref", "dataset/x"),
        ("training_data.datasets[1].ref", "dataset/y"),
        ("training_data.datasets[2].ref", "dataset/z"),
    ]
    assert found.locate("training_data.datasets[2].ref").file == "b.json"


def test_merging_again_is_merging_at_once() -> None:
    first, second, third = (
        manifest(f"{license_}.json", {"provenance": {"license": license_}}) for license_ in ("a", "b", "c")
    )
    at_once, in_steps = merged(first, [second, third]), merged(merged(first, [second]), [third])
    assert at_once.disagreements == in_steps.disagreements
    assert at_once.sources == in_steps.sources
    assert at_once.notes == in_steps.notes


def test_positions_are_found_again_after_they_were_forgotten() -> None:
    found = merged(manifest("a.json", {}), [manifest("b.json", {"design": {"task": "ranking"}})])
    before = found.locate("design.task")
    found.forget_positions()
    assert found.locate("design.task") == before


def test_nothing_of_a_merged_manifest_can_be_changed() -> None:
    found = merged(manifest("a.json", {}), [manifest("b.json", {})])
    with pytest.raises(AttributeError):
        found.name = "other"


def test_no_file_can_write_a_strength() -> None:
    with pytest.raises(SourceError, match="`strength` is not a field"):
        manifest("a.json", measured(value=0.8, strength="verified"))
    found = manifest("a.json", {"extensions": {"results": [{"value": 1, "strength": "verified"}]}})
    assert [strength_of(r) for r in found.data["extensions"]["results"]] == ["declared"]


def test_a_merged_manifest_survives_being_put_aside() -> None:
    """Of very many manifests most wait in a file until they are decided."""
    report = manifest("r.json", measured(value=0.6, tool="sklearn 1.6"), TOOL)
    found = merged(manifest("a.json", {**measured(value=0.9), "design": {"task": "a"}}), [report])
    other = merged(found, [manifest("b.json", {"design": {"task": "b"}})])
    again = pickle.loads(pickle.dumps(other))  # noqa: S301 - just written
    assert again.data == other.data
    assert [strength_of(m) for m in measurements(again)] == ["declared", TOOL]
    assert again.disagreements == other.disagreements
    assert again.locate("evaluation.measurements[1].tool") == other.locate("evaluation.measurements[1].tool")
