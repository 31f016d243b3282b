"""`$is_digest(text)`: whether it is the hex digest of something: sha256, sha384 or sha512.

Written bare (64, 96 or 128 hex digits) or with its algorithm: `sha256:…`. One digit repeated is a placeholder.
"""

from __future__ import annotations

from binascii import unhexlify
from typing import Final

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_digest", (TEXT,), BOOLEAN)

_LENGTHS = {"": (64, 96, 128), "sha256": (64,), "sha384": (96,), "sha512": (128,)}


def call(text: str) -> bool:
    if len(text) == 71 and text.startswith("sha256:"):  # what nearly all are
        digits = text[7:]
    else:
        algorithm, colon, digits = text.rpartition(":")
        if len(digits) not in _LENGTHS.get(algorithm, ()) or (colon and not algorithm):
            return False
    try:
        octets = unhexlify(digits)
    except ValueError:
        return False
    first = octets[0]
    if first == octets[1] and first >> 4 == first & 15 and octets.count(first) == len(octets):
        return False
    if len(KNOWN) >= _MOST_KNOWN:
        KNOWN.clear()
    KNOWN.add(text)
    return True


KNOWN: Final[set[str]] = set()
"""Digests: several rules ask it of the same one, and the data that a model is trained on stays for many versions."""
_MOST_KNOWN: Final = 4_096
