"""`$is_https(text)`: whether it is an https address with a host."""

from __future__ import annotations

import re

from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_https", (TEXT,), BOOLEAN)

_HOST = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)"
)
_ADDRESS = re.compile(rf"https://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][^\s]*)?", re.IGNORECASE)


def call(text: str) -> bool:
    return len(text) <= 2_048 and _ADDRESS.fullmatch(text) is not None
