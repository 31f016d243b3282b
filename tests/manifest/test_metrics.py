"""One name, sign and scale for what tools call by many; what has no scale is no evidence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aims_policy.manifest.foreign.metrics import metric_of, reading_of
from aims_policy.source.numbers import NotFinite


@pytest.mark.parametrize(
    ("name", "convention", "canonical", "section"),
    [
        ("Accuracy", "", "accuracy", "evaluation"),
        ("accuracy_score", "", "accuracy", "evaluation"),
        ("ROC AUC", "", "roc_auc", "evaluation"),
        ("auc", "", "auc", "evaluation"),
        ("disparate_impact", "", "demographic_parity_ratio", "fairness"),
        ("Statistical Parity Difference", "aif360", "demographic_parity_difference", "fairness"),
        ("mean_difference", "aif360", "demographic_parity_difference", "fairness"),
        ("mean_difference", "", "mean_difference", "evaluation"),
        ("average_odds_difference", "aif360", "average_odds_difference", "fairness"),
        ("DPPL", "clarify", "demographic_parity_difference", "fairness"),
        ("DPL", "clarify", "label_parity_difference", "fairness"),
        ("RD", "clarify", "equal_opportunity_difference", "fairness"),
        ("RD", "", "rd", "evaluation"),
        ("predictive parity by age", "", "predictive_parity_by_age", "fairness"),
        ("attack-success-rate", "", "attack_success_rate", "robustness"),
        ("PSI", "", "psi", "evaluation"),
    ],
)
def test_names(name: str, convention: str, canonical: str, section: str) -> None:
    metric = metric_of(name, convention)
    assert (metric.name, metric.section) == (canonical, section)


def test_a_mean_of_odds_is_not_their_maximum() -> None:
    """AIF360's mean may be within a limit that Fairlearn's maximum breaks."""
    assert metric_of("average_odds_difference", "aif360").name != "equalized_odds_difference"


@pytest.mark.parametrize(
    ("metric", "value", "canonical", "reason"),
    [
        ("accuracy", "0.92", "0.92", ""),
        ("accuracy", "92.3%", "0.923", ""),
        ("accuracy", "92.3 %", "0.923", ""),
        ("accuracy", 1, "1", ""),
        ("accuracy", Decimal("92.3"), None, "`92.3` is no fraction from 0 to 1, and the file does not say its scale"),
        ("accuracy", "103%", None, "`103%` is no fraction from 0 to 1, and the file does not say its scale"),
        ("accuracy", -1, None, "`-1` is no fraction from 0 to 1, and the file does not say its scale"),
        ("accuracy", "20.0 ± 1.2", None, "`20.0 ± 1.2` is not a number"),
        ("accuracy", None, None, "null"),
        ("accuracy", True, None, "not a number"),
        ("accuracy", NotFinite("NaN"), None, "`NaN` is not a finite number"),
        ("accuracy", "Infinity", None, "`Infinity` is not a finite number"),
        ("accuracy", "TBD", None, "placeholder `TBD`"),
        ("matthews_correlation", "-0.3", "-0.3", ""),
        ("mean_squared_error", "1234", "1234", ""),
        ("statistical_parity_difference", "-0.12", "0.12", ""),
        ("statistical_parity_difference", "0.12", "0.12", ""),
        ("statistical_parity_difference", 12, None, "`12` is no difference of two fractions, and the file does not say"
         " its scale"),
        ("disparate_impact", "0.8", "0.8", ""),
        ("disparate_impact", "1.25", "0.8", ""),
        ("disparate_impact", 0, "0", ""),
        ("disparate_impact", "Infinity", "0", ""),
        ("disparate_impact", NotFinite("Infinity"), "0", ""),
        ("disparate_impact", "-Infinity", None, "`-Infinity` is not a finite number"),
        ("disparate_impact", NotFinite("NaN"), None, "`NaN` is not a finite number"),
        ("disparate_impact", "-0.1", None, "`-0.1` is no ratio of two rates"),
    ],
)  # fmt: skip
def test_values(metric: str, value: object, canonical: str | None, reason: str) -> None:
    reading = reading_of(metric_of(metric), value)
    assert reading.value == (None if canonical is None else Decimal(canonical))
    assert reading.reason == reason


rates = st.decimals(min_value=0, max_value=1, places=4)


@given(rates, rates)
def test_conventions_agree_on_two_groups(first: Decimal, second: Decimal) -> None:
    """Unprivileged minus privileged, or the reverse, or the largest minus the smallest: one canonical value."""
    largest = max(first, second) - min(first, second)
    for name, convention, value in [
        ("statistical_parity_difference", "aif360", first - second),
        ("DPPL", "clarify", second - first),
        ("demographic_parity_difference", "", largest),
    ]:
        metric = metric_of(name, convention)
        assert metric.name == "demographic_parity_difference"
        assert reading_of(metric, value).value == largest


@given(rates, rates)
def test_a_ratio_is_the_smaller_by_the_larger(first: Decimal, second: Decimal) -> None:
    if not first or not second:
        return
    reading = reading_of(metric_of("DI", "clarify"), first / second)
    assert reading.value is not None and 0 <= reading.value <= 1
    assert abs(reading.value - min(first, second) / max(first, second)) < Decimal("1e-20")


@given(
    st.sampled_from(["accuracy", "disparate_impact", "mean_difference", "loss"]), st.text() | st.integers()
)
def test_a_reading_is_a_value_or_a_reason(metric: str, value: object) -> None:
    reading = reading_of(metric_of(metric), value)
    assert (reading.value is None) == bool(reading.reason)
