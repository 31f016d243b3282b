"""Scores of data drift: what method made them, and on which side of its threshold it calls a change drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.metrics import exact_number

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.draft import Draft
    from aims_policy.manifest.paths import Steps

# Evidently's names of its methods as reports print them, and as they are asked for ("Data drift algorithm").
_METHODS = {
    "population stability index": "psi",
    "wasserstein distance (normed)": "wasserstein",
    "jensen-shannon distance": "jensenshannon",
    "kullback-leibler divergence": "kl_div",
    "hellinger distance": "hellinger",
    "k-s p_value": "ks",
    "chi-square p_value": "chisquare",
    "z-test p_value": "z",
}
_DISTANCES = frozenset(["psi", "wasserstein", "jensenshannon", "kl_div", "hellinger", "ed", "tvd"])
_P_VALUES = frozenset(["ks", "chisquare", "z", "anderson", "fisher_exact", "g_test", "mannw", "t_test", "es"])


def drift_metric(method: Any) -> str:
    """The metric of a drift score. The population stability index is one by itself; others are named by their method.

    >>> drift_metric("PSI"), drift_metric("K-S p_value"), drift_metric(None)
    ('psi', 'drift_ks', 'drift_score')
    """
    if type(method) is not str or not method.strip():
        return "drift_score"
    short = _METHODS.get(method.strip().lower(), method.strip().lower())
    return short if short == "psi" else f"drift_{short}"


def put_threshold(draft: Draft, path: str, metric: str, threshold: Any, source: Steps) -> None:
    """The limit beyond which the tool calls it drift: above for a distance, below for a p-value.

    Left out for a method of which that is not known.
    """
    method = metric.removeprefix("drift_")
    if method in _DISTANCES | _P_VALUES and exact_number(threshold) is not None:
        draft.number(f"{path}.threshold", threshold, source)
        draft.put(f"{path}.higher_is_better", method in _P_VALUES, source)
