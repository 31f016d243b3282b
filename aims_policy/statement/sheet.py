"""What a statement or a gap analysis is made of, whatever it is written as: facts, tables of texts, remarks."""

from __future__ import annotations

from aims_policy.named_tuple import NamedTuple


class Table(NamedTuple):
    """Rows of cells below a heading; the lines of a cell stand below each other."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Sheet(NamedTuple):
    """``facts`` are labels with texts; ``open`` is what is missing, before all tables; ``made`` says what made it."""

    title: str
    facts: tuple[tuple[str, str], ...]
    open: tuple[str, tuple[str, ...]]
    tables: tuple[Table, ...]
    made: tuple[str, ...]
