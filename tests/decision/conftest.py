"""Bundles and manifests for decisions, made from text."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.load import load_bundle
from aims_policy.source import parse_json

AT = datetime(2026, 6, 1, tzinfo=timezone.utc)
SHAPES = shapes()


def manifest(
    kind: str, spec: dict[str, Any] | None, *, name: str = "thing", owner: str = "Ada Lovelace"
) -> Manifest:
    """A native manifest from plain data."""
    value: dict[str, Any] = {
        "apiVersion": "aims/v1",
        "kind": kind,
        "metadata": {"name": name, "owner": owner},
    }
    if spec is not None:
        value["spec"] = spec
    [found] = read([parse_json(json.dumps(value), f"{name}.json")], SHAPES)
    return found


def rule(
    rule_id: str, require: str, *, when: str | None = None, severity: str = "high", kinds: str = "Dataset"
) -> str:
    """A rule as YAML, one entry of ``rules``."""
    condition = f"\n    when: {json.dumps(when)}" if when else ""
    return (
        f"  - id: {rule_id}\n    controls: [A.7.5]\n    title: A rule\n    applies_to: [{kinds}]{condition}\n"
        f"    require: {json.dumps(require)}\n    severity: {severity}\n    rationale: Because it matters.\n"
        f"    remediation: Mend it.\n"
    )


def policy(*rules: str) -> str:
    return "apiVersion: aims/v1\nkind: Policy\nmetadata: {name: p}\nrules:\n" + "".join(rules)


def waiver(**fields: Any) -> dict[str, Any]:
    """A waiver in force at ``AT`` for rule t/digest on dataset/thing."""
    return {
        "id": "W-1",
        "rules": ["t/digest"],
        "assets": ["dataset/thing"],
        "approver": "Grace Hopper",
        "justification": "The supplier delivers a digest with the next release.",
        "granted": "2026-05-20",
        "expires": "2026-07-20",
        **fields,
    }


class Maker:
    """Writes policy and waiver files into a folder and loads them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *rules: str, waivers: list[dict[str, Any]] | None = None) -> Bundle:
        file = self.folder / "policy.yaml"
        file.write_text(policy(*rules), encoding="utf-8")
        waived: list[Path] = []
        if waivers is not None:
            waived = [self.folder / "waivers.json"]
            waived[0].write_text(
                json.dumps({"apiVersion": "aims/v1", "kind": "Waivers", "waivers": waivers}), encoding="utf-8"
            )
        return load_bundle(policies=[file], waivers=waived, cache=False)


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    return Maker(tmp_path)
