"""`$is_digest(text)`: whether it is the hex digest of something: sha256, sha384 or sha512.

Written bare (64, 96 or 128 hex digits) or with its algorithm: `sha256:…`. One digit repeated is a
placeholder.
"""

from __future__ import annotations

import re

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_digest", (TEXT,), BOOLEAN)

_DIGEST = re.compile(
    r"(?:(?:sha256:)?([0-9a-fA-F]{64})|(?:sha384:)?([0-9a-fA-F]{96})|(?:sha512:)?([0-9a-fA-F]{128}))"
)


def call(text: str) -> bool:
    found = _DIGEST.fullmatch(text)
    return found is not None and len(set(found[found.lastindex or 0].lower())) > 1
