"""`$is_digest(text)`: whether it is the hex digest of something: sha256, sha384 or sha512.

Written bare (64, 96 or 128 hex digits) or with its algorithm: `sha256:…`. One digit repeated is a placeholder, and
so is the digest of nothing, which every tool gives for an empty file.
"""

from __future__ import annotations

from binascii import unhexlify
from typing import Final

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_digest", (TEXT,), BOOLEAN)

_OF_NOTHING = frozenset(
    unhexlify(digits)
    for digits in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
        "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
    )
)

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
    if octets in _OF_NOTHING:
        return False
    if len(KNOWN) >= _MOST_KNOWN:
        KNOWN.clear()
    KNOWN.add(text)
    return True


KNOWN: Final[set[str]] = set()
"""Digests: several rules ask it of the same one, and the data that a model is trained on stays for many versions."""
_MOST_KNOWN: Final = 4_096
