"""``aims gap``: what is missing on the way to certification, and what to do about it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices, inquiry

if TYPE_CHECKING:
    from aims_policy.statement.gaps import Analysis


@click.command()
@inquiry.options()
@click.option(
    "--by",
    type=click.Choice(["control", "asset", "clause", "crosswalk"]),
    default="control",
    show_default=True,
    help="What gaps are told by; crosswalk: entries of NIST AI RMF, EU AI Act and OECD that controls map to.",
)
@choices.output_format("text", "json", "markdown", "csv", "html")
@choices.output_file()
@click.option("--check", is_flag=True, help="Exit code 1 where a gap is neither closed nor waived, for CI.")
def command(asked: inquiry.Asked, by: str, format_: str, output: str | None, check: bool) -> int:
    """Say what is not shown: what fails, what is missing, what is waived until when, what nobody answers for, and
    which documents of clauses 4 to 10 the organization's manifest does not have.

    The gravest stand first, and of these the ones whose answer helps most assets; each with what to do, and the
    file to do it in.

    Exit code 0, 1 with --check where a gap is open, 3 if a policy or the statement is wrong, 4 if a manifest
    cannot be read.

    \b
    aims gap
    aims gap --by asset --date 2026-06-15
    aims gap --by crosswalk --format markdown -o gaps.md
    aims gap services/scoring --format csv -o gaps.csv
    """
    from aims_policy.commands.terminal.failures import FAIL, MANIFEST, PASS, show_diagnostics
    from aims_policy.commands.terminal.streams import write
    from aims_policy.statement.gaps import analysis

    taken = inquiry.take(asked)
    problems = taken.found.problems
    made = inquiry.statement_of(taken)
    found = analysis(made, taken.decisions, taken.found.manifests, taken.bundle, taken.profile)
    write(_written(found, by, format_, output), output)
    show_diagnostics(problems)
    if problems:
        return MANIFEST
    return FAIL if check and found.is_open else PASS


def _written(found: Analysis, by: str, format_: str, output: str | None) -> str:
    if format_ == "text":
        from aims_policy.commands.terminal.streams import wants_color, width_of
        from aims_policy.statement.gap_text import gap_text

        if output not in (None, "-"):
            return gap_text(found, by, inquiry.PAGE)
        return gap_text(found, by, width_of(sys.stdout), color=wants_color(sys.stdout))
    if format_ == "json":
        from aims_policy.statement.gap_json import gap_json

        return gap_json(found, by)
    from aims_policy.statement.gap_sheet import CSV_COLUMNS, csv_rows, gap_sheet

    if format_ == "csv":
        return inquiry.as_csv(CSV_COLUMNS, csv_rows(found))
    return inquiry.as_page(gap_sheet(found, by), format_)
