"""`$parse_float(text)`: the number a text spells: decimal, or with 0x, 0o, 0b."""

from __future__ import annotations

import ast
import re
from decimal import Decimal

from aims_policy.language.operations import Refused
from aims_policy.language.types import NUMBER, TEXT, function

TYPE = function("parse_float", (TEXT,), NUMBER)
_LONGEST = 1_000


def call(text: str) -> Decimal:
    if len(text) > _LONGEST or re.match("^0[0-9]", text):
        raise Refused("the text is not a number: it is too long, or begins with 0")
    return Decimal(ast.literal_eval(text) if re.match("^0[box]", text) else text)
