"""`$is_contact(text)`: whether someone can be reached by it: an e-mail or https address, or `tel:+…`."""

from __future__ import annotations

import re

from aims_policy.language.builtins.is_https import call as is_https
from aims_policy.language.types import BOOLEAN, TEXT, function

TYPE = function("is_contact", (TEXT,), BOOLEAN)

_MAIL = re.compile(
    r"(?:mailto:)?[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_TELEPHONE = re.compile(r"tel:\+[0-9](?:[-. ()]?[0-9]){5,20}")


def call(text: str) -> bool:
    if len(text) > 2_048:
        return False
    return bool(_MAIL.fullmatch(text) or _TELEPHONE.fullmatch(text)) or is_https(text)
