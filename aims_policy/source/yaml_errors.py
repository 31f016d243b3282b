"""What PyYAML's errors mean, said so that people know what to change."""

from __future__ import annotations

from typing import Any

# A part of the parser's own words -> (message, help). The scanner and the parser of libyaml and of
# PyYAML say the same things in nearly the same words.
_MEANINGS = {
    "cannot start any token": ("`{char}` cannot begin a value here", "put the text in quotes"),
    "mapping values are not allowed": (
        "a `:` where no key can be",
        "put a text that holds `: ` in quotes, and check the indentation",
    ),
    "could not find expected ':'": ("a key without `:`", "a key is followed by `: `"),
    "did not find expected key": (
        "this does not fit what stands above it",
        "check the indentation, and that quotes are closed",
    ),
    "did not find expected '-' indicator": (
        "this does not fit the list above it",
        "items of one list begin with `- ` in one column",
    ),
    "did not find expected <document start>": (
        "nothing may follow the end of the document",
        "check the indentation, or begin another document with `---`",
    ),
    "found undefined tag handle": (
        "a tag with an unknown handle",
        "put a text that begins with `!` in quotes",
    ),
    "found unknown escape character": (
        "an escape YAML does not know",
        "in single quotes a backslash is a backslash",
    ),
    "hexdecimal number": ("an escape YAML does not know", "in single quotes a backslash is a backslash"),
    "invalid Unicode character escape": ("this escape is no character", ""),
    "sequence entries are not allowed": (
        "a `- ` where no list can be",
        "begin the list on a line of its own",
    ),
    "incompatible YAML document": ("this version of YAML is not read", "remove the `%YAML` line"),
    "control characters are not allowed": ("a control character", "remove it, or write it as an escape"),
    "special characters are not allowed": ("a control character", "remove it, or write it as an escape"),
}
_UNCLOSED = {
    "did not find expected ',' or ']'": "expected `,` or `]`: a list is not closed",
    "did not find expected ',' or '}'": "expected `,` or `}`: a mapping is not closed",
    "found unexpected end of stream": "the file ends inside a quoted text",
}


def explain(error: Exception, text: str) -> tuple[str, str, int, int | None]:
    """(message, help, offset, offset of what is not closed) for an error of PyYAML's reader or parser."""
    start = min(_offset(error, text), len(text))
    tab = _indenting_tab(text, start)
    if tab is not None:
        return "a tab cannot indent YAML", "indent with spaces", tab, None
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "not valid YAML")
    for words, message in _UNCLOSED.items():
        if words in problem:
            context = getattr(error, "context_mark", None)
            return message, "", min(start, _end_of_text(text)), context and context.index
    for words, (message, hint) in _MEANINGS.items():
        if words in problem:
            return message.format(char=text[start : start + 1]), hint, start, None
    return f"not valid YAML: {problem}", "", start, None


def _offset(error: Any, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.index)
    position = getattr(error, "position", 0) or 0
    # libyaml's reader counts bytes where everything else counts code points.
    return len(text.encode()[:position].decode(errors="ignore"))


def _indenting_tab(text: str, start: int) -> int | None:
    """The first tab before anything else on the line of an offset."""
    begin = text.rfind("\n", 0, start) + 1
    indentation = text[begin : start + 1]
    if "\t" not in indentation or indentation.strip(" \t"):
        return None
    return begin + indentation.index("\t")


def _end_of_text(text: str) -> int:
    return max(0, len(text.rstrip()) - 1)
