"""Decisions on evidence from several files: all of them are on record, and decide again without any disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from aims_policy.decision import decide
from aims_policy.ledger import Entry, Input, Record
from aims_policy.ledger.inputs import inputs_of
from aims_policy.ledger.replay import Replayed, replay
from aims_policy.manifest.evidence.files import Given, attach_files
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.read import read
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.load import load_bundle
from tests.decision.conftest import AT
from tests.ledger.conftest import SHAPES, SOUND, make_bundle, rule
from tests.ledger.test_replay import entries

ENOUGH = rule("t/auc", '$all([v >= 0.7 for v in $measured(evaluation.measurements, "auc")])', kinds="Model")
FAIR = rule("t/fair", '$all([$as_strong_as(m, "tool") for m in fairness.measurements])', kinds="Model")
KNOWN = rule("t/known", "content.records >= 5", kinds="Dataset")
MODEL = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer, owner: Ada Lovelace}
spec:
  evidence: [{file: ../reports/tests.xml}, {file: ../reports/fair.json}]
  training_data: {datasets: [{ref: loans, role: training}]}
"""
DATASET = """\
apiVersion: aims/v1
kind: Dataset
metadata: {name: loans, owner: Ada Lovelace}
spec:
  evidence: [{file: ../reports/card.yaml}]
"""
CARD = """\
apiVersion: aims/v1
kind: Dataset
metadata: {name: loans, description: Of a secret kind}
spec: {content: {records: 7}}
"""
TESTS = """\
<?xml version="1.0"?>
<testsuites><testsuite name="scorer" tests="1" failures="0" errors="0" skipped="0">
  <properties><property name="auc" value="0.8"/></properties>
  <testcase classname="t" name="test_auc"/>
</testsuite></testsuites>
"""
FAIRNESS = """\
{"unprivileged_groups": [{"sex": "women"}], "privileged_groups": [{"sex": "men"}],
 "metrics": {"demographic_parity_difference": 0.05, "equal_opportunity_difference": 0.04}}
"""
WORSE = (
    MODEL.split("spec:", maxsplit=1)[0] + "spec:\n  evaluation: {measurements: [{metric: auc, value: 0.4}]}\n"
)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_bundle(tmp_path_factory.mktemp("policies"), ENOUGH, FAIR, KNOWN, SOUND)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for name, text in (
        ("inventory/model.yaml", MODEL),
        ("inventory/loans.yaml", DATASET),
        ("reports/card.yaml", CARD),
        ("reports/tests.xml", TESTS),
        ("reports/fair.json", FAIRNESS),
        ("reports/worse.yaml", WORSE),
    ):
        file = tmp_path / "shop" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "shop"


def decided(
    shop: Path, bundle: Bundle, *given: Given, of: Sequence[str] = ("loans", "model")
) -> list[Record]:
    """A record of each manifest, decided with its evidence and in the light of the others."""
    files = [str(shop / "inventory" / f"{name}.yaml") for name in of]
    manifests = [m for file in files for m in read(file, SHAPES, root=str(shop))]
    manifests = attach_files(manifests, given, SHAPES)
    return recorded(manifests, bundle)


def recorded(manifests: Sequence[Manifest], bundle: Bundle) -> list[Record]:
    found = decide(manifests, bundle, at=AT)
    return [Record(d, "cli", inputs=inputs_of(m, manifests)) for m, d in found]


def gone(shop: Path) -> None:
    """Whoever reads a file from now on is found out."""
    for file in shop.rglob("*.*"):
        file.write_text("changed: {since: then", encoding="utf-8")


def names(inputs: Sequence[Input]) -> list[tuple[str, str]]:
    return [(Path(i.name).name, i.evidence_on) for i in inputs]


