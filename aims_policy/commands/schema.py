"""``aims schema``: JSON Schemas, for editors and other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathlib import Path

_SUFFIX = ".schema.json"


@click.command()
@click.argument("name", required=False)
@click.option(
    "--output-dir",
    type=click.Path(file_okay=False),
    help="Write every schema, or the named one, into this folder.",
)
def command(name: str | None, output_dir: str | None) -> int:
    """Print the JSON Schema of a kind of file, or list them.

    In an editor: `# yaml-language-server: $schema=model.schema.json` above a manifest.

    \b
    aims schema
    aims schema model
    aims schema --output-dir schemas/
    """
    from aims_policy.commands.terminal.streams import write

    files = _schemas()
    chosen = {name: _chosen(name, files)} if name is not None else files
    if output_dir is not None:
        write("".join(f"{path}\n" for path in _copied(chosen, output_dir)))
    elif name is not None:
        write(chosen[name].read_text(encoding="utf-8"))
    else:
        write("".join(f"{one}\n" for one in files))
    return 0


def _schemas() -> dict[str, Path]:
    from aims_policy.policy.shipped import shipped

    found = sorted(shipped("schemas").glob(f"*{_SUFFIX}"))
    return {path.name.removesuffix(_SUFFIX): path for path in found}


def _chosen(name: str, files: dict[str, Path]) -> Path:
    from aims_policy.diagnostics import nearest, safe

    same = {n.replace("-", "").lower(): p for n, p in files.items()}
    found = same.get(name.replace("-", "").replace("_", "").lower())
    if found is None:
        guess = nearest(name, files)
        hint = f"Did you mean `{guess}`?" if guess else f"There are {', '.join(files)}."
        raise click.UsageError(f"There is no schema `{safe(name)}`. {hint}")
    return found


def _copied(files: dict[str, Path], folder: str) -> list[str]:
    from pathlib import Path

    from aims_policy.commands.terminal.streams import write_file

    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(
            f"cannot write into `{folder}`: {(error.strerror or str(error)).lower()}"
        ) from None
    written = []
    for path in files.values():
        write_file(str(target / path.name), path.read_text(encoding="utf-8"))
        written.append(str(target / path.name))
    return written
