"""What a plain scalar of YAML means, by the core schema of YAML 1.2."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aims_policy.source.numbers import NotFinite, exact, whole

if TYPE_CHECKING:
    from decimal import Decimal

WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_STARTS = frozenset("0123456789+-.")
"""What a number begins with."""

# A leading zero means text: `010` is a code or an octal number of YAML 1.1, seldom ten.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*+)|0x[0-9a-fA-F]++|0o[0-7]++")
_FRACTION = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*+)(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def number_or_text(text: str) -> int | Decimal | NotFinite | str:
    """The number that a plain scalar stands for, or its text.

    Raises ValueError or ArithmeticError for a number that is out of range.

    >>> number_or_text("1e3"), number_or_text("010"), number_or_text("1.2.3")
    (Decimal('1E+3'), '010', '1.2.3')
    """
    if _INTEGER.fullmatch(text):
        return whole(text)
    if _FRACTION.fullmatch(text):
        return exact(text)
    return NotFinite(text) if _NOT_FINITE.fullmatch(text) else text
