"""What authors write out of habit from other languages, and how it is written here."""

from __future__ import annotations

import re

_EQUALS = "equality is written `==`, inequality `!=`"
_GIVEN = "evidence that is not given makes the rule `missing` by itself; `a ?? b` says what to take instead"
_EVERY = 'write `$all([s.digest != "" for s in list])`, or `$any([…])`'
_CHOICE = "a choice is written `condition ? this : that`"
_QUOTES = 'a text stands in straight quotes: `"text"`'
_NUMBER = "a number is digits and a point alone: `100000`, `0.95`"
_SHARE = "a share is written `0.95`; `%` is the rest of a division"
_AMONG = 'write `"a" in list`, or `"a" in text`'
_LENGTH = "how many there are is `list.length`, how long a text is `text.length`"

_WORDS = {
    "&": "both is written `and`",
    "|": "either is written `or`",
    "!": "the opposite is written `not`",
    "is": _GIVEN,
    "for": f"a comprehension stands in brackets; {_EVERY}",
    "of": "a comprehension is written `[s.name for s in list]`",
    "any": _EVERY,
    "all": _EVERY,
    "some": _EVERY,
    "every": _EVERY,
    "if": _CHOICE,
    "then": _CHOICE,
    "contains": _AMONG,
    "includes": _AMONG,
    "like": 'a pattern is written `text =~ "a.*"`, from the beginning, or `=~~`, anywhere',
    "matches": 'a pattern is written `text =~ "a.*"`, from the beginning, or `=~~`, anywhere',
    "between": "write `value >= 1 and value <= 7`",
    "lambda": "a comprehension is written `[s.name for s in list]`",
    ",": "a list is written `[1, 2]`",
    "/": 'a pattern is a text: `=~ "a.*"`',
    **dict.fromkeys("“”„«»‘’`", _QUOTES),  # noqa: RUF001 - as word processors write them
    "≥": "that is written `>=`",
    "≤": "that is written `<=`",
    "≠": "that is written `!=`",
    ";": "one condition is asked; several are joined with `and`",
}
_NAMES = {
    "len": _LENGTH,
    "length": _LENGTH,
    "size": _LENGTH,
    "count": _LENGTH,
    "true": "write `true`",
    "false": "write `false`",
    "yes": "write `true`",
    "no": "write `false`",
    "none": _GIVEN,
    "nil": _GIVEN,
    "undefined": _GIVEN,
    "exists": _GIVEN,
    "has": _GIVEN,
    "contains": _AMONG,
    "includes": _AMONG,
    "lower": "write `text.as_lower`",
    "upper": "write `text.as_upper`",
    "environment": "write `appetite.environment`",
    "tier": "write `appetite.tier`: the one that the manifest is held to",
    "defined": _GIVEN,
    "spec": "sections stand by themselves: `content.records`, not `spec.content.records`",
    "input": "sections stand by themselves: `content.records`, not `input.content.records`",
}
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_DIGITS = re.compile(r"(?:^|[^\w.])[\d.]*\d$")
_LAST_WORD = re.compile(r"([A-Za-z]+)\s*$")


def not_expected(text: str, start: int, end: int) -> str:
    """Help where a word is not expected; "" for a slip that nobody is known to make.

    >>> not_expected("a && b", 3, 4), not_expected("a OR b", 2, 4)
    ('both is written `and`', 'operators are written small: `or`')
    """
    found = text[start:end]
    if text[:start].rstrip().endswith("%"):
        return _SHARE
    if _DIGITS.search(text[:start]) and re.match(r"[A-Za-z_]|,\d{3}\b", text[start:]):
        return _NUMBER
    if found.lower() in ("and", "or", "not", "in"):
        return "" if found.islower() else f"operators are written small: `{found.lower()}`"
    if found == "*" and text[:start].rstrip().endswith("["):
        return f"one looks at every entry with a comprehension; {_EVERY}"
    if text[:start].rstrip().endswith("<") and found == ">":
        return _EQUALS
    if found in _COMPARISONS and not text[:start].rstrip().endswith(_COMPARISONS):
        return "two comparisons are joined: `1 < value and value < 3`"
    before = _LAST_WORD.search(text[:start])
    word = before[1] if before is not None else ""
    if word.lower() == "not" and word != "not":
        return "operators are written small: `not`"
    return _WORDS.get(found, "") or _WORDS.get(word, "")


def ends_early(text: str) -> str:
    """Help where an expression ends too early.

    >>> ends_early("(a and b"), ends_early("a and")
    ('a `(` is not closed', 'something is to follow `and`')
    """
    opened: list[str] = []
    for char in re.sub(r"\"[^\"]*\"|'[^']*'", "", text):
        if char in "([{":
            opened.append(char)
        elif char in ")]}" and opened:
            opened.pop()
    if opened:
        return f"a `{opened[-1]}` is not closed"
    if text.rstrip().endswith("%"):
        return _SHARE
    if "?" in text and ":" not in text:
        return _CHOICE
    last = re.search(r"(\w+|[^\w\s]+)\s*$", text)
    return f"something is to follow `{last[1]}`" if last is not None else ""


def no_operator(text: str, start: int) -> str:
    """Help where `=` stands alone.

    >>> no_operator("a = 1", 2), no_operator("a => 1", 2)
    ('equality is written `==`', 'equality is written `==`, at least `>=`, at most `<=`')
    """
    either = text[start + 1 : start + 2] in ("<", ">")
    return "equality is written `==`" + (", at least `>=`, at most `<=`" if either else "")


def bad_literal(message: str) -> str:
    """Help where a value is written wrongly, by what rule_engine says of it.

    >>> bad_literal("invalid datetime literal")
    'a date is written d"2026-01-31"'
    """
    # The 01 of a bare 2026-01-31 is a number with a leading zero.
    is_date = "datetime" in message or "leading zeros" in message
    return 'a date is written d"2026-01-31"' if is_date else ""


def no_name(name: str) -> str:
    """Help where a name is not known; "" for a slip that nobody is known to make."""
    return _NAMES.get(name.lower(), "")
