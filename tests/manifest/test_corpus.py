"""Every card, Croissant file and BOM of the corpus is read or refused with a diagnostic, in little time."""

from __future__ import annotations

import re
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from aims_policy.manifest.read import read
from aims_policy.source import SourceError

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
# Folder, and how many of its files hold a manifest; the others are not of the format, or not even its syntax.
FOLDERS = {
    "hf-model-cards": 50,
    "hf-dataset-cards": 53,
    "croissant": 55,
    "cyclonedx-mlbom": 16,
    "spdx3-ai-dataset": 17,
    "model-card-json": 15,
    "other-manifests": 41,
}
CONVERTED = (
    "confidentiality",
    "training_co2_kg",
    "period_start",
    "period_end",
    "role",
    "type",
    "method",
    "dimension",
    "name",
    "metric",
    "purpose",
)

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_read_or_refused(folder, shapes):
    start, read_files = time.process_time(), 0
    for file in sorted((CORPUS / folder).iterdir()):
        try:
            manifests = read(file, shapes, shown_as=file.name)
        except SourceError as error:
            assert error.diagnostics and all(d.code and d.message for d in error.diagnostics)
            continue
        read_files += 1
        assert manifests and all(m.name and m.kind in shapes for m in manifests)
    assert read_files >= FOLDERS[folder]
    assert time.process_time() - start < 5


def leaves(value, path=""):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    else:
        yield path, value


def words(text: str) -> str:
    """What of a text stands in its line whatever the quoting, folding and escapes of the format."""
    match = re.search(r"[A-Za-z0-9]+", text.removeprefix("sha256:").split("\n", maxsplit=1)[0])
    return match.group() if match else ""


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_line_of_a_value_holds_the_value(folder, shapes):
    compared = 0
    for file in sorted((CORPUS / folder).iterdir()):
        try:
            manifests = read(file, shapes, shown_as=file.name)
        except SourceError:
            continue
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        for manifest in manifests[:5]:
            for path, value in leaves({k: v for k, v in manifest.data.items() if k != "kind"}):
                if re.sub(r".*\.|\[\d+\]$", "", path) in CONVERTED or isinstance(value, bool | datetime):
                    continue
                place = manifest.locate(path)
                near = " ".join(
                    lines[place.line - 1 : place.line + 1]
                ).casefold()  # folded texts begin a line below
                wanted = f"{value.normalize():f}" if isinstance(value, Decimal) else words(value).casefold()
                if isinstance(value, Decimal) and ("e" in near or wanted not in near):
                    continue
                compared += 1
                assert wanted in near, (file.name, path, value, place)
    assert compared > 30
