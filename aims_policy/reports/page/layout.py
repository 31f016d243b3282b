"""Text in a given width: cells, wrapping, columns, colour. Knows nothing of decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import cells, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    Paint = Callable[[str, str], str]

MIN_WIDTH = 60
_NARROWEST = 20  # a column of text; with less room the label stands above it
_CODES = {"bold": "1", "dim": "2", "red": "1;31", "green": "1;32", "yellow": "1;33", "blue": "1;34"}


def painter(color: bool) -> Paint:
    """``paint(style, text)``: the text in a style, or as it is."""
    if not color:
        return lambda _style, text: text
    return lambda style, text: f"\x1b[{_CODES[style]}m{text}\x1b[0m" if text else text


def pad(text: str, width: int) -> str:
    """The text filled up with blanks to a number of cells."""
    return text + " " * (width - cells(text))


def cut(text: str, width: int) -> str:
    """The text shortened to a number of cells.

    >>> cut("abcdef", 4)
    'abc…'
    """
    if cells(text) <= width:
        return text
    kept, room = [], width - 1
    for char in text:
        room -= cells(char)
        if room < 0:
            break
        kept.append(char)
    return "".join(kept) + "…"


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most ``width`` cells, control characters made visible; a longer word is broken.

    >>> wrap("one two three", 8)
    ['one two', 'three']
    """
    lines: list[str] = []
    line, used = "", 0
    for word in _fitting(safe(" ".join(text.split())).split(" "), width):
        size = cells(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line] if line else lines


def hang(label: str, text: str, width: int, indent: int, paint: Paint, style: str = "dim") -> list[str]:
    """A labelled paragraph: the label once, the text wrapped beside it."""
    gap = cells(label) + 2 if label else 0
    if label and indent + gap > width - _NARROWEST:
        above = [" " * indent + paint(style, line) for line in wrap(label, width - indent)]
        return [*above, *hang("", text, width, indent + 2, paint)]
    first = " " * indent + (paint(style, label) + "  " if label else "")
    lines = wrap(text, width - indent - gap) or [""]
    return [(first + lines[0]).rstrip(), *(" " * (indent + gap) + line for line in lines[1:])]


def columns(rows: Sequence[Sequence[str]], width: int, indent: int) -> list[str]:
    """Rows of cells below each other where they all fit; else each row's first cell above the rest of it."""
    if not rows:
        return []
    widths = [max(cells(row[i]) for row in rows) for i in range(len(rows[0]))]
    room = width - indent
    if sum(widths) + 2 * (len(widths) - 1) <= room:
        return [
            " " * indent + "  ".join(pad(c, w) for c, w in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
    lines: list[str] = []
    for row in rows:
        lines += [" " * indent + line for line in wrap(row[0], room)]
        rest = "  ".join(c for c in row[1:] if c)
        lines += [
            " " * (indent + 2) + line
            for line in ([rest] if cells(rest) <= room - 2 else wrap(rest, room - 2))
        ]
    return lines


def beside(lines: Iterable[str], mark: str, width: int, indent: int, paint: Paint) -> list[str]:
    """Lines of a language whose comments begin with ``mark``: a comment that does not fit stands above its line.

    >>> beside(["a:", "  b: 1  # one or two"], "  # ", 16, 0, painter(False))
    ['a:', '  # one or two', '  b: 1']
    """
    shown: list[str] = []
    for line in lines:
        code, found, comment = line.partition(mark)
        start = " " * (indent + len(code) - len(code.lstrip(" ")))
        code = " " * indent + safe(code)
        if not found or cells(code) + cells(mark) + cells(safe(comment)) <= width:
            shown.append(code + (paint("dim", f"{mark}{safe(comment)}") if found else ""))
        else:
            sign = mark.lstrip()
            above = wrap(comment, width - cells(start) - cells(sign))
            shown += [*(start + paint("dim", sign + part) for part in above), code]
    return shown


def _fitting(words: Iterable[str], width: int) -> Iterable[str]:
    for word in words:
        rest = word
        while cells(rest) > width:
            head = cut(rest, width + 1).removesuffix("…") if cells(rest) > width + 1 else rest[:width]
            head = head or rest[0]
            yield head
            rest = rest[len(head) :]
        if rest:
            yield rest
