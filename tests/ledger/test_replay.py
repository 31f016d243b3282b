"""Recorded inputs decided again: to the byte where nothing has changed, else with what flips."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from aims_policy.decision import decide
from aims_policy.ledger import Entry, Record, open_ledger
from aims_policy.ledger.inputs import inputs_of
from aims_policy.ledger.replay import Flip, replay
from aims_policy.policy.bundle import Bundle
from tests.ledger.conftest import DATASET, MODEL, OWNER, RECORDS, SOUND, make_bundle, make_records, read_text

AROUND = Path(__file__).resolve().parents[2] / "examples" / "credit-scoring"


def entries(
    folder: Path, records: list[Record], *, mask: tuple[str, ...] = (), keep: bool = True
) -> list[Entry]:
    with open_ledger(str(folder / "l.db"), keep_inputs=keep, mask=mask) as ledger:
        ledger.append(records)
        return list(ledger.entries(with_inputs=True))


def test_the_same_bundle_decides_to_the_same_byte(
    tmp_path: Path, bundle: Bundle, records: list[Record]
) -> None:
    results = [replay(e, bundle) for e in entries(tmp_path, records)]
    assert [(r.status, r.flips, r.verdict) for r in results] == [
        ("identical", (), "fail"),
        ("identical", (), "fail"),
        ("identical", (), "pass"),
    ]


@pytest.mark.skipif(not AROUND.is_dir(), reason="the example is not in this distribution")
@pytest.mark.parametrize("passes", [False, True])
def test_a_whole_inventory_in_the_light_of_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, passes: bool
) -> None:
    """Foreign formats, upstream assets, waivers and the organization's profile: all that decisions depend on."""
    from aims_policy.api import read_inventory
    from aims_policy.policy.load import load_bundle

    monkeypatch.chdir(AROUND)
    bundle = load_bundle(workspace=".", cache=False)
    manifests = read_inventory(bundle)
    at = datetime(2026, 6, 1, 12, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=2)))
    decided = decide(manifests, bundle, environment="staging", at=at, evidence_of_passes=passes)
    records = [Record(d, "cli", inputs=inputs_of(m, manifests)) for m, d in decided]
    results = [replay(e, bundle) for e in entries(tmp_path, records)]
    assert len(results) == len(manifests) > 10
    assert [r.note for r in results if r.status != "identical"] == []
    # Each is decided again from its own inputs: fewer files than the inventory has.
    assert any(len(r.entry.inputs) < len(manifests) // 2 for r in results)


def test_another_bundle_shows_what_would_flip(tmp_path: Path, bundle: Bundle, records: list[Record]) -> None:
    recorded = entries(tmp_path, records)
    lax = make_bundle(tmp_path, OWNER, RECORDS.replace(">= 1000", ">= 1"), SOUND)
    results = [replay(e, lax) for e in recorded]
    assert [r.status for r in results] == ["changed"] * 3
    assert results[0].flips == (Flip("verdict", "fail", "pass"), Flip("t/records", "fail → deny", "pass"))
    assert results[1].flips == (Flip("verdict", "fail", "pass"), Flip("t/sound", "fail → deny", "pass"))
    assert results[2].flips == ()
    fewer = make_bundle(tmp_path, OWNER)
    assert replay(recorded[0], fewer).flips == (
        Flip("verdict", "fail", "pass"),
        Flip("t/records", "fail → deny", ""),
    )


def test_inputs_that_were_not_kept_are_found_or_named(
    tmp_path: Path, bundle: Bundle, records: list[Record]
) -> None:
    _, model, _ = entries(tmp_path, records, keep=False)
    contents = {i.digest: i.content for i in records[1].inputs}
    assert replay(model, bundle, contents.get).status == "identical"
    dataset = model.inputs[1].digest
    lacking = replay(model, bundle, lambda d: contents[d] if d != dataset else None)
    assert lacking.status == "lacking"
    assert dataset in lacking.note


def test_a_masked_value_that_no_rule_reads_changes_nothing(tmp_path: Path, bundle: Bundle) -> None:
    text = DATASET.replace("owner: Ada Lovelace", "owner: Ada Lovelace, description: Of a secret kind")
    [entry] = entries(tmp_path, make_records(bundle, text), mask=("/metadata/description",))
    assert b"secret" not in (entry.inputs[0].content or b"")
    assert replay(entry, bundle).status == "identical"


def test_a_masked_value_that_a_rule_reads_is_told(tmp_path: Path) -> None:
    bundle = make_bundle(tmp_path, OWNER.replace('"nobody"', '"Ada Lovelace"'))
    records = make_records(bundle, DATASET)
    [entry] = entries(tmp_path, records, mask=("/metadata/owner",))
    result = replay(entry, bundle)
    assert (result.status, result.note) == ("masked", "a masked value was read: cannot be byte-identical")
    # With the original at hand the decision is the same again, and masked as it was.
    original = {i.digest: i.content for i in records[0].inputs}
    assert replay(entry, bundle, original.get).status == "identical"


def test_a_decision_that_its_inputs_do_not_lead_to_is_found(
    tmp_path: Path, bundle: Bundle, records: list[Record]
) -> None:
    """As of an engine that was tampered with: the record is whole, and yet not what the rules say."""
    flipped = records[0].decision._replace(verdict="pass")
    [entry] = entries(tmp_path, [records[0]._replace(decision=flipped)])
    result = replay(entry, bundle)
    assert (result.status, result.flips) == ("differs", (Flip("verdict", "pass", "fail"),))


def test_several_manifests_in_one_file(tmp_path: Path, bundle: Bundle) -> None:
    records = make_records(bundle, f"{DATASET}---\n{MODEL}")
    assert [len(r.inputs) for r in records] == [1, 1]
    results = [replay(e, bundle) for e in entries(tmp_path, records)]
    assert [r.status for r in results] == ["identical", "identical"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_in_any_encoding(tmp_path: Path, bundle: Bundle, encoding: str) -> None:
    from aims_policy.manifest.read import read_data
    from tests.decision.conftest import AT
    from tests.ledger.conftest import SHAPES

    data = DATASET.replace("Ada", "Adä").replace("\n", "\r\n").encode(encoding)
    [manifest] = read_data(data, "file.yaml", SHAPES)
    [(_, decision)] = decide([manifest], bundle, at=AT)
    [kept] = inputs_of(manifest)
    assert kept.content == data
    [entry] = entries(tmp_path, [Record(decision, "cli", inputs=(kept,))])
    assert replay(entry, bundle).status == "identical"
    assert read_text(DATASET, "x.yaml")
