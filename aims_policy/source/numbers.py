"""Text to exact numbers, within bounds that keep arithmetic on them cheap."""

from __future__ import annotations

from decimal import Context, Inexact, InvalidOperation, Overflow, Subnormal

from aims_policy.source.text import MAX_DIGITS

# The exponents of IEEE 754 decimal128: 1e999999999 is a few bytes to write and a gigabyte to print.
_CONTEXT = Context(
    prec=MAX_DIGITS, Emax=6144, Emin=-6143, traps=[Overflow, Inexact, Subnormal, InvalidOperation]
)

RANGE_HINT = f"numbers have at most {MAX_DIGITS} digits and exponents from -6143 to 6144"


class NotFinite(str):
    """What a file gives for a number and is none: ``NaN``, ``-Infinity``, ``.inf``, as it is written there.

    Only readers of formats whose tools write such values ask for it; elsewhere the file is refused. It is no
    plain text, so nothing that asks for the type of a value takes it for one, or for a number.
    """

    __slots__ = ()


exact = _CONTEXT.create_decimal
"""The Decimal a text stands for, digit by digit. Raises ArithmeticError beyond the bounds."""


def whole(text: str) -> int:
    """The integer of a decimal, 0x or 0o text. Raises ValueError beyond the bounds."""
    if len(text) > MAX_DIGITS:
        raise ValueError("too many digits")
    return int(text, 0)
