"""Names of metrics that also say which data they were measured on: ``test_accuracy``, ``training_f1_score``."""

from __future__ import annotations

import re

from aims_policy.manifest.foreign.metrics import is_known

_TESTED = re.compile(r"^(?:[Tt]est|TEST|[Hh]old_?out)(?:[\W_]+|(?=[A-Z]))|[\W_]+(?:test|holdout)$")
_NO_EVALUATION = re.compile(r"^(?:train|training|system)[\W_]|[\W_](?:train|training)$", re.IGNORECASE)


def plain_metric(name: str) -> str:
    """The metric in a name that also says that it is of test data; else the name as it is.

    >>> plain_metric("test_auc_roc"), plain_metric("holdoutRecall"), plain_metric("f1_test"), plain_metric("test_size")
    ('auc_roc', 'Recall', 'f1', 'test_size')
    """
    alone = _TESTED.sub("", name, count=1)
    return alone if is_known(alone) else name


def is_no_evaluation(name: str) -> bool:
    """Whether a number is of the data that a model was trained on, or of the machine that it was trained with.

    >>> is_no_evaluation("training_f1_score"), is_no_evaluation("system/gpu_power"), is_no_evaluation("val_f1")
    (True, True, False)
    """
    return _NO_EVALUATION.search(name) is not None
