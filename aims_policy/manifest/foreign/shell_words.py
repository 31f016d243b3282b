"""A shell's line as words: what `shlex.split` gives, in time that grows with the line and not with its square.

Lines come from strangers; on one word of a megabyte `shlex` takes seconds.
"""

from __future__ import annotations

import re

_WORD = re.compile(
    r"""(?:[^ \t\r\n'"\\]++|\\.|'[^']*+'|"(?:[^"\\]++|\\.)*+")++""",
    re.DOTALL,
)
_PART = re.compile(
    r"""(?P<plain>[^'"\\]++)|\\(?P<escaped>.)|'(?P<single>[^']*+)'|"(?P<double>(?:[^"\\]++|\\.)*+)["]""",
    re.DOTALL,
)
_ESCAPED = re.compile(r"""\\(["\\])""")

_SHELLS = 3
"""So many shells may be told to run a shell."""


def words_of(text: str, shells: int = _SHELLS) -> list[str]:
    """The words of a command's argument: a text with blanks is a shell's line, and so may be a word of it.

    >>> words_of("bash -c 'vllm serve acme/chat'")
    ['bash', '-c', 'vllm', 'serve', 'acme/chat']
    """
    if not shells or not any(c.isspace() for c in text):
        return [text]
    return [word for part in split_line(text) for word in words_of(part, shells - 1)]


def split_line(line: str) -> list[str]:
    """The words of a line, without quotes; split at blanks alone where a quote or an escape is not ended.

    >>> split_line("serve --model 'acme/chat' a\\\\ b")
    ['serve', '--model', 'acme/chat', 'a b']
    >>> split_line("what's new")
    ["what's", 'new']
    """
    if not ("'" in line or '"' in line or "\\" in line):
        return [word for word in re.split(r"[ \t\r\n]", line) if word]
    if _WORD.sub("", line).strip(" \t\r\n"):
        return line.split()
    return ["".join(map(_plain, _PART.finditer(word))) for word in _WORD.findall(line)]


def _plain(part: re.Match[str]) -> str:
    if (
        part["double"] is not None
    ):  # between these a backslash stands for itself but before another, or a quote
        return _ESCAPED.sub(r"\1", part["double"])
    return part["plain"] or part["escaped"] or part["single"] or ""
