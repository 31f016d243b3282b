"""Good assets of an unusual shape pass without a lie: by saying what is so, and by what the organization says of them.

Each is an asset of the example, turned into the other with what it cannot have taken out; what the workspace has to
say of it is what `docs/workspace.md` shows.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from aims_policy.policy.bundle import Bundle
from aims_policy.policy.load import load_bundle
from tests.examples.test_attacks import MODEL, decided, denying, written

DOCS = Path(__file__).resolve().parents[2] / "docs"
DATASET, SUPPLIER = "datasets/loan-applications", "suppliers/alpencompute"


@cache
def told() -> Bundle:
    """A workspace with the overrides of the documentation."""
    page = (DOCS / "workspace.md").read_text(encoding="utf-8").partition("## Assets of another shape")[2]
    block = page.partition("```yaml\n")[2].partition("```")[0]
    with TemporaryDirectory() as folder:
        frame = "apiVersion: aims/v1\nkind: Workspace\nmetadata: {name: w}\n"
        (Path(folder) / "aims.yaml").write_text(frame + block, encoding="utf-8")
        return load_bundle(workspace=folder, cache=False)


def asset(file: str, name: str) -> dict[str, Any]:
    value: dict[str, Any] = copy.deepcopy(written(file))
    value["metadata"]["name"] = name
    value["spec"]["risk"]["tier"] = "limited"
    value["spec"]["evidence"] = []
    return value


def without_groups(name: str) -> dict[str, Any]:
    value = asset(MODEL, name)
    spec = value["spec"]
    del spec["fairness"]
    spec["evaluation"]["measurements"] = [m for m in spec["evaluation"]["measurements"] if "group" not in m]
    for measured in spec["evaluation"]["measurements"]:
        measured.update(tool="scikit-learn 1.7.0", value=measured.get("value", measured["threshold"]))
    return value


def screw_sorter() -> dict[str, Any]:
    return without_groups("screw-sorter")


def rented_model() -> dict[str, Any]:
    value = asset(MODEL, "assistant-9")
    spec = value["spec"]
    reports = [e for e in written(MODEL)["spec"]["evidence"] if not e["file"].endswith(".sig")]
    spec["evidence"] = [{**report, "asset": "affordability-scorer"} for report in reports]
    for field in ("commit", "repository", "training_run", "signature"):
        spec["provenance"].pop(field, None)
    spec["provenance"].update(third_party=True, license="LicenseRef-terms-of-service")
    spec["training_data"]["datasets"] = [d for d in spec["training_data"]["datasets"] if d["role"] == "test"]
    spec["suppliers"] = [
        {"ref": "alpencompute", "provides": "assistant-9 over an API", "contract": "AC-2025-031 clause 7"}
    ]
    return value


def open_project() -> dict[str, Any]:
    value = asset(SUPPLIER, "open-project")
    value["spec"]["contract"] = {"reference": "Apache-2.0"}
    return value


def telemetry() -> dict[str, Any]:
    value = asset(DATASET, "turbine-telemetry")
    spec = value["spec"]
    spec["evidence"] = [
        {"file": "../../reports/loan-applications/quality.json", "asset": "loan-applications"}
    ]
    spec["content"].update(categories=["time series"], features=["turbine", "vibration"], role=["training"])
    spec["acquisition"].update(
        contains_personal_data=False,
        lawful_basis="not_personal",
        subjects="Forty turbines of one park, and no people",
    )
    spec["governance"]["privacy_handling"] = "Nobody is recorded, so that there is nothing to protect"
    spec["preparation"]["annotation"] = {
        "protocol": "There are no labels: the series is its own target",
        "annotators": "nobody was needed",
        "per_item": 0,
    }
    for field in ("supplier", "consent"):
        spec["acquisition"].pop(field, None)
    spec["suppliers"] = None
    for source in spec["provenance"]["sources"]:
        source.pop("dataset", None)
    return value


SHAPES = [(MODEL, screw_sorter), (MODEL, rented_model), (SUPPLIER, open_project)]


@pytest.mark.parametrize(("file", "make"), SHAPES)
def test_what_the_organization_says_of_an_asset_is_what_it_needs_and_no_more(file: str, make: Any) -> None:
    value = make()
    own = f"{value['kind'].lower()}/{value['metadata']['name']}"
    rules = {override.rule for override in told().overrides if own in override.assets}
    assert denying(decided(file, value)) == rules
    decision = decided(file, value, bundle=told())
    assert (decision.verdict, denying(decision)) == ("pass", set())
    assert {f.rule for f in decision.findings if f.enforcement == "audit"} >= rules
    value["metadata"]["name"] += "-2"
    assert denying(decided(file, value, bundle=told())) >= rules


def test_measurements_of_machines_need_no_override() -> None:
    decision = decided(DATASET, telemetry())
    assert denying(decision) == set()
