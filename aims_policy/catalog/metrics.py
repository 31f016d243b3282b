"""The metrics that are known by name: what they are called, on which scale they are, which way is better.

What is canonical follows Fairlearn and scikit-learn. Facts are from the tools' own documentation: Fairlearn's
``fairlearn.metrics``, AIF360's ``ClassificationMetric`` and ``BinaryLabelDatasetMetric``, Amazon SageMaker Clarify,
scikit-learn's ``sklearn.metrics``, Hugging Face's ``evaluate``, EleutherAI's ``lm_eval``, Evidently.
"""

from __future__ import annotations

from typing import Final

from aims_policy.named_tuple import NamedTuple
from aims_policy.source.persons import plain_letters


class Metric(NamedTuple):
    """A canonical metric.

    `section` is the part of a Model that its measurements belong to; a Dataset keeps all of them under ``quality``.
    `scale` is ``fraction`` (0..1), ``signed`` (-1..1), ``difference`` (the magnitude of one from -1..1), ``ratio``
    (0..1, the inverse of what is larger) or "" (any number). `higher_is_better` is None where it depends on the use.
    """

    name: str
    section: str = "evaluation"
    scale: str = ""
    higher_is_better: bool | None = None


# Of two groups, a privileged and an unprivileged one, the magnitude is what Fairlearn's maximum over groups is.
_DIFFERENCES = """demographic_parity_difference equalized_odds_difference equal_opportunity_difference
    average_odds_difference average_absolute_odds_difference false_positive_rate_difference
    false_negative_rate_difference true_negative_rate_difference accuracy_difference precision_difference
    label_parity_difference false_discovery_rate_difference false_omission_rate_difference
    conditional_demographic_disparity label_conditional_demographic_disparity class_imbalance"""
_RATIOS = """demographic_parity_ratio equalized_odds_ratio equal_opportunity_ratio false_positive_rate_ratio
    true_negative_rate_ratio false_negative_rate_ratio accuracy_ratio precision_ratio error_rate_ratio"""

_ROWS: tuple[tuple[str, str, bool | None, str], ...] = (
    ("fairness", "difference", False, _DIFFERENCES),
    ("fairness", "ratio", True, _RATIOS),
    ("evaluation", "fraction", None, "selection_rate"),
    ("evaluation", "fraction", True, """true_positive_rate true_negative_rate accuracy
        balanced_accuracy f1 f1_macro f1_micro f1_weighted precision recall auc roc_auc pr_auc average_precision
        specificity sensitivity exact_match map ndcg precision_macro precision_micro precision_weighted recall_macro
        recall_micro recall_weighted accuracy_normalized jaccard pass_rate"""),
    ("evaluation", "fraction", False, """false_positive_rate false_negative_rate wer cer error_rate
        expected_calibration_error hamming_loss"""),
    ("evaluation", "signed", None, "pearson spearman"),
    ("evaluation", "signed", True, "matthews_correlation cohen_kappa"),
    ("robustness", "fraction", False, "attack_success_rate"),
    ("robustness", "fraction", True, "robust_accuracy adversarial_accuracy"),
    ("evaluation", "", True, "r2"),
    ("evaluation", "", False, """brier_score log_loss mean_absolute_error mean_squared_error root_mean_squared_error
        mean_absolute_percentage_error perplexity psi"""),
)  # fmt: skip

METRICS: Final = {
    name: Metric(name, section, scale, higher)
    for section, scale, higher, names in _ROWS
    for name in names.split()
}
"""By canonical name."""

# Mean odds (AIF360) and largest odds (Fairlearn) differ, so neither is an alias of the other. Nor is `auc` one of
# `roc_auc`: it may be that of precision over recall. Labels' parity says nothing of a model's predictions.
_ALIASES = {
    "accuracy": "acc accuracy_score",
    "accuracy_normalized": "acc_norm accuracy_norm",
    "balanced_accuracy": "balanced_accuracy_score",
    "f1": "f1_score",
    "f1_macro": "macro_f1",
    "f1_micro": "micro_f1",
    "precision": "precision_score",
    "recall": "recall_score",
    "roc_auc": "roc_auc_score auroc auc_roc",
    "pr_auc": "auprc auc_pr",
    "average_precision": "average_precision_score",
    "exact_match": "em",
    "log_loss": "logloss",
    "mean_absolute_error": "mae",
    "mean_squared_error": "mse",
    "root_mean_squared_error": "rmse",
    "mean_absolute_percentage_error": "mape",
    "r2": "r2_score",
    "matthews_correlation": "mcc matthews_corrcoef",
    "cohen_kappa": "cohen_kappa_score",
    "spearman": "spearmanr",
    "pearson": "pearsonr",
    "wer": "word_error_rate",
    "cer": "character_error_rate",
    "expected_calibration_error": "ece",
    "brier_score": "brier brier_score_loss",
    "psi": "population_stability_index",
    "true_positive_rate": "tpr",
    "false_positive_rate": "fpr fallout_rate",
    "true_negative_rate": "tnr specificity_score",
    "false_negative_rate": "fnr miss_rate",
    "demographic_parity_difference": """demographic_parity_diff statistical_parity_difference
        statistical_parity_diff selection_rate_difference dp_difference""",
    "demographic_parity_ratio": """disparate_impact disparate_impact_ratio selection_rate_ratio
        statistical_parity_ratio adverse_impact_ratio dp_ratio""",
    "equalized_odds_difference": "equalized_odds_diff equalised_odds_difference eo_difference",
    "equal_opportunity_difference": """equal_opportunity_diff true_positive_rate_difference tpr_difference
        recall_difference""",
    "equal_opportunity_ratio": "true_positive_rate_ratio recall_ratio",
    "average_odds_difference": "average_odds_diff",
    "average_absolute_odds_difference": "average_abs_odds_difference",
    "true_negative_rate_difference": "specificity_difference",
    "attack_success_rate": "asr",
}


def canonical(name: str) -> str:
    """A metric's own name, however it is spelled: that of a metric known here, else the name in small letters.

    Capitals, blanks, marks and letters of other scripts that look like Latin ones are left aside.

    >>> canonical("Statistical Parity Difference"), canonical("AccuracyScore"), canonical("Uplift @10")
    ('demographic_parity_difference', 'accuracy', 'uplift_@10')
    """
    letters = plain_letters(name)
    return _BY_LETTERS.get("".join(filter(str.isalnum, letters))) or "_".join(
        letters.replace("-", " ").replace("_", " ").split()
    )


class _Names(dict[str, str]):
    """Canonical names by those that were met: rules ask for those of every measurement, and few are new."""

    def __missing__(self, name: str) -> str:
        found = canonical(name)
        if len(name) <= _LONGEST_NAME:
            if len(self) >= _MOST_NAMES:
                self.clear()
                MET.clear()
            self[name] = MET[name] = found
        return found


_MOST_NAMES: Final = 4_096
_LONGEST_NAME: Final = 200
_BY_LETTERS = {
    alias.replace("_", ""): name
    for name, aliases in ((name, f"{name} {_ALIASES.get(name, '')}") for name in METRICS)
    for alias in aliases.split()
}
CANONICAL: Final = _Names()
"""`canonical` by lookup."""
MET: Final[dict[str, str]] = {}
"""The same of the names that were met, as a plain dict, which the interpreter looks things up in sooner."""
