"""``aims init``: a workspace to begin with."""

from __future__ import annotations

import click


@click.command()
@click.argument("directory", default=".", type=click.Path(file_okay=False))
@click.option("--name", help="Name of the workspace.  [default: the folder's]")
@click.option("--force", is_flag=True, help="Overwrite files of the same names.")
def command(directory: str, name: str | None, force: bool) -> int:
    """Make a workspace that evaluates at once: a model, a dataset, an organization, a rule of your own with its test.

    \b
    aims init my-workspace
    cd my-workspace
    aims evaluate
    """
    from datetime import datetime, timezone
    from pathlib import Path

    from aims_policy.authoring.new_workspace import AlreadyThereError, create, starter_files
    from aims_policy.commands.terminal.streams import write
    from aims_policy.diagnostics import reason_of, safe

    folder = Path(directory)
    title = _plain(name or folder.resolve().name)
    today = datetime.now(timezone.utc).date()
    try:
        written = create(folder, starter_files(title, today), force=force)
    except AlreadyThereError as error:
        raise click.UsageError(
            f"`{safe(str(folder))}` already has {', '.join(error.files)}; nothing was written. --force overwrites."
        ) from None
    except OSError as error:
        raise click.UsageError(f"cannot write into `{safe(str(folder))}`: {reason_of(error)}") from None
    lines = ["A workspace is ready:", *(f"  {safe(str(path))}" for path in written), "", "Next:"]
    if folder.resolve() != Path.cwd():
        lines.append(f"  cd {safe(str(folder))}")
    lines += [
        "  aims evaluate          decide everything in the inventory",
        "  aims lint && aims test  check your own rules",
        "",
    ]
    write("\n".join(lines))
    return 0


def _plain(name: str) -> str:
    """A name that needs no quotes in YAML."""
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "-" for c in name).strip("-.")
    return kept[:80] or "workspace"
