"""`$range(stop)`, `$range(start, stop)`, `$range(start, stop, step)`: whole numbers from start up to before
stop.
"""

from __future__ import annotations

import builtins
from decimal import Decimal

from aims_policy.language.operations import ELEMENTS, Refused, whole
from aims_policy.language.types import NUMBER, function, list_of

TYPE = function("range", (NUMBER, NUMBER, NUMBER), list_of(NUMBER), minimum=1)


def call(start: Decimal, stop: Decimal | None = None, step: Decimal | None = None) -> tuple[Decimal, ...]:
    first, last = (Decimal(), start) if stop is None else (start, stop)
    numbers = builtins.range(whole(first), whole(last), 1 if step is None else whole(step))
    # Two indices tell the length where it may be beyond what len() can say.
    if numbers[ELEMENTS : ELEMENTS + 1]:
        raise Refused(f"a range of more than {ELEMENTS:,} numbers")
    return tuple(map(Decimal, numbers))
