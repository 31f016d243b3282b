"""Text of others inside Markdown: it shows as it is, and does nothing.

No heading, link, picture, mention, reference to an issue, address or formula comes of it, on GitHub or on GitLab.
"""

from __future__ import annotations

import re

from aims_policy.diagnostics import safe

_SPECIAL = re.compile(r"([\\`*_{}\[\]|~])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"}
_BREAK = "&#8203;"  # a zero-width space: what it divides is no longer a name or an address
_NAMES = re.compile(r"(?:@|(?<!&)#|!)(?=\w)|(?<=:)(?=//)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-\d)", re.IGNORECASE)
_FREEING = re.compile(
    r"\\+(?=\||$)"
)  # before a bar a backslash would undo the one that keeps the bar in its cell
_TICKS = re.compile(r"`+")
_BLOCK = re.compile(r"\A(?:(?=[#+=-])|\d+(?=[.)]))")
"""Before what at the beginning of a line makes it a heading, an item of a list or a line below a heading."""


def prose(text: str, longest: int = 500) -> str:
    r"""The text as Markdown that shows just this text, in one line.

    >>> prose("*a* | <b> @team, see #12")
    '\\*a\\* \\| &lt;b&gt; @&#8203;team, see #&#8203;12'
    """
    plain = _shortened(text, longest)
    escaped = "".join(_ENTITIES.get(c, c) for c in _SPECIAL.sub(r"\\\1", plain))
    return _NAMES.sub(lambda m: m.group() + _BREAK, _BLOCK.sub(r"\g<0>\\", escaped))


def code(text: str, longest: int = 200, *, in_table: bool = False) -> str:
    """The text as a code span, between more backticks than it has in a row.

    >>> code("a`b"), code("a|b", in_table=True)
    ('``a`b``', '`a\\\\|b`')
    """
    plain = _shortened(text, longest) or " "
    if in_table:
        plain = _FREEING.sub(lambda m: "\u29f5" * len(m.group()), plain).replace("|", "\\|")
    fence = "`" * (max(map(len, _TICKS.findall(plain)), default=0) + 1)
    gap = " " if plain[0] == "`" or plain[-1] == "`" else ""
    return f"{fence}{gap}{plain}{gap}{fence}"


def block(lines: list[str]) -> list[str]:
    """Lines as a fenced block of plain text, with a fence that none of them closes."""
    shown = [safe(line) for line in lines]
    fence = "`" * max(3, max((len(t) for line in shown for t in _TICKS.findall(line)), default=0) + 1)
    return [f"{fence}text", *shown, fence]


def _shortened(text: str, longest: int) -> str:
    line = safe(" ".join(text[: longest * 4].split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"
