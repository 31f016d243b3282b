"""Values of evidence, and places, as people read them."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from aims_policy.diagnostics import safe
from aims_policy.reports.page.layout import cut

_LONGEST = 60
_PLAIN_EXPONENT = 20


def value(given: Any, width: int = _LONGEST) -> str:
    """A value in at most ``width`` cells; texts in quotes, dates without an empty time.

    >>> value(Decimal("0.10")), value(True), value(("a", "b")), value(())
    ('0.10', 'true', '["a", "b"]', '[]')
    """
    return cut(safe(_written(given)), width)


def place(file: str, line: int) -> str:
    """``model.yaml:41``; without a line the file, without a file nothing."""
    return safe(f"{file}:{line}") if file and line else safe(file)


def quoted(word: str) -> str:
    """A word as a shell takes it, so that a shown command can be copied whatever a file is called.

    >>> print(quoted("model.yaml"), quoted("my model.yaml"), quoted("$(rm b)"))
    model.yaml 'my model.yaml' '$(rm b)'
    """
    if word.replace("/", "").replace(".", "").replace("_", "").replace("-", "").isalnum() and word.isascii():
        return word
    from shlex import quote

    return safe(quote(word))


def number(given: Decimal) -> str:
    """A number as a person would write it, exactly.

    >>> number(Decimal("1E+3")), number(Decimal("0.230")), number(Decimal("1E-500"))
    ('1000', '0.230', '1E-500')
    """
    exponent = given.as_tuple().exponent
    small = isinstance(exponent, int) and abs(exponent) <= _PLAIN_EXPONENT
    return format(given, "f") if small else str(given)


def amount(count: int, one: str, many: str = "") -> str:
    """A count with its noun.

    >>> amount(1, "rule"), amount(2, "rule"), amount(0, "entry", "entries")
    ('1 rule', '2 rules', '0 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _written(given: Any) -> str:
    if isinstance(given, str):
        return f'"{given[: _LONGEST * 4]}"'
    if given is None or isinstance(given, bool):
        return {None: "null", True: "true", False: "false"}[given]
    if isinstance(given, Decimal):
        return number(given)
    if isinstance(given, datetime):
        return moment(given)
    if isinstance(given, timedelta):
        return amount(given.days, "day") if not given.seconds else str(given)
    if isinstance(given, dict):
        return "{" + ", ".join(f"{k}: {_written(v)}" for k, v in list(given.items())[:_LONGEST]) + "}"
    if isinstance(given, tuple | list | set | frozenset):
        items = sorted(given, key=str) if isinstance(given, set | frozenset) else list(given)
        return "[" + ", ".join(_written(v) for v in items[:_LONGEST]) + "]"
    return str(given)


def moment(given: datetime) -> str:
    """ISO 8601, UTC as Z, without a time where that is midnight."""
    if not (given.hour or given.minute or given.second or given.microsecond):
        return given.date().isoformat()
    return given.isoformat().replace("+00:00", "Z")
