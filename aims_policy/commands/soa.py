"""``aims soa``: the Statement of Applicability."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices, inquiry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.statement.applicability import Statement
    from aims_policy.statement.recorded import Recorded


@click.command()
@inquiry.options()
@choices.ledger("Say when each asset was last decided on record, by")
@choices.output_format("text", "json", "markdown", "csv", "html")
@choices.output_file()
@click.option("--check", is_flag=True, help="Exit code 1 where the statement is incomplete, for CI.")
@click.option(
    "--draft", is_flag=True, help="Write a file to begin with instead: the controls that nobody decided on."
)
def command(
    asked: inquiry.Asked, ledger: str | None, format_: str, output: str | None, check: bool, draft: bool
) -> int:
    """Write the Statement of Applicability: every control, whether it is applicable, why, and how it stands.

    What people decide stands in one file, named under `statement` in aims.yaml; how each control stands comes
    from decisions on the workspace's inventory. What nobody decided is said to be missing.

    Exit code 0, 1 with --check where something is missing, 3 if a policy or the statement is wrong, 4 if a
    manifest cannot be read.

    \b
    aims soa
    aims soa --date 2026-06-15 --format html -o soa.html
    aims soa services/scoring --ledger decisions.db
    aims soa --check
    aims soa --draft -o statement.yaml
    """
    from aims_policy.commands.terminal.failures import FAIL, MANIFEST, PASS, show_diagnostics
    from aims_policy.commands.terminal.streams import write

    taken = inquiry.take(asked)
    made = inquiry.statement_of(taken, _recorded(taken, ledger))
    if draft:
        from aims_policy.statement.draft import draft as drafted

        write(drafted(made), output)
    else:
        write(_written(made, format_, output), output)
    show_diagnostics(taken.found.problems)
    if taken.found.problems:
        return MANIFEST
    return FAIL if check and made.missing else PASS


def _recorded(taken: inquiry.Taken, ledger: str | None) -> Mapping[str, Recorded] | None:
    if ledger is None:
        return None
    from aims_policy.statement.recorded import recorded

    return recorded(
        ledger,
        taken.standing.assets.values(),
        environment=taken.environment,
        bundle_digest=taken.bundle.digest,
        date=taken.date,
    )


def _written(made: Statement, format_: str, output: str | None) -> str:
    if format_ == "text":
        from aims_policy.commands.terminal.streams import wants_color, width_of
        from aims_policy.statement.soa_text import soa_text

        if output not in (None, "-"):
            return soa_text(made, inquiry.PAGE)
        return soa_text(made, width_of(sys.stdout), color=wants_color(sys.stdout))
    if format_ == "json":
        from aims_policy.statement.soa_json import soa_json

        return soa_json(made)
    from aims_policy.statement.soa_sheet import CSV_COLUMNS, csv_rows, soa_sheet

    if format_ == "csv":
        return inquiry.as_csv(CSV_COLUMNS, csv_rows(made))
    return inquiry.as_page(soa_sheet(made), format_)
