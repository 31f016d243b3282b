"""`$right_way(metric, higher_is_better)`: whether the metric gets better in the direction that is stated for it.

True for metrics that are not known here: there the author's word is all there is. Known are those of scikit-learn and
Fairlearn that have one direction, by their usual names: accuracy, f1, roc_auc, brier_score, log_loss, error_rate, …
Capitals, blanks and hyphens are left aside.
"""

from __future__ import annotations

from aims_policy.catalog.metrics import CANONICAL, METRICS
from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("right_way", (TEXT, BOOLEAN), BOOLEAN)

_DIRECTIONS = {name: metric.higher_is_better for name, metric in METRICS.items()}


def call(metric: str, higher_is_better: bool) -> bool:
    return _DIRECTIONS.get(CANONICAL[metric]) in (None, higher_is_better)
