"""`$same_metric(name, name)`: whether two names are those of one metric, however each is spelled.

Capitals, blanks, marks and letters that look alike are left aside, and other usual names are known:
`statistical_parity_difference` is `demographic_parity_difference`, `acc` is `accuracy`.
"""

from __future__ import annotations

from aims_policy.catalog.metrics import CANONICAL
from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("same_metric", (TEXT, TEXT), BOOLEAN)


def call(name: str, other: str) -> bool:
    return CANONICAL[name] == CANONICAL[other]
