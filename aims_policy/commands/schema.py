"""``aims schema``: JSON Schemas, for editors and other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIX = ".schema.json"


@click.command()
@click.argument("name", required=False)
@click.option(
    "--output-dir",
    type=choices.Place(file_okay=False),
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

    texts = _texts()
    names = [_chosen(name, texts)] if name is not None else list(texts)
    if output_dir is not None:
        write("".join(f"{path}\n" for path in _written({n: texts[n] for n in names}, output_dir)))
    elif name is not None:
        write(texts[names[0]])
    else:
        write("".join(f"{one}\n" for one in names))
    return 0


def _texts() -> dict[str, str]:
    """Name to text: of manifests and decisions, and of the files that policy authors write."""
    from aims_policy.manifest.native.schema import DIALECT, schemas, text_of
    from aims_policy.policy.documents.models import FORMS
    from aims_policy.policy.shipped import shipped

    texts = {file.removesuffix(_SUFFIX): text_of(schema) for file, schema in schemas().items()}
    for kind, model in FORMS.items():
        texts[kind.lower()] = text_of({"$schema": DIALECT, **model.model_json_schema()})
    for path in shipped("schemas").glob(f"*{_SUFFIX}"):
        texts.setdefault(path.name.removesuffix(_SUFFIX), path.read_text(encoding="utf-8"))
    return dict(sorted(texts.items()))


def _chosen(name: str, names: Iterable[str]) -> str:
    from aims_policy.diagnostics import nearest, safe

    same = {n.replace("-", ""): n for n in names}
    found = same.get(name.replace("-", "").replace("_", "").lower())
    if found is None:
        guess = nearest(name, same.values())
        hint = f"Did you mean `{guess}`?" if guess else f"There are {', '.join(same.values())}."
        raise click.UsageError(f"There is no schema `{safe(name)}`. {hint}")
    return found


def _written(texts: dict[str, str], folder: str) -> list[str]:
    from pathlib import Path

    from aims_policy.commands.terminal.streams import write_file
    from aims_policy.diagnostics import reason_of, safe

    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot write into `{safe(folder)}`: {reason_of(error)}") from None
    files = {str(target / f"{name}{_SUFFIX}"): text for name, text in texts.items()}
    for file, text in files.items():
        write_file(file, text)
    return list(files)
