"""What is wrong, where, and what to do: one shape for every problem the engine reports.

policies/a-7-5.yaml:12:14: error[unknown-field]: `provenence` is not a field of Dataset
   |     require: provenence.sources.length > 0
   |              ^^^^^^^^^^
   = help: did you mean `provenance`?
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Protocol

    class _Span(Protocol):
        @property
        def line(self) -> int: ...
        @property
        def column(self) -> int: ...
        @property
        def end_line(self) -> int: ...
        @property
        def end_column(self) -> int: ...

    class _Document(Protocol):
        @property
        def file(self) -> str: ...
        def line(self, number: int, /) -> str: ...


Severity = Literal["error", "warning", "note"]

MAX_SOURCE_LINE = 400
"""Code points of a source line kept in a diagnostic; of a longer line, the part around the column."""

_SHOWN_WIDTH = 120
_TAB = "    "
_COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
_BOLD, _BLUE, _PLAIN = "\x1b[1m", "\x1b[1;34m", "\x1b[0m"


class Diagnostic(NamedTuple):
    """One problem. Lines and columns count from 1, columns and length in code points; 0 is unknown."""

    code: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0
    length: int = 0
    severity: Severity = "error"
    help: str = ""
    source_line: str = ""
    source_start: int = 0
    """How many code points of the line were cut off to the left of `source_line`."""


def at(
    document: _Document,
    span: _Span,
    code: str,
    message: str,
    *,
    severity: Severity = "error",
    help: str = "",  # noqa: A002 (the field's own name)
) -> Diagnostic:
    """A diagnostic for a span of a document, with the text of the span's first line."""
    text = document.line(span.line)
    end = span.end_column if span.end_line == span.line else len(text) + 1
    length = max(1, end - span.column)
    text, start = _window(text, span.column, MAX_SOURCE_LINE)
    return Diagnostic(
        code, message, document.file, span.line, span.column, length, severity, help, text, start
    )


def render(diagnostic: Diagnostic, *, color: bool = False, width: int | None = None) -> str:
    """The diagnostic as people read it, without an end of line.

    `width` is that of the terminal in cells; source lines that do not fit are cut around the column.

    >>> problem = Diagnostic("bad-kind", "`Modle` is no kind", "m.yaml", 1, 7, 5, source_line="kind: Modle")
    >>> print(render(problem))
    m.yaml:1:7: error[bad-kind]: `Modle` is no kind
       | kind: Modle
       |       ^^^^^
    """
    paint = _paint if color else _no_paint
    severity = diagnostic.severity
    place = paint(_BOLD, _place(diagnostic))
    label = paint(_COLORS[severity], f"{severity}[{safe(diagnostic.code)}]:")
    lines = [f"{place}{label} {safe(diagnostic.message)}"]
    if diagnostic.source_line and diagnostic.column > 0:
        shown, caret = _excerpt(diagnostic, max(20, (width or _SHOWN_WIDTH) - 5))
        bar = paint(_BLUE, "|")
        lines.append(f"   {bar} {shown}")
        lines.append(f"   {bar} {paint(_COLORS[severity], caret)}")
    if diagnostic.help:
        first, *rest = diagnostic.help.splitlines()
        lines.append(f"   {paint(_BLUE, '=')} help: {safe(first)}")
        lines.extend(f"           {safe(line)}" for line in rest)
    return "\n".join(lines)


