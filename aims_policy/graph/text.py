"""Plain text for the answers of queries: headings, and items that wrap with a hanging indent."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from aims_policy.diagnostics import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aims_policy.graph.paths import Reached


def counted(number: int, what: str) -> str:
    """A number with its noun.

    >>> counted(1, "asset"), counted(2, "asset")
    ('1 asset', '2 assets')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"


def block(heading: str, items: Iterable[str], width: int) -> list[str]:
    """A heading with its items below it; nothing where there are no items."""
    lines = [line for item in items for line in item_lines(item, width)]
    return ["", *item_lines(heading, width, indent=""), *lines] if lines else []


def item_lines(text: str, width: int, *, indent: str = "  ") -> list[str]:
    """One item, made safe for a terminal and wrapped; long names are never broken.

    >>> item_lines("one two three four five", 20)
    ['  one two three four', '    five']
    """
    return wrap(
        safe(text),
        max(width, 20),
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def reached_lines(found: Iterable[Reached], width: int) -> list[str]:
    """Assets with the ways that lead to them."""
    lines: list[str] = []
    for one in found:
        lines += item_lines(one.asset + ("" if one.described else " (no manifest describes it)"), width)
        for way in one.ways:
            lines += item_lines(str(way), width, indent="    ")
        if one.more:
            lines += item_lines("and more ways as short", width, indent="    ")
    return lines
