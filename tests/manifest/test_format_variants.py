"""Each full sample in the other forms that a file comes in: the same evidence, whatever stands around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from aims_policy.manifest.manifest import Manifest
from aims_policy.manifest.read import read_data
from tests.manifest.test_formats import FULL, evidence_of, input_of, name_of, of

JSON = [case for case in FULL if input_of(case).suffix == ".json"]
TEXT_INSIDE = frozenset(["sagemaker-model-card", "sagemaker-model-package", "mlflow-model"])
"""Formats with JSON as text in a field, which is read where the document is the whole file."""

ONE_IN_A_LIST = frozenset(["ai-verify", "garak-digest"])
"""Formats in which a list of reports is one report of one model."""

FRAMED = [
    case for case in JSON if case.parent.name not in TEXT_INSIDE | {"kubernetes"} and "xml" not in case.name
]

RECORDS = [
    case
    for case in FRAMED
    if case.parent.name not in ONE_IN_A_LIST and input_of(case).read_bytes().lstrip()[:1] == b"{"
]


def told(manifests: list[Manifest]) -> list[Any]:
    """Everything but names and digests, which are those of the file where the document has none."""
    return [
        (
            m.format,
            m.kind,
            [(steps, value) for steps, value in evidence_of(m) if steps[-1] not in ("name", "digest")],
        )
        for m in manifests
    ]


def whole(case: Path, shapes: Any) -> list[Any]:
    return told(read_data(input_of(case).read_bytes(), name_of(input_of(case)), shapes))


@pytest.mark.parametrize("case", FULL, ids=of)
def test_byte_order_marks_and_line_ends_change_nothing(case: Path, shapes: Any) -> None:
    file = input_of(case)
    data = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    assert told(read_data(data, name_of(file), shapes)) == whole(case, shapes)


@pytest.mark.parametrize("case", JSON, ids=of)
def test_yaml_says_what_json_says(case: Path, shapes: Any) -> None:
    data = yaml.safe_dump(
        json.loads(input_of(case).read_text(encoding="utf-8")), sort_keys=False, allow_unicode=True
    )
    assert told(read_data(data.encode(), "input.yaml", shapes)) == whole(case, shapes)


@pytest.mark.parametrize("case", JSON, ids=of)
def test_json_kept_as_one_text_is_read(case: Path, shapes: Any) -> None:
    data = json.dumps(input_of(case).read_text(encoding="utf-8"))
    assert told(read_data(data.encode(), "input.json", shapes)) == whole(case, shapes)


@pytest.mark.parametrize("case", FRAMED, ids=of)
def test_an_answer_of_an_api_around_a_document_is_taken_off(case: Path, shapes: Any) -> None:
    value = json.loads(input_of(case).read_text(encoding="utf-8"))
    data = json.dumps({"status": "ok", "data": value, "ResponseMetadata": {"HTTPStatusCode": 200}}).encode()
    assert told(read_data(data, "input.json", shapes)) == whole(case, shapes)
    named = read_data(data, "input.json", shapes, as_format=case.parent.name)
    assert told(named) == whole(case, shapes), "also where its format is named"


@pytest.mark.parametrize("case", RECORDS, ids=of)
def test_records_in_a_list_are_read_one_by_one(case: Path, shapes: Any) -> None:
    value = json.loads(input_of(case).read_text(encoding="utf-8"))
    once = whole(case, shapes)
    data = json.dumps([value, value]).encode()
    assert told(read_data(data, "input.json", shapes)) == once + once
    assert told(read_data(data, "input.json", shapes, as_format=case.parent.name)) == once + once
