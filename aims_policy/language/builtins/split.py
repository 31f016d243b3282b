"""`$split(text)`, `$split(text, separator)`, `$split(text, separator, most)`: the parts of a text.

Without a separator the text is split at white space; `most` is the largest number of splits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language.operations import Refused, whole
from aims_policy.language.types import NUMBER, TEXT, function, list_of

if TYPE_CHECKING:
    from decimal import Decimal

TYPE = function("split", (TEXT, TEXT, NUMBER), list_of(TEXT), minimum=1)


def call(text: str, separator: str | None = None, most: Decimal | None = None) -> tuple[str, ...]:
    times = -1 if most is None else whole(most)
    if most is not None and times < 0:
        raise Refused("the largest number of splits must not be negative")
    return tuple(text.split(separator, times))
