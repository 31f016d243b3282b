"""`$words(text)`: how many different words the text has, capitals aside.

A word is a run of letters and digits. Different ones are counted so that padding with one word adds no depth. What
is in an address (`https://…`) does not count: a link says where to read, and nothing itself.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from aims_policy.language.types import NUMBER, TEXT, function

TYPE = function("words", (TEXT,), NUMBER)

_WORD = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"\S*://\S*")
# For ASCII the same by a table: letters and digits stay, in lower case, and all else parts words. Three times as fast.
_PARTED = bytes(ord(chr(c).lower()) if chr(c).isalnum() and c < 128 else 32 for c in range(256))


def call(text: str) -> Decimal:
    if "://" in text:
        text = _ADDRESS.sub(" ", text)
    if text.isascii():
        return Decimal(len(set(text.encode("ascii").translate(_PARTED).split())))
    return Decimal(len(set(_WORD.findall(text.casefold()))))


def at_least(text: str, least: int | Decimal) -> bool:
    """Whether there are so many. In one function: most texts are new."""
    if type(least) is not int:
        return call(text) >= least
    if (
        "://" not in text
        and text.isascii()
        and len(set(text.encode().translate(_PARTED).split(None, least))) > least
    ):
        pass  # the first words, and all the rest as one: where no two are the same, the words among them are enough
    elif call(text) < least:
        return False
    if len(text) <= _LONGEST_KNOWN:
        if len(KNOWN) >= _MOST_KNOWN:
            KNOWN.clear()
        KNOWN[text] = least
    return True


KNOWN: Final[dict[str, int]] = {}
"""Texts, and so many different words they have, or more: rules ask it of the same texts again, for another environment,
another rule, the next version of a manifest."""
_MOST_KNOWN: Final = 4_096
_LONGEST_KNOWN: Final = 1_000
