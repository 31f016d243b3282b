"""`$any(booleans)`: whether at least one is true; false for an empty list.

Takes booleans only: `$any([m.value > 0 for m in list])`. Every element is computed first, so one that is
missing makes the whole missing.
"""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from aims_policy.language.types import BOOLEAN, function, list_of

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPE = function("any", (list_of(BOOLEAN),), BOOLEAN)


def call(booleans: Sequence[bool]) -> bool:
    return builtins.any(booleans)
