"""What is said of a value that a field does not take: what it is, what is expected, how to write it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aims_policy.manifest.native.shape import Shape

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_NUMBERS = (int, Decimal)
_TEXTS = ("text", "prose", "reference", "party")
_SAID = dict.fromkeys(("yes", "on", "true", "y"), True) | dict.fromkeys(("no", "off", "false", "n"), False)
"""Words that people mean true and false by."""


def found(value: Any) -> str:
    """A value of a file in words."""
    kind = type(value)
    if kind is str:
        return f"the text `{cut(value)}`"
    if kind is bool:
        return "true" if value else "false"
    if kind in _NUMBERS:
        return f"the number {shown(value)}"
    return "a mapping" if kind is dict else "a list"


def expected(shape: Shape) -> str:
    """What a shape takes, in words."""
    kind = shape[0]
    if kind == "number":
        return _range(shape)
    return {
        "record": "a mapping of fields", "map": "a mapping", "list": "a list", "boolean": "true or false",
        "moment": "a date such as 2026-01-31", "choice": "one word of those known",
    }.get(kind, "text")  # fmt: skip


def shown(number: int | Decimal) -> str:
    """A number, cut where it is long."""
    text = str(number)
    return text if len(text) <= 40 else f"{text[:37]}…"


def _range(shape: Shape) -> str:
    _, least, most, whole = shape
    words = "a whole number" if whole else "a number"
    if least is not None and most is not None:
        return f"{words} from {least} to {most}"
    if least is not None:
        return f"{words} of at least {least}"
    return words if most is None else f"{words} of at most {most}"


def remedy(value: Any, shape: Shape) -> str:
    """How to write the value so that the shape takes it; "" where nobody can tell."""
    kind = shape[0]
    if type(value) is str:
        if kind == "number" and re.fullmatch(_NUMBER, value.strip()):
            return f"write it without quotes: {value.strip()}"
        if kind == "number" and (share := re.fullmatch(rf"({_NUMBER})\s*%", value.strip())):
            return f"a share is written as a fraction: {(Decimal(share[1]) / 100).normalize():f}"
        if kind == "number" and re.fullmatch(r"\d{1,3}([,_' ]\d{3})+", value.strip()):
            return f"write it with digits alone: {re.sub('[^0-9]', '', value)}"
        if kind == "boolean" and value.strip().lower() in _SAID:
            return f"write {'true' if _SAID[value.strip().lower()] else 'false'}, without quotes"
    if kind == "list" and type(value) not in (dict, list):
        return "write one item on each line, after `- `"
    if kind == "choice":
        return f"one of {listed(shape[1])}"
    if kind in _TEXTS and type(value) in _NUMBERS:
        return f'write it in quotes: "{shown(value)}"'
    if kind in _TEXTS and type(value) is bool:
        return f'write it in quotes: "{str(value).lower()}"'
    return ""


def instead(name: str, value: Any, known: tuple[str, ...]) -> str:
    """What was meant by a field that does not exist."""
    from aims_policy.diagnostics import nearest

    if value is None and " " in name:  # YAML ended a text without quotes at its comma
        return "in braces a comma ends a text: put the whole text before it in quotes"
    likely = nearest(name, known)
    return f"did you mean `{likely}`?" if likely else f"its fields are {listed(known)}"


def listed(names: tuple[str, ...]) -> str:
    """The first twenty names, in quotes."""
    quoted = [f"`{n}`" for n in names[:20]]
    return ", ".join(quoted) + (", …" if len(names) > 20 else "")


def cut(text: str) -> str:
    """The first line of a text, cut where it is long."""
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= 60 and line == text.strip() else f"{line[:57]}…"
