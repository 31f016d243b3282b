"""Metrics under one name, sign and scale, whatever tool measured them.

Tools call one quantity by several names and give it several signs, so one threshold over all of them would be a
bug. `catalog.metrics` has the names, scales and directions. As in Fairlearn, differences and ratios are between the
extremes of all groups, so that both are from 0 to 1 (a ratio is the smaller by the larger); fractions are 0..1.

Facts are from the tools' own documentation: of Amazon SageMaker Clarify the pages on pre-training and on post-training
data and model bias metrics.
"""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from aims_policy.catalog.metrics import METRICS, Metric, canonical
from aims_policy.manifest.placeholders import absence
from aims_policy.named_tuple import NamedTuple
from aims_policy.source.numbers import NotFinite

_SHORT = 200
"""Letters of a name up to which its metric is remembered: nobody can fill memory with them."""


class Reading(NamedTuple):
    """A value in the canonical scale; or None, and why it is no evidence. `changed` tells that sign or scale differ."""

    value: Decimal | None
    reason: str = ""
    changed: bool = False


def metric_of(name: str, convention: str = "") -> Metric:
    """The canonical metric of a name as a tool writes it; one that is not known keeps its name, folded.

    `convention` is the tool whose own abbreviations are meant: ``clarify``, ``aif360`` or ``lm_eval``.

    >>> metric_of("Statistical Parity Difference").name, metric_of("DI", "clarify").name, metric_of("DI").name
    ('demographic_parity_difference', 'demographic_parity_ratio', 'di')
    """
    return (_metric_of if len(name) <= _SHORT else _metric_of.__wrapped__)(name, convention)


@lru_cache(maxsize=512)
def _metric_of(name: str, convention: str) -> Metric:
    if convention == "lm_eval":  # `metric,filter`: how the answer was taken from the text
        name = name.partition(",")[0]
    folded = name.strip().lower()
    if not folded.isidentifier():
        folded = re.sub(r"[\s-]+", "_", folded)
    own = _OF_TOOL.get(convention, {}).get(folded, folded)
    return METRICS.get(canonical(own)) or Metric(own, "fairness" if _COMPARES.search(own) else "evaluation")


def is_known(name: str, convention: str = "") -> bool:
    """Whether a name is that of a metric known here, and not any name.

    >>> is_known("F1 score"), is_known("duration")
    (True, False)
    """
    return metric_of(name, convention).name in METRICS


def reading_of(metric: Metric, value: Any) -> Reading:
    """A reported value as the metric's own scale has it.

    A per cent sign says its scale; a bare 92.3 for a fraction does not, and is no evidence.

    >>> reading_of(metric_of("accuracy"), "92.3%").value, reading_of(metric_of("accuracy"), "92.3").value
    (Decimal('0.923'), None)
    >>> reading_of(metric_of("disparate_impact"), Decimal("1.25")).value
    Decimal('0.8')
    """
    number, changed = exact_number(value), False
    if number is None and type(value) is str and (match := _PERCENT.fullmatch(value.strip())):
        number, changed = Decimal(match[1]).scaleb(-2), True
    if number is None and metric.scale == "ratio" and str(value).strip().lstrip("+") in _INFINITE:
        return Reading(
            Decimal(0), changed=True
        )  # one group's rate is 0 and the other's is not: 0 by more than 0
    if number is None:
        return Reading(None, "null" if value is None else not_number(value))
    canonical = _scaled(metric.scale, number)
    if canonical is None:
        return Reading(None, _off_scale(metric.scale, value))
    return Reading(canonical, changed=changed or canonical != number)


def exact_number(value: Any) -> Decimal | None:
    """The number, if the value is one or is a text that is wholly one.

    >>> exact_number("0.25"), exact_number("20.0 ± 1.2"), exact_number(True)
    (Decimal('0.25'), None, None)
    """
    if type(value) in (int, Decimal):
        return Decimal(value)
    if type(value) is str and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def not_number(value: Any) -> str:
    """Why a value is no number."""
    if type(value) is NotFinite or (type(value) is str and value.strip().lstrip("+-") in _NO_NUMBERS):
        return f"`{value.strip()}` is not a finite number"
    if type(value) is str:
        text = value.strip()
        return absence(value) or f"`{text if len(text) <= 60 else text[:57] + '…'}` is not a number"
    return "not a number"


def _scaled(scale: str, number: Decimal) -> Decimal | None:
    """The number in the scale, or None if it cannot be of it."""
    if scale == "fraction":
        return number if 0 <= number <= 1 else None
    if scale == "signed":
        return number if -1 <= number <= 1 else None
    if scale == "difference":
        return abs(number) if -1 <= number <= 1 else None
    if scale == "ratio":
        return None if number < 0 else number if number <= 1 else _inverse(number)
    return number


def _inverse(number: Decimal) -> Decimal:
    with localcontext(prec=28):
        return 1 / number


def _off_scale(scale: str, value: Any) -> str:
    shown = f"`{str(value)[:60]}`"
    if scale == "ratio":
        return f"{shown} is no ratio of two rates"
    span = {"signed": "number from -1 to 1", "difference": "difference of two fractions"}
    return f"{shown} is no {span.get(scale, 'fraction from 0 to 1')}, and the file does not say its scale"


_NUMBER = re.compile(r"[+-]?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?", re.ASCII)
_PERCENT = re.compile(r"([+-]?\d{1,400}(?:\.\d{1,400})?) ?%", re.ASCII)
_INFINITE = frozenset(["Infinity", "infinity", "inf", "Inf", ".inf", ".Inf", ".INF"])
_NO_NUMBERS = _INFINITE | frozenset(["NaN", "nan", "NAN", ".nan", ".NaN", ".NAN"])
_COMPARES = re.compile(
    r"parity|equalized_odds|equal_opportunity|disparate_impact|average_odds|statistical_parity|disparity"
)

_OF_TOOL = {
    # docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-data-bias.html, …/clarify-measure-post-training-bias.html
    "clarify": {
        "ci": "class_imbalance",
        "dpl": "label_parity_difference",
        "cddl": "label_conditional_demographic_disparity",
        "kl": "kullback_leibler_divergence",
        "js": "jensen_shannon_divergence",
        "lp": "lp_norm",
        "tvd": "total_variation_distance",
        "ks": "kolmogorov_smirnov",
        "dppl": "demographic_parity_difference",
        "di": "demographic_parity_ratio",
        "rd": "equal_opportunity_difference",
        "sd": "true_negative_rate_difference",
        "ad": "accuracy_difference",
        "dar": "precision_difference",
        "cddpl": "conditional_demographic_disparity",
        "te": "treatment_equality",
        "ft": "flip_test",
        "ge": "generalized_entropy",
    },
    # aif360.metrics.BinaryLabelDatasetMetric: `mean_difference` is another name of `statistical_parity_difference`.
    "aif360": {"mean_difference": "demographic_parity_difference"},
    # lm_eval/api/metrics.py prints fractions; `pct_stereotype` of crows_pairs is one in spite of its name.
    "lm_eval": {"pct_stereotype": "stereotype_rate"},
}
