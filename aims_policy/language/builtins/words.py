"""`$words(text)`: how many different words the text has, capitals aside.

A word is a run of letters and digits. Different ones are counted so that padding with one word adds no depth.
"""

from __future__ import annotations

import re
from decimal import Decimal

from aims_policy.language.types import NUMBER, TEXT, function

TYPE = function("words", (TEXT,), NUMBER)

_WORD = re.compile(r"[^\W_]+")


def call(text: str) -> Decimal:
    return Decimal(len(set(_WORD.findall(text.casefold()))))
