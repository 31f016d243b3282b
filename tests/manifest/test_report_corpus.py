"""Real test reports: each is read, or refused with one diagnostic that has a place; and every value stands there."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from aims_policy.manifest.foreign.read import modules
from aims_policy.manifest.paths import path_text
from aims_policy.manifest.read import read
from aims_policy.source import SourceError, read_bytes
from tests.manifest.test_formats import DERIVED, evidence_of, is_derived, shows, text_at

REPORTS = Path(__file__).parents[3] / "shared" / "corpus" / "test-reports"
COMPOSED = DERIVED | {
    *(
        "metadata.name",
        "source_metric",
        "tests.name",
        "measure",
        "digest",
        "successes",
        "success_rate",
        "date",
        "measured_on",
        "group",
    )
}
# Files of no tool's format: reports that a project's own scripts wrote, and configurations.
READ = 35

pytestmark = pytest.mark.skipif(not REPORTS.is_dir(), reason="the corpus is not here")


def test_every_report_is_read_or_refused_with_one_diagnostic(shapes: Any) -> None:
    start, formats = time.process_time(), []
    for file in sorted(REPORTS.iterdir()):
        try:
            formats.append(read(file, shapes, shown_as=file.name)[0].format)
        except SourceError as error:
            [problem] = error.diagnostics
            assert problem.code in ("unknown-format", "no-asset")
            assert (problem.line, problem.column) == (1, 1)
    assert len(formats) >= READ
    assert {"lm-eval", "garak-report", "garak-digest", "inspect-log", "promptfoo", "ai-verify"} <= set(
        formats
    )
    assert {"evidently", "deepchecks", "great-expectations", "fairlearn-metricframe"} <= set(formats)
    assert time.process_time() - start < 20


def test_every_value_of_a_report_stands_where_it_is_said_to_stand(shapes: Any) -> None:
    compared = 0
    for file in sorted(REPORTS.iterdir()):
        try:
            manifests = read(file, shapes, shown_as=file.name)
        except SourceError:
            continue
        for manifest in manifests:
            for steps, value in evidence_of(manifest)[:150]:
                path = path_text(steps)
                if manifest.locate(path).source_path and not is_derived(steps, COMPOSED):
                    compared += 1
                    assert shows(text_at(manifest, path), value), (
                        file.name,
                        path,
                        value,
                        text_at(manifest, path),
                    )
    assert compared > 200


def test_tests_that_failed_are_failed_evidence(shapes: Any) -> None:
    """What the tools printed as failed in the corpus, counted by hand."""
    failed = 0
    for file in sorted(REPORTS.glob("great-expectations*cli_results*")) + sorted(
        REPORTS.glob("lizka*report.json")
    ):
        for manifest in read(file, shapes, shown_as=file.name):
            requirements = manifest.data["quality"]["requirements"]
            failed += sum(requirement.get("passed") is False for requirement in requirements)
    assert failed == 1 + 2


def test_no_two_formats_claim_one_file() -> None:
    claimed = 0
    for file in sorted(REPORTS.parent.glob("*/*")):
        try:
            documents = read_bytes(file.read_bytes(), file=file.name, keep_not_finite=True)
        except SourceError:
            continue
        for document in documents:
            names = [name for module in modules() if (name := module.detect(document))]
            assert len(names) <= 1, (file.name, names)
            claimed += len(names)
    assert claimed > 150
