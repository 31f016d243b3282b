"""A table for spreadsheets, as RFC 4180 says. What would be taken for a formula is made a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.reports.csv_report import line

if TYPE_CHECKING:
    from collections.abc import Iterable


def csv_of(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The table; its first line names the columns."""
    return "".join([line(columns), *(line(row) for row in rows)])
