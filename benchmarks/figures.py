"""What is measured, and how it is shown."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table. ``ratio`` is ``measured`` to ``against`` (or its inverse where ``inverse``)."""

    group: str
    name: str
    measured: str
    against: str
    ratio: float
    target: str = ""
    met: bool | None = None
    """None where no target is set: the line is there to be read beside the others."""


def at_most(limit: float, ratio: float) -> tuple[str, bool]:
    """A target and whether it is met."""
    return f"≤ {limit:g}x", ratio <= limit


def at_least(limit: float, ratio: float) -> tuple[str, bool]:
    """A target and whether it is met."""
    return f"≥ {limit:g}x", ratio >= limit


def duration(seconds: float) -> str:
    """With the unit that suits.

    >>> duration(0.0000123), duration(0.0456), duration(12.3)
    ('12.3 µs', '45.6 ms', '12.3 s')
    """
    if seconds < 1e-3:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def table(figures: list[Figure]) -> str:
    """The figures, grouped, in columns."""
    rows = [(f.name, f.measured, f.against, f"{f.ratio:.2f}x", f.target, _verdict(f)) for f in figures]
    heads = ("", "measured", "against", "ratio", "target", "")
    widths = [max(len(row[i]) for row in (*rows, heads)) for i in range(len(heads))]
    lines = [_line(heads, widths)]
    group = ""
    for figure, row in zip(figures, rows, strict=True):
        if figure.group != group:
            group = figure.group
            lines += ["", group]
        lines.append(_line(row, widths))
    return "\n".join(lines)


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    name, *rest, verdict = cells
    aligned = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:-1], strict=True)]
    return "  ".join(["", f"{name:<{widths[0]}}", *aligned, verdict]).rstrip()


def _verdict(figure: Figure) -> str:
    return {True: "met", False: "not met", None: ""}[figure.met]
