"""What is done once for many requests comes to the same as if it were done for each."""

from __future__ import annotations

import importlib
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read_data
from aims_policy.server.deciding import decided
from aims_policy.server.inventory import Inventory
from aims_policy.server.settings import Settings
from aims_policy.server.snapshot import Snapshot, load
from tests.server.conftest import WORKSPACE

core = importlib.import_module("aims_policy.decision.decide")  # the package has the function under this name
AT = datetime(2026, 6, 15, tzinfo=timezone.utc)


def model(name: str, owner: str, spec: str = "{}") -> Manifest:
    text = f"apiVersion: aims/v1\nkind: Model\nmetadata: {{name: {name}, owner: {owner}}}\nspec: {spec}\n"
    [found] = read_data(text.encode(), f"{name}.yaml", shapes())
    return found


@pytest.mark.parametrize("keeps", [True, False])
def test_files_of_the_inventory_are_hashed_once_and_never_taken_for_others(keeps: bool) -> None:
    own, others = model("scorer", "ada"), model("scorer", "eve")
    inventory = Inventory([own], keeps_content=keeps)
    assert inventory.files(own) is inventory.files(own)
    assert inventory.files(own).own.digest == own.digest
    assert inventory.files(others).own.digest == others.digest != own.digest
    assert (inventory.files(own).own.content is not None) is keeps
    assert (inventory.files(others).own.content is not None) is keeps


@pytest.fixture
def snapshot() -> Snapshot:
    return load(Settings(workspace=str(WORKSPACE)), 1)


def test_what_many_are_built_from_is_decided_once_in_a_second(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluated: list[str] = []

    def noting(manifest: Manifest, *given: Any, **named: Any) -> Any:
        evaluated.append(manifest.name)
        return evaluate(manifest, *given, **named)

    evaluate = core.evaluate
    monkeypatch.setattr(core, "evaluate", noting)
    trained = "{training_data: {datasets: [{ref: scraped, role: training}]}}"
    submitted = [model(name, "ada", trained) for name in ("one", "two", "three")]

    records = decided(submitted[:2], snapshot, "production", AT, "server")
    records += decided(submitted[2:], snapshot, "production", AT, "admission")
    assert evaluated == ["scraped", "one", "two", "three"]
    decided(submitted[:1], snapshot, "production", AT + timedelta(seconds=1), "server")
    decided(submitted[:1], snapshot, "staging", AT, "server")
    assert evaluated[4:] == ["scraped", "one", "scraped", "one"]

    scraped = snapshot.inventory.get("dataset/scraped")
    assert scraped is not None
    for own, record in zip(submitted, records, strict=True):
        [(_, alone)] = core.decide([own], snapshot.bundle, at=AT, inventory=[scraped])
        assert record.decision == alone
        assert [given.name for given in record.inputs] == [own.file, scraped.file]
