"""``--format`` and ``--output``: which reports go where, and writing them all."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING, Any

import click

from aims_policy.commands.terminal import choices
from aims_policy.named_tuple import NamedTuple
from aims_policy.reports import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from aims_policy.reports import View

STDOUT = "-"
_PAGE = 100
_PREFIX = re.compile(r"([A-Za-z][A-Za-z0-9_+-]+):(.*)", re.DOTALL)  # two letters or more: `C:` is a drive


class Output(NamedTuple):
    """A report and where it goes: a file, or ``-`` for stdout."""

    format: str
    file: str


class Target(click.ParamType):  # type: ignore[type-arg] # generic from click 8.2 on, not before
    """``FILE`` or ``FORMAT:FILE``; in the first case the format is "" and that of ``--format`` is meant."""

    name = "[format:]file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        if isinstance(value, Output):
            return value
        written = _PREFIX.fullmatch(value)
        if written is None:
            return self._checked(Output("", value), param, ctx)
        name, file = written.groups()
        if name not in formats():
            from aims_policy.diagnostics import nearest, safe

            guess = nearest(name, formats())
            hint = f"Did you mean `{guess}`?" if guess else f"There are {', '.join(formats())}."
            self.fail(
                f"`{safe(name)}` is no report format. {hint} (A file of this name is `./{safe(value)}`.)",
                param,
                ctx,
            )
        if file == STDOUT:
            self.fail(f"stdout has the report of --format; write `--format {name}`", param, ctx)
        return self._checked(Output(name, file), param, ctx)

    def _checked(self, output: Output, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        if not output.file or os.path.isdir(output.file):  # noqa: PTH112 - hot
            from aims_policy.diagnostics import safe

            why = f"`{safe(output.file)}` is a folder" if output.file else "the name of the file is missing"
            self.fail(why, param, ctx)
        return output


class Wanted(NamedTuple):
    """The reports that were asked for, as they were named."""

    format_: str
    outputs: tuple[Output, ...]
    root: str | None


def options() -> choices.Decorator:
    """``--format``, ``--output`` and ``--root``, as one argument ``reports``."""
    return choices.as_one(
        "reports",
        Wanted,
        click.option(
            "--format",
            "format_",
            type=click.Choice(formats()),
            default="text",
            show_default=True,
            help="Form of the report.",
        ),
        click.option(
            "--output",
            "-o",
            "outputs",
            multiple=True,
            type=Target(),
            help="FORMAT:FILE writes one more report into a file; FILE writes that of --format there instead of to "
            "stdout. Repeatable.",
        ),
        click.option(
            "--root",
            type=click.Path(file_okay=False, exists=True),
            help="Folder that paths in reports for machines start from.  [default: the working directory]",
        ),
    )


def plan(wanted: Wanted) -> list[Output]:
    """All reports to write, stdout first. Raises click.UsageError where two go into the same file."""
    named = [Output(o.format or wanted.format_, o.file) for o in wanted.outputs]
    without_stdout = any(not o.format for o in wanted.outputs)
    planned = named if without_stdout else [Output(wanted.format_, STDOUT), *named]
    seen: set[str] = set()
    for output in planned:
        real = STDOUT if output.file == STDOUT else os.path.realpath(output.file)
        if real in seen:
            from aims_policy.diagnostics import safe

            raise click.UsageError(f"two reports cannot go into `{safe(output.file)}`")
        seen.add(real)
    return sorted(planned, key=lambda o: o.file != STDOUT)


def write_all(planned: Sequence[Output], render: Callable[[str, View], Iterable[str]], view: View) -> None:
    """Write each report, whole or not at all. One that cannot be written keeps none of the others back.

    Raises the first error: click.UsageError where a file cannot be written, OSError where there is no room.
    """
    from aims_policy.commands.terminal.streams import wants_color, width_of, write

    failed: list[Exception] = []
    for output in planned:
        on_stdout = output.file == STDOUT
        width = width_of(sys.stdout) if on_stdout else _PAGE
        mine = view._replace(width=width, color=on_stdout and wants_color(sys.stdout))
        try:
            write(render(output.format, mine), output.file)
        except (click.UsageError, OSError) as error:
            failed.append(error)
    if failed:
        raise failed[0]