def test_files_that_manifests_list_are_on_record_and_decide_again(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    data, model = records = decided(shop, bundle)
    assert [r.decision.verdict for r in records] == ["pass", "pass"]
    assert names(data.inputs) == [("loans.yaml", ""), ("card.yaml", "dataset/loans")]
    assert names(model.inputs) == [
        ("model.yaml", ""),
        ("loans.yaml", ""),
        ("tests.xml", "model/scorer"),
        ("fair.json", "model/scorer"),
        ("card.yaml", "dataset/loans"),
    ]
    assert [i.content for i in model.inputs[2:]] == [t.encode() for t in (TESTS, FAIRNESS, CARD)]
    kept = entries(tmp_path, records)
    assert [e.inputs for e in kept] == [r.inputs for r in records]
    gone(shop)
    assert [replay(e, bundle).status for e in kept] == ["identical", "identical"]


@pytest.mark.parametrize(
    "given",
    [
        ["worse.yaml"],
        ["model/scorer=worse.yaml"],
        ["tests.xml"],  # which it lists, too
        ["worse.yaml", "tests.xml", "worse.yaml"],
        ["model/scorer=worse.yaml", "card.yaml", "dataset/loans=card.yaml"],
    ],
)
def test_files_that_were_handed_over_are_merged_as_they_were(
    shop: Path, tmp_path: Path, bundle: Bundle, given: list[str]
) -> None:
    files = [Given(str(shop / "reports" / g.rpartition("=")[2]), g.rpartition("=")[0]) for g in given]
    records = decided(shop, bundle, *files)
    on_model = [i for i in records[1].inputs if i.evidence_on == "model/scorer"]
    sources = records[1].decision.subject.sources
    assert [(i.name, i.digest) for i in on_model] == [(s.file, s.digest) for s in sources]
    assert (records[1].decision.verdict == "fail") is any("worse" in g for g in given)
    kept = entries(tmp_path, records)
    gone(shop)
    assert [(r.status, r.note) for r in (replay(e, bundle) for e in kept)] == [("identical", "")] * 2


def test_of_what_was_handed_over_under_another_name_the_asset_is_remembered(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    other = shop / "reports" / "other.yaml"
    other.write_text(WORSE.replace("scorer", "clf-2024"), encoding="utf-8")
    records = decided(shop, bundle, Given(str(other), "model/scorer"))
    assert records[1].decision.verdict == "fail"
    assert [replay(e, bundle).status for e in entries(tmp_path, records)] == ["identical"] * 2


def test_evidence_that_was_not_kept_is_found_by_its_digest_or_named(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    records = decided(shop, bundle)
    _, model = entries(tmp_path, records, keep=False)
    contents = {i.digest: i.content for i in records[1].inputs}
    gone(shop)
    assert replay(model, bundle, contents.get).status == "identical"
    for lost in model.inputs:
        result = replay(model, bundle, lambda d, lost=lost: contents[d] if d != lost.digest else None)
        assert (result.status, lost.digest in result.note) == ("lacking", True)


def without(entry: Entry, name: str) -> Entry:
    return entry._replace(inputs=tuple(i for i in entry.inputs if Path(i.name).name != name))


@pytest.mark.parametrize("name", ["tests.xml", "fair.json", "card.yaml", "worse.yaml", "loans.yaml"])
def test_a_record_without_one_of_its_files_is_never_identical(
    shop: Path, tmp_path: Path, bundle: Bundle, name: str
) -> None:
    records = decided(shop, bundle, Given(str(shop / "reports" / "worse.yaml")))
    _, model = entries(tmp_path, records)
    assert replay(model, bundle).status == "identical"
    assert replay(without(model, name), bundle).status in ("lacking", "differs")


@pytest.mark.parametrize("change", [lambda i: (*i[:2], i[3], i[2], *i[4:]), lambda i: (*i, i[2])])
def test_evidence_in_another_order_or_more_of_it_is_not_what_was_decided(
    shop: Path, tmp_path: Path, bundle: Bundle, change: Callable[[Sequence[Input]], tuple[Input, ...]]
) -> None:
    _, model = entries(tmp_path, decided(shop, bundle))
    result = replay(model._replace(inputs=change(model.inputs)), bundle)
    assert result.status in ("lacking", "differs")


def test_another_bundle_decides_with_the_evidence_too(shop: Path, tmp_path: Path, bundle: Bundle) -> None:
    kept = entries(tmp_path, decided(shop, bundle))
    stricter = make_bundle(tmp_path, ENOUGH.replace("0.7", "0.9"), FAIR, KNOWN, SOUND)
    results = [replay(e, stricter) for e in kept]
    assert [(r.status, r.verdict) for r in results] == [("changed", "pass"), ("changed", "fail")]


def test_a_file_with_another_manifest_whose_evidence_was_not_needed(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    (shop / "inventory" / "both.yaml").write_text(
        f"{DATASET}---\n{MODEL.replace('name: scorer', 'name: apart').replace('ref: loans', 'ref: none')}"
    )
    both = decided(shop, bundle, of=["both"])
    assert names(both[0].inputs) == [("both.yaml", ""), ("card.yaml", "dataset/loans")]
    gone(shop)
    assert [replay(e, bundle).status for e in entries(tmp_path, both)] == ["identical"] * 2


def test_several_pieces_of_one_file(shop: Path, tmp_path: Path, bundle: Bundle) -> None:
    pieces = shop / "reports" / "pieces.yaml"
    pieces.write_text(f"{WORSE}---\n{WORSE.replace('0.4', '0.9')}---\n{CARD}", encoding="utf-8")
    records = decided(shop, bundle, Given(str(pieces)), Given(str(pieces)))
    assert [name for name, on in names(records[1].inputs) if on == "model/scorer"] == [
        *["tests.xml", "fair.json"],
        *["pieces.yaml"] * 4,
    ]
    kept = entries(tmp_path, records)
    gone(shop)
    assert [replay(e, bundle).status for e in kept] == ["identical"] * 2


def test_what_a_signature_showed_is_never_shown_again(tmp_path: Path, bundle: Bundle, shop: Path) -> None:
    """The artifact is not in the ledger; whether the signature still holds cannot be known."""
    pytest.importorskip("model_signing")
    from aims_policy.manifest.evidence.files import attach
    from tests.manifest.test_signature import Shop

    (tmp_path / "signed").mkdir()
    proof = Shop(tmp_path / "signed").verify()
    files = [shop / "inventory" / name for name in ("loans.yaml", "model.yaml")]
    manifests = [m for file in files for m in read(str(file), SHAPES, root=str(shop))]
    manifests = attach(manifests, [proof], "model/scorer")
    data, model = entries(tmp_path, recorded(manifests, bundle))
    assert (model.inputs[-2].format, model.inputs[-2].evidence_on) == ("sigstore-bundle", "model/scorer")
    assert replay(data, bundle).status == "identical"
    found = replay(model, bundle)
    assert (found.status, found.flips, found.verdict) == ("lacking", (), "")
    assert found.note == (
        f"`{proof.file}` was verified against what it signs, which is not recorded; "
        "what it shows on model/scorer cannot be shown again"
    )


def test_a_listed_signature_is_verified_again(tmp_path: Path, shop: Path) -> None:
    """It is of a digest, and both are in the ledger; of another workspace, without the key, it would not count."""
    pytest.importorskip("model_signing")
    from tests.manifest.test_signature import Shop

    (tmp_path / "signed").mkdir()
    signed = Shop(tmp_path / "signed")
    digest = signed.verify().data["provenance"]["artifact_digest"]
    (shop / "signed.json").write_text(json.dumps(SIGNED | {"spec": {
        "provenance": {"artifact_digest": digest}, "evidence": [{"file": "model.sig"}],
    }}))  # fmt: skip
    (shop / "model.sig").write_bytes(signed.signature.read_bytes())
    (shop / "release.pem").write_bytes(signed.key.read_bytes())
    (shop / "own.yaml").write_text(SIGNED_POLICY)
    workspace = "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: acme}\npolicies: [own.yaml]\n"
    (shop / "aims.yaml").write_text(workspace + "signing: {keys: [release.pem]}\n")
    bundle = load_bundle(workspace=shop, cache=False)
    manifests = read(str(shop / "signed.json"), bundle.shapes, keys=bundle.keys)
    [entry] = entries(tmp_path, recorded(manifests, bundle))
    assert [i.format for i in entry.inputs] == ["aims", "sigstore-digest"]
    gone = shop / "model.sig"
    gone.unlink()
    found = replay(entry, bundle)
    assert (found.status, found.verdict) == ("identical", "pass")
    (shop / "aims.yaml").write_text(workspace)
    found = replay(entry, load_bundle(workspace=shop, cache=False))
    assert (found.status, found.verdict) == ("changed", "fail")


SIGNED = {"apiVersion": "aims/v1", "kind": "Model", "metadata": {"name": "signed"}}
SIGNED_POLICY = """\
apiVersion: aims/v1
kind: Policy
metadata: {name: own}
rules:
  - id: t/signed
    controls: [A.6.2.5]
    title: It is signed
    applies_to: [Model]
    require: provenance.signature.verified
    severity: high
    rationale: Files are swapped.
    remediation: Sign it.
"""


def masked(tmp_path: Path, records: list[Record], *pointers: str) -> list[Entry]:
    return entries(tmp_path, records, mask=pointers)


def statuses(found: Sequence[Entry], bundle: Bundle) -> list[Replayed]:
    return [replay(e, bundle) for e in found]


def test_values_are_masked_in_evidence_too(shop: Path, tmp_path: Path, bundle: Bundle) -> None:
    records = decided(shop, bundle)
    assert b"secret" in b"".join(i.content or b"" for i in records[1].inputs)
    found = masked(tmp_path, records, "/metadata/description")
    assert b"secret" not in (tmp_path / "l.db").read_bytes()
    assert [i.masked for i in found[1].inputs] == [(), (), (), (), ("/metadata/description",)]
    assert [i.withheld for e in found for i in e.inputs] == [""] * 7
    gone(shop)
    assert [r.status for r in statuses(found, bundle)] == ["identical"] * 2


def test_a_masked_value_of_a_report_that_a_rule_reads_is_told(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    """A file that is known by its digest is known by it also when it is kept with masks."""
    digest = next(i.digest for i in decided(shop, bundle)[0].inputs if i.evidence_on)
    listing = DATASET.replace("card.yaml}", f'card.yaml, digest: "{digest}"}}')
    (shop / "inventory" / "loans.yaml").write_text(listing, encoding="utf-8")
    records = decided(shop, bundle)
    assert records[0].decision.verdict == "pass"
    found = masked(tmp_path, records, "/spec/content/records")
    gone(shop)
    assert [r.status for r in statuses(found, bundle)] == ["masked", "masked"]
    assert "masked value was read" in replay(found[0], bundle).note
    originals = {i.digest: i.content for i in records[1].inputs}
    assert [replay(e, bundle, originals.get).status for e in found] == ["identical"] * 2


def test_evidence_from_a_file_that_is_not_at_hand_is_masked_and_is_an_alarm(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    record = decided(shop, bundle, Given(str(shop / "reports" / "worse.yaml")))[1]
    short = record._replace(inputs=tuple(i for i in record.inputs if "worse" not in i.name))
    [entry] = masked(tmp_path, [short], "/metadata/description")
    [alarm] = [i for i in entry.inputs if i.withheld]
    assert (Path(alarm.name).name, alarm.evidence_on) == ("worse.yaml", "model/scorer")
    values = [
        (Path(e["file"]).name, e["value"])
        for f in json.loads(entry.decision)["findings"]
        for e in f["evidence"]
    ]
    assert ("worse.yaml", "<masked>") in values


def test_a_report_in_xml_that_holds_a_masked_value_is_withheld(
    shop: Path, tmp_path: Path, bundle: Bundle
) -> None:
    records = decided(shop, bundle)
    found = masked(tmp_path, records, "/testsuites/testsuite")
    [report] = [i for i in found[1].inputs if i.name.endswith("tests.xml")]
    assert (report.content, report.withheld[:15]) == (None, "masking failed:")
    assert b"test_auc" not in (tmp_path / "l.db").read_bytes()
    gone(shop)
    assert [r.status for r in statuses(found, bundle)] == ["identical", "lacking"]
