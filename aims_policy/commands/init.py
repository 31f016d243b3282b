"""``aims init``: a workspace to begin with."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.diagnostics import safe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@click.command()
@click.argument("directory", default=".", type=choices.Place(file_okay=False))
@click.option("--name", help="Name of the workspace.  [default: the folder's]")
@click.option(
    "--appetite",
    is_flag=True,
    help="Also write the shipped risk appetite, to make it your own; into a workspace that is there, it alone.",
)
@click.option("--force", is_flag=True, help="Overwrite files of the same names.")
def command(directory: str, name: str | None, appetite: bool, force: bool) -> int:
    """Make a workspace that evaluates at once: a model, a dataset, an organization, a rule of your own with its test.

    \b
    aims init my-workspace
    cd my-workspace
    aims evaluate
    aims init --appetite
    """
    from datetime import datetime, timezone
    from pathlib import Path

    from aims_policy.authoring.new_workspace import own_appetite, starter_files
    from aims_policy.commands.terminal.streams import write

    folder = Path(directory)
    title = _plain(name or folder.resolve().name)
    today = datetime.now(timezone.utc).date()
    files = starter_files(title, today)
    workspace = folder / "aims.yaml"
    is_there = appetite and not force and os.path.isfile(workspace)  # noqa: PTH113 - no error where out of reach
    if appetite:
        files = own_appetite({} if is_there else files)
    written = _made(folder, files, force)
    if is_there:
        write(f"Written: {safe(str(written[0]))}\nIn aims.yaml, name it: `appetite: {written[0].name}`\n")
        return 0
    write(_ready(folder, [safe(str(path)) for path in written]))
    return 0


def _made(folder: Path, files: dict[str, str], force: bool) -> tuple[Path, ...]:
    """The files that were written. Raises click.UsageError where they cannot be, or others are in the way."""
    from aims_policy.authoring.new_workspace import AlreadyThereError, create
    from aims_policy.diagnostics import reason_of

    try:
        return create(folder, files, force=force)
    except AlreadyThereError as error:
        raise click.UsageError(
            f"`{safe(str(folder))}` already has {', '.join(error.files)}; nothing was written. --force overwrites."
        ) from None
    except OSError as error:
        raise click.UsageError(f"cannot write into `{safe(str(folder))}`: {reason_of(error)}") from None


def _ready(folder: Path, written: Sequence[str]) -> str:
    """What was made, and what to do next."""
    lines = ["A workspace is ready:", *(f"  {path}" for path in written), "", "Next:"]
    if folder.resolve() != folder.cwd():
        lines.append(f"  cd {safe(str(folder))}")
    lines += [
        "  aims evaluate           decide everything in the inventory",
        "  aims lint && aims test  check your own rules",
        "",
    ]
    return "\n".join(lines)


def _plain(name: str) -> str:
    """A name that needs no quotes in YAML."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name).strip("-.")
    return kept[:80] or "workspace"