def render_all(diagnostics: Iterable[Diagnostic], *, color: bool = False, width: int | None = None) -> str:
    """All of them in the order of their places, each once, and how many there are; "" for none."""
    ordered = in_order(diagnostics)
    if not ordered:
        return ""
    blocks = [render(one, color=color, width=width) for one in ordered]
    return "\n".join([*blocks, count_line(ordered)])


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, line, column and code, without repetitions."""
    return sorted(set(diagnostics), key=lambda d: (d.file, d.line, d.column, d.code, d))


def count_line(diagnostics: Iterable[Diagnostic]) -> str:
    """How many of each severity.

    >>> count_line([Diagnostic("a", "x"), Diagnostic("b", "x"), Diagnostic("c", "x", severity="warning")])
    '2 errors, 1 warning'
    """
    severities = [d.severity for d in diagnostics]
    counts = [(severities.count(name), name) for name in ("error", "warning", "note")]
    return ", ".join(f"{n} {name}{'s' if n > 1 else ''}" for n, name in counts if n)


def to_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """A JSON-ready object; what is unknown or empty is left out, texts are as they are in the file."""
    data = diagnostic._asdict()
    del data["source_start"]
    required = ("code", "severity", "message")
    return {key: data[key] for key in required} | {
        key: value for key, value in data.items() if key not in required and value
    }


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a reader most likely meant by `name`, or None if none is near enough.

    >>> nearest("provenence", ["purpose", "provenance", "preparation"])
    'provenance'
    >>> nearest("colour", ["weight", "height"]) is None
    True
    """
    if not name or len(name) > 80:
        return None
    wanted = _folded(name)
    best, best_distance = None, max(1, len(wanted) // 3) + 1
    for candidate in candidates:
        if abs(len(candidate) - len(name)) < best_distance:
            distance = _distance(wanted, _folded(candidate), best_distance)
            if distance < best_distance:
                best, best_distance = candidate, distance
    return best


def safe(text: str) -> str:
    """The text with control, bidirectional and invisible characters made visible, for terminals.

    >>> safe("\\x1b[31mred\\u202e")
    '\\\\x1b[31mred\\\\u202e'
    """
    if text.isprintable():
        return text
    return "".join([_escaped(c) if _is_unsafe(c) else c for c in text])


def cells(text: str) -> int:
    """How many cells of a terminal the text takes.

    >>> cells("abc"), cells("日本")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)


def reason_of(error: Exception) -> str:
    """Why the system refused something, or what else went wrong, as the end of a sentence.

    >>> reason_of(FileNotFoundError(2, "No such file or directory", "m.yaml"))
    'no such file or directory'
    """
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return reason[:1].lower() + reason[1:]


def _place(diagnostic: Diagnostic) -> str:
    if not diagnostic.file:
        return ""
    parts = [safe(diagnostic.file)]
    if diagnostic.line > 0:
        parts.append(str(diagnostic.line))
        if diagnostic.column > 0:
            parts.append(str(diagnostic.column))
    return ":".join(parts) + ": "


def _excerpt(diagnostic: Diagnostic, room: int) -> tuple[str, str]:
    """The source line cut to so many cells, and the carets below the span."""
    column = max(1, diagnostic.column - diagnostic.source_start)
    text, cut = _window(diagnostic.source_line, column, room)
    column -= cut
    before, rest = text[: column - 1], text[column - 1 :]
    span = rest[: max(1, diagnostic.length)]
    after = rest[len(span) :]
    head = "…" if cut or diagnostic.source_start else ""
    lead, marked = head + _visible(before), _visible(span)
    if cut + len(text) < len(diagnostic.source_line):
        after += "…"
    shown = (lead + marked + _visible(after)).rstrip()
    return shown, " " * cells(lead) + "^" * max(1, cells(marked))


def _window(line: str, column: int, size: int) -> tuple[str, int]:
    """At most `size` code points of the line with the column among them, and how many were cut before."""
    if len(line) <= size:
        return line, 0
    start = max(0, min(column - 1 - size // 3, len(line) - size))
    return line[start : start + size], start


def _visible(text: str) -> str:
    return safe(text.replace("\t", _TAB))


def _is_unsafe(char: str) -> bool:
    code = ord(char)
    return (
        code < 0x20
        or 0x7F <= code < 0xA0
        or code in (0x061C, 0x200B, 0x200E, 0x200F, 0xFEFF)
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xD800 <= code <= 0xDFFF
        or 0xE0000 <= code <= 0xE007F
    )


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def _paint(color: str, text: str) -> str:
    return f"{color}{text}{_PLAIN}" if text else ""


def _no_paint(_color: str, text: str) -> str:
    return text


def _folded(name: str) -> str:
    return name.lower().replace("-", "_").replace(" ", "_")


def _distance(left: str, right: str, limit: int) -> int:
    """Edits between two texts, a swap of neighbours being one; stops at `limit`."""
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        last, before, row = before, row, [i]
        for j, b in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) >= limit:
            return limit
    return row[-1]
