"""`$is_digest(text)`: whether it is the hex digest of something: sha256, sha384 or sha512.

Written bare (64, 96 or 128 hex digits) or with its algorithm: `sha256:…`. One digit repeated is a placeholder.
"""

from __future__ import annotations

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_digest", (TEXT,), BOOLEAN)

_LENGTHS = {"": (64, 96, 128), "sha256": (64,), "sha384": (96,), "sha512": (128,)}


def call(text: str) -> bool:
    algorithm, colon, digits = text.rpartition(":")
    if len(digits) not in _LENGTHS.get(algorithm, ()) or (colon and not algorithm):
        return False
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        return False
    one_digit = octets[0] >> 4 == octets[0] & 15 and octets.count(octets[0]) == len(octets)
    # Shorter where there were spaces, which fromhex skips.
    return len(octets) * 2 == len(digits) and not one_digit
