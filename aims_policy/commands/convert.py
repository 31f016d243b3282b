"""``aims convert``: foreign documents as native manifests."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices
from aims_policy.commands.terminal import evidence as beside
from aims_policy.commands.terminal import form as forms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.commands.terminal.gather import Gathered
    from aims_policy.manifest.manifest import Manifest
    from aims_policy.policy.bundle import Bundle

    Told = Callable[[Manifest, str], str]
    """The text of a manifest as it is to stand in a folder ("": the current one)."""

_UNSAFE = re.compile(r"[^\w.-]+")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@choices.sources()
@choices.output_format("yaml", "json")
@choices.output_file()
@click.option(
    "--output-dir",
    type=choices.Place(file_okay=False),
    help="Write each asset into a file of its own in this folder, and print the files' names.",
)
@click.option("--as", "as_format", help="Format of the files, instead of telling it by their content.")
@click.option(
    "--evidence",
    multiple=True,
    metavar="[ASSET=]FILE",
    help="More evidence on an asset: it is listed in its manifest, and what it gives is not asked for. Repeatable.",
)
@forms.options()
def command(
    paths: tuple[str, ...],
    sources: choices.Sources,
    format_: str,
    output: str | None,
    output_dir: str | None,
    as_format: str | None,
    evidence: tuple[str, ...],
    occasion: forms.Occasion,
) -> int:
    """Write the native manifest of a card, a BOM, a registry entry, a report or a deployment.

    In YAML each value says where it came from, and each section what the rules ask for and is not there. Deciding
    the result finds what deciding the original finds; what a manifest lists as evidence stays in files of its own.
    FILE may be `-` for stdin, or a folder. `aims formats` lists what is read. With --for-decision it asks for no more
    than one decision waits for.

    \b
    aims convert README.md -o model.yaml
    aims convert bom.json --output-dir inventory/
    aims convert --as mlflow-model MLmodel --format json
    aims convert README.md --for-decision --tier limited -o model.yaml
    aims convert README.md --evidence report.xml -o model.yaml
    """
    from aims_policy.commands.terminal import gather
    from aims_policy.commands.terminal.failures import MANIFEST, show_diagnostics
    from aims_policy.commands.terminal.streams import write

    _check_output(paths, output, output_dir)
    forms.check(occasion, format_)
    choices.check_format(as_format)
    bundle = choices.load(sources)
    found = gather.gather(paths, bundle, as_format)
    gather.tell_passed_over(found.passed_over)
    if not found.manifests and not found.problems:
        raise click.UsageError(gather.nothing_found(paths, "to convert"))
    found = beside.add(found, beside.Besides(evidence, None, None, ()), bundle, choices.moment_or_now(None))
    show_diagnostics([*found.problems, *(note for manifest in found.manifests for note in manifest.notes)])
    told = _telling(bundle, format_, occasion, found)
    if output_dir is not None:
        write("".join(f"{path}\n" for path in _written(found.manifests, told, format_, output_dir)))
    elif found.manifests:
        write(_together(found.manifests, told, format_, os.path.dirname(output or "")), output)  # noqa: PTH120 - hot
    return MANIFEST if found.problems else 0


def _check_output(paths: Sequence[str], output: str | None, output_dir: str | None) -> None:
    if output is not None and output_dir is not None:
        raise click.UsageError(
            "`--output` is one file and `--output-dir` a folder of them: give one of the two."
        )
    if output is not None and any(os.path.realpath(p) == os.path.realpath(output) for p in paths if p != "-"):
        raise click.UsageError(
            "`--output` is the file that is read, and its comments would be lost: name another one."
        )


def _telling(bundle: Bundle, format_: str, occasion: forms.Occasion, found: Gathered) -> Told:
    """What writes one manifest."""
    if not occasion.for_decision:
        return lambda manifest, folder: _text(manifest, bundle, format_, folder)
    from aims_policy.commands.terminal import gather
    from aims_policy.manifest.evidence.files import alone

    others = [*gather.inventory(bundle, found.files).manifests, *found.manifests]
    return lambda manifest, folder: forms.text(manifest, alone(manifest, folder), bundle, occasion, others)


def _together(manifests: Sequence[Manifest], told: Told, format_: str, folder: str) -> str:
    """All in one text: a stream of YAML documents. JSON has no such thing."""
    if format_ == "json" and len(manifests) > 1:
        raise click.UsageError(
            f"{len(manifests)} assets are no single JSON document: give `--output-dir`, or `--format yaml`."
        )
    return "---\n".join(told(manifest, folder) for manifest in manifests)


def _text(manifest: Manifest, bundle: Bundle, format_: str, folder: str) -> str:
    """The native manifest as it is to stand in a folder ("": the current one)."""
    from aims_policy.manifest.evidence.files import alone
    from aims_policy.manifest.native.text import missing_paths, native_tree, native_yaml
    from aims_policy.policy.asked import asked

    own = alone(manifest, folder)
    if format_ == "yaml":
        rules = asked(bundle, manifest.kind)
        if own is not manifest:  # what a file of evidence gives is not missing
            lacking = {pattern for _, pattern in missing_paths(manifest.data, rules)}
            rules = {pattern: ids for pattern, ids in rules.items() if pattern in lacking}
        return native_yaml(own, rules)
    from aims_policy.decision.plain import dumps, plain_value

    return dumps(plain_value(native_tree(own))) + "\n"


def _written(manifests: Sequence[Manifest], told: Told, format_: str, folder: str) -> list[str]:
    """The files, one for each asset; none is written over another or over what is there."""
    from aims_policy.commands.terminal.streams import write_file
    from aims_policy.diagnostics import reason_of, safe

    target = Path(folder)
    files = [target / name for name in _names(manifests, format_)]
    for file in files:
        if os.path.lexists(file):
            raise click.UsageError(f"`{safe(str(file))}` exists already; nothing was written.")
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"cannot write into `{safe(folder)}`: {reason_of(error)}") from None
    for file, manifest in zip(files, manifests, strict=True):
        write_file(str(file), told(manifest, folder))
    return [str(file) for file in files]


def _names(manifests: Sequence[Manifest], format_: str) -> list[str]:
    """By kind and name; a number tells those apart that would be one."""
    names: list[str] = []
    for manifest in manifests:
        stem = f"{manifest.kind.lower()}-{_UNSAFE.sub('-', manifest.name).strip('-.')[:80] or 'unnamed'}"
        taken = {name.casefold() for name in names}
        count = 1
        while f"{stem if count == 1 else f'{stem}-{count}'}.{format_}".casefold() in taken:
            count += 1
        names.append(f"{stem if count == 1 else f'{stem}-{count}'}.{format_}")
    return names
