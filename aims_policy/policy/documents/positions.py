"""From an offset in an expression to its line and column in the policy file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.source import Span

if TYPE_CHECKING:
    from aims_policy.source import Document


def span_within(document: Document, value: Span, text: str, start: int, end: int) -> Span:
    """The span in the file of ``text[start:end]``, where ``text`` was read from the scalar at ``value``.

    A scalar may be quoted, folded or a block, so its text is walked beside the file's characters:
    white space matches any run of white space, everything else itself.
    """
    places = _places(document, value, text)
    if not places or start >= len(places):
        return value
    line, column = places[start]
    last = places[min(max(end - 1, start), len(places) - 1)]
    if last[0] != line:
        return Span(line, column, line, len(document.line(line)) + 1)
    return Span(line, column, line, max(last[1], column) + 1)


def _places(document: Document, value: Span, text: str) -> list[tuple[int, int]]:
    line, column = value.line, value.column
    current = document.line(line)
    places: list[tuple[int, int]] = []
    for char in text:
        if char.isspace():
            places.append((line, column))
            continue
        while True:
            index = current.find(char, column - 1)
            gap = current[column - 1 : index] if index >= 0 else ""
            if index >= 0 and (not gap.strip(" \t\\'\"|>-+0123456789") or not places):
                places.append((line, index + 1))
                column = index + 2
                break
            if line >= value.end_line:
                return []
            line, column = line + 1, 1
            current = document.line(line)
    return places
