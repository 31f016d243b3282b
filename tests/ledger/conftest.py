"""Decisions to record, and ledgers to record them in: SQLite always, PostgreSQL where there is one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from aims_policy.decision import decide
from aims_policy.ledger import Record
from aims_policy.ledger.inputs import inputs_of
from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.native.shape import shapes
from aims_policy.manifest.read import read_data
from aims_policy.policy.bundle import Bundle
from aims_policy.policy.load import load_bundle
from tests.decision.conftest import AT, policy, rule
from tests.ledger.postgres import Server, remove, server

SHAPES = shapes()
OWNER = rule("t/owner", 'metadata.owner != "nobody"', kinds="Model, Dataset")
RECORDS = rule("t/records", "content.records >= 1000")
SOUND = rule("t/sound", '$all([a.verdict == "pass" for a in upstream.assets])', kinds="Model")
DATASET = """\
apiVersion: aims/v1
kind: Dataset
metadata: {name: loans, owner: Ada Lovelace}
spec:
  content: {records: 5}
"""
MODEL = """\
apiVersion: aims/v1
kind: Model
metadata: {name: scorer, owner: Grace Hopper}
spec:
  training_data:
    datasets: [{ref: loans, role: training}]
"""


def make_bundle(folder: Path, *rules: str) -> Bundle:
    file = folder / "policy.yaml"
    file.write_text(policy(*(rules or (OWNER, RECORDS, SOUND))), encoding="utf-8")
    return load_bundle(policies=[file], cache=False)


def read_text(text: str, name: str) -> list[Manifest]:
    return read_data(text.encode(), name, SHAPES)


def make_records(bundle: Bundle, *texts: str, source: str = "cli") -> list[Record]:
    """A record of each manifest, decided in the light of all, with its inputs."""
    manifests = [m for n, text in enumerate(texts) for m in read_text(text, f"file{n}.yaml")]
    decided = decide(manifests, bundle, environment="production", at=AT)
    return [Record(d, source, f"r{n}", inputs_of(m, manifests)) for n, (m, d) in enumerate(decided)]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return make_bundle(tmp_path_factory.mktemp("policies"))


@pytest.fixture(scope="session")
def records(bundle: Bundle) -> list[Record]:
    """A dataset that fails, a model that fails for it, and a dataset that passes."""
    return make_records(bundle, DATASET, MODEL, DATASET.replace("loans", "many").replace("5}", "5000}"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL. In continuous integration there is one, or the tests fail."""
    found = server()
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("there is no PostgreSQL: install Debian's `postgresql`, or the extra `dev`")
        pytest.skip("there is no PostgreSQL")
    found.start()
    yield found
    remove(found)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a ledger that is not there yet, in each of the databases."""
    if request.param == "sqlite":
        return str(tmp_path / "l.db")
    found: Server = request.getfixturevalue("postgres")
    return found.create(f"l{uuid.uuid4().hex}")
