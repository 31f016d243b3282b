"""`$right_way(metric, higher_is_better)`: whether the metric gets better in the direction that is stated for it.

True for metrics that are not known here: there the author's word is all there is. Known are those of scikit-learn and
Fairlearn that have one direction, by their usual names: accuracy, f1, roc_auc, brier_score, log_loss, error_rate, …
Capitals, blanks and hyphens are left aside.
"""

from __future__ import annotations

from functools import lru_cache

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("right_way", (TEXT, BOOLEAN), BOOLEAN)

_HIGHER = """
    accuracy acc accuracy_score acc_norm accuracy_normalized balanced_accuracy f1 f1_score f1_macro f1_micro f1_weighted
    macro_f1 micro_f1 precision precision_score precision_macro precision_micro precision_weighted recall recall_score
    recall_macro recall_micro recall_weighted sensitivity specificity auc roc_auc roc_auc_score auroc pr_auc auprc
    average_precision exact_match ndcg r2 r2_score matthews_correlation mcc cohen_kappa jaccard pass_rate
    true_positive_rate tpr true_negative_rate tnr robust_accuracy adversarial_accuracy demographic_parity_ratio
    disparate_impact equalized_odds_ratio equal_opportunity_ratio
"""
_LOWER = """
    brier_score brier brier_score_loss log_loss logloss mean_absolute_error mae mean_squared_error mse
    root_mean_squared_error rmse mean_absolute_percentage_error mape error_rate word_error_rate wer
    character_error_rate cer expected_calibration_error ece hamming_loss perplexity false_positive_rate fpr
    false_negative_rate fnr attack_success_rate asr psi population_stability_index demographic_parity_difference
    statistical_parity_difference equalized_odds_difference equal_opportunity_difference
"""
_KNOWN = dict.fromkeys(_HIGHER.split(), True) | dict.fromkeys(_LOWER.split(), False)


def call(metric: str, higher_is_better: bool) -> bool:
    return _direction(metric) in (None, higher_is_better)


@lru_cache(maxsize=1024)
def _direction(metric: str) -> bool | None:
    return _KNOWN.get("_".join(metric.casefold().replace("-", " ").replace("_", " ").split()))
