"""What ``aims soa`` and ``aims gap`` look at: the workspace, its statement, and decisions on its whole inventory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from aims_policy.commands.terminal.choices import Decorator
    from aims_policy.commands.terminal.gather import Gathered
    from aims_policy.decision.record import Decision
    from aims_policy.policy.bundle import Bundle
    from aims_policy.policy.statement import Declared
    from aims_policy.statement.applicability import Statement
    from aims_policy.statement.profile import Profile
    from aims_policy.statement.recorded import Recorded
    from aims_policy.statement.sheet import Sheet
    from aims_policy.statement.standing import Standing

PAGE = 100
"""Width of a text that goes into a file."""


class Asked(NamedTuple):
    """What is to be looked at, as it was named; one of both names the workspace."""

    folder: str | None
    workspace: str | None
    environment: str
    date: datetime | None


class Taken(NamedTuple):
    """What there is: `decisions` are those on the inventory, in its order."""

    workspace: str
    bundle: Bundle
    declared: Declared | None
    found: Gathered
    decisions: Sequence[Decision]
    standing: Standing
    profile: Profile
    environment: str
    date: datetime


def options() -> Decorator:
    """``[WORKSPACE]``, ``--workspace``, ``--environment`` and ``--date``, as one argument ``asked``."""
    return choices.as_one(
        "asked",
        Asked,
        click.argument("folder", metavar="[WORKSPACE]", required=False, type=choices.Place()),
        choices.workspace("The same, as other commands have it", default="the nearest"),
        choices.environment(),
        click.option(
            "--date",
            "--at",
            "date",
            type=choices.Moment(),
            help="Day that it is made for, ISO 8601, UTC: evidence counts as it does then.  [default: now]",
        ),
    )


def take(asked: Asked) -> Taken:
    """Read and decide all of it. Raises PolicyError; manifests that cannot be read are problems of ``found``."""
    from aims_policy.commands.terminal import gather
    from aims_policy.commands.terminal.spool import decisions
    from aims_policy.commands.terminal.streams import progress
    from aims_policy.decision import decide
    from aims_policy.policy.statement import declared
    from aims_policy.policy.workspace import workspace_path
    from aims_policy.statement.profile import profile_of
    from aims_policy.statement.standing import standing

    workspace = _workspace(asked)
    shown = os.path.relpath(workspace_path(workspace))
    bundle = choices.load(choices.Sources(workspace))
    choices.check_environment(asked.environment, bundle)
    said = declared(workspace)
    found = gather.inventory(bundle)
    date = choices.moment_or_now(asked.date)
    kept = decisions()
    watched = progress(len(found.manifests))
    for _, decision in decide(
        found.manifests, bundle, environment=asked.environment, at=date, progress=watched
    ):
        kept.append(decision)
    stood = standing(kept, bundle)
    profile = profile_of(found.manifests)
    return Taken(shown, bundle, said, found, kept, stood, profile, asked.environment, date)


def statement_of(taken: Taken, recorded: Mapping[str, Recorded] | None = None) -> Statement:
    """The Statement of Applicability by all of it."""
    from aims_policy.statement.applicability import statement

    return statement(
        taken.bundle,
        taken.declared,
        taken.standing,
        taken.profile,
        workspace=taken.workspace,
        date=taken.date,
        environment=taken.environment,
        unread=tuple(taken.found.problems),
        recorded=recorded,
    )


def as_csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table for spreadsheets; its first line names the columns."""
    from aims_policy.reports.csv_report import line

    return "".join([line(columns), *(line(row) for row in rows)])


def as_page(sheet: Sheet, format_: str) -> str:
    """A sheet as ``markdown`` or ``html``."""
    if format_ == "markdown":
        from aims_policy.statement.sheet_markdown import markdown_of

        return markdown_of(sheet)
    from aims_policy.statement.sheet_html import html_of

    return html_of(sheet)


def _workspace(asked: Asked) -> str:
    from aims_policy.policy.workspace import find_workspace

    if asked.folder is not None and asked.workspace is not None:
        raise click.UsageError("name the workspace once: as WORKSPACE, or with --workspace")
    named = asked.folder if asked.folder is not None else asked.workspace
    if named is not None:
        return named
    nearest = find_workspace()
    if nearest is None:
        raise click.UsageError("There is no workspace here; `aims init` makes one.")
    return str(nearest)
