"""Names of sections that several readers of a model card ask for, parted by ``|``."""

from __future__ import annotations

RESULTS = """evaluation|performance|performance metrics|evaluation results|evaluation metrics|test metrics|test results
    |primary metrics|model performance"""
COMPARISONS = """fairness|fairness metrics|fairness results|fairness analysis|fairness assessment|fairness audit
    |fairness evaluation|fairness report|bias analysis|bias results|bias metrics|bias audit|bias assessment|bias testing
    |fairness bias audit|bias and fairness|fairness and bias"""
