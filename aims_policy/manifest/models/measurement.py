"""Measurements: one number that a test produced, with all that is needed to trust it.

Values are canonical: Fairlearn's names and signs (differences and ratios over all groups, so a difference is
>= 0 and a ratio is in [0, 1]); what the source itself printed is kept in ``source_metric``/``source_value``.
"""

from __future__ import annotations

from typing import Literal

from aims_policy.manifest.models.vocabulary import (
    Count,
    EvaluatedOn,
    Flag,
    Moment,
    Number,
    Quantity,
    Section,
    Text,
    TreatmentText,
    about,
)


class Measurement(Section):
    """One measured value."""

    metric: Text | None = about("Canonical name, for example accuracy, demographic_parity_difference, psi")
    value: Number | None = about(
        "The measured value, in the metric's own unit; fractions as 0..1, not per cent"
    )
    lower: Number | None = about("Lower bound of the confidence interval")
    upper: Number | None = about("Upper bound of the confidence interval")
    threshold: Number | None = about("Acceptance limit that was declared before the run")
    higher_is_better: Flag | None = about("true: value must reach the threshold; false: must stay below it")
    group: Text | None = about("Group or slice that the value is for; left out for the whole data")
    attribute: Text | None = about("Attribute the groups are made by, for example age_band")
    dataset: EvaluatedOn | None = about("Dataset it was measured on")
    sample_size: Count | None = about("Number of records behind the value")
    tool: Text | None = about("Tool that produced it, with its version")
    date: Moment | None = about("When it was measured")
    report: Text | None = about("Where the full report is")
    digest: Text | None = about("Digest of the report, sha256:<hex>")
    source_metric: Text | None = about("Name in the source's own words, where it differs")
    source_value: Text | None = about("Value as the source printed it, where sign or scale differ")


class TestResult(Section):
    """One test that a tool ran and that passes or fails; what it measured, if anything, is a measurement."""

    name: Text | None = about("Name of the test")
    suite: Text | None = about("Suite, file or check that it belongs to")
    passed: Flag | None = about("Whether it passed; left out where it was skipped or could not run")
    message: Text | None = about("What the tool said of it")
    dataset: EvaluatedOn | None = about("Dataset it ran on")
    date: Moment | None = about("When it ran")
    tool: Text | None = about("Tool that ran it, with its version")


class Criterion(Section):
    """What had to be reached, written down before the test ran."""

    metric: Text | None = about("Metric it speaks of")
    minimum: Number | None = about("Value must be at least this")
    maximum: Number | None = about("Value must be at most this")
    declared_on: Moment | None = about("When the criterion was set")
    met: Flag | None = about("Whether the result met it")
    treatment: TreatmentText | None = about("If not met: what is done, or who accepted the exception")


class SecurityTest(Section):
    """An adversarial, red-team or security test that was run."""

    name: Text | None = about("Name of the test")
    type: (
        Literal[
            "adversarial_examples",
            "prompt_injection",
            "jailbreak",
            "data_poisoning",
            "model_extraction",
            "membership_inference",
            "model_inversion",
            "penetration",
            "red_team",
            "stress",
            "other",
        ]
        | None
    ) = about("Kind of attack")
    date: Moment | None = about("When it was run")
    tool: Text | None = about("Tool and version, or the team")
    attempts: Count | None = about("How many attacks were tried")
    successes: Count | None = about("How many succeeded")
    success_rate: Quantity | None = about("Fraction of attempts that succeeded, 0..1")
    passed: Flag | None = about("Whether its criterion was met")
    treatment: TreatmentText | None = about("What is done about what succeeded")
    report: Text | None = about("Where the report is")
    digest: Text | None = about("Digest of the report, sha256:<hex>")
