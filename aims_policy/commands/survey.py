"""``aims survey``: what of the files that a team already has is evidence."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.manifest.survey import Row, Surveyed
    from aims_policy.policy.bundle import Bundle

_HEADINGS = ("files", "read", "refused", "assets", "evidence", "gaps", "unread")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(exists=True))
@click.option(
    "--by",
    type=click.Choice(["format", "folder"]),
    default="format",
    show_default=True,
    help="What a row of the table is: a format, or a folder below PATH.",
)
@choices.output_format("text", "json", "markdown")
@choices.output_file()
def command(paths: tuple[str, ...], by: str, format_: str, output: str | None) -> int:
    """Try to read every file below PATH, and count: which formats, how much evidence, what is refused and why.

    Nothing is decided and nothing is changed. Evidence are values that rules can read; gaps are given but are no
    evidence (null, a placeholder, no number); unread are fields that no evidence is made from. Files that are
    refused are listed with the reason. `aims evaluate --verbose FILE` lists what of one file is unread.

    \b
    aims survey .
    aims survey ../models --by folder --format markdown -o survey.md
    """
    from aims_policy.commands.terminal.streams import write
    from aims_policy.manifest.survey import rows

    bundle = choices.load(choices.Sources(policies=("iso42001",)))
    found = [(root, one) for root in paths for one in _surveyed(root, bundle)]
    table = rows((_group(root, one, by), one) for root, one in found)
    refused = [one for _, one in found if one.problem is not None]
    if format_ == "json":
        write(_json(table, [one for _, one in found]), output)
    elif format_ == "markdown":
        write(_markdown(table, refused, by), output)
    else:
        write(_text(table, refused), output)
    return 0


def _surveyed(root: str, bundle: Bundle) -> Iterator[Surveyed]:
    from aims_policy.commands.terminal.streams import progress
    from aims_policy.manifest.read import read
    from aims_policy.manifest.survey import read_file, refused_file
    from aims_policy.source import SourceError

    files = list(_files(root))
    beside = _surroundings(root)
    tell = progress(len(files), "reading")
    for count, file in enumerate(files, 1):
        try:
            yield read_file(file, read(file, bundle.shapes, root=beside))
        except SourceError as error:
            if not _is_ours(file):
                yield refused_file(file, error.diagnostics[0])
        if tell is not None:
            tell(count)


def _surroundings(path: str) -> str:
    """Where evidence that manifests list may lie: in their workspace, else below the current folder, as `evaluate` has
    it, else below the folder that is surveyed.
    """
    from pathlib import Path

    from aims_policy.policy.workspace import find_workspace

    own = Path(path).resolve()
    folder = own if own.is_dir() else own.parent
    workspace = find_workspace(folder)
    if workspace is not None:
        return str(workspace.parent)
    return str(Path.cwd() if folder.is_relative_to(Path.cwd()) else folder)


def _files(root: str) -> Iterator[str]:
    """Every file that is not hidden, whatever its name. Raises SourceError where a folder cannot be read."""
    if os.path.isfile(root):  # noqa: PTH113 - one path, walked with os as in `below`
        return iter([root])
    from aims_policy.commands.terminal.gather import below

    return below(root, suffixes=("",))


def _is_ours(file: str) -> bool:
    """Whether it is a policy, an appetite, waivers, a workspace or a report of ours, and meant to be no manifest."""
    from aims_policy.manifest.native.frame import is_authored, is_report
    from aims_policy.source import SourceError, read_file

    try:
        values = [document.value for document in read_file(file)]
    except SourceError:
        return False
    return bool(values) and all(is_authored(value) or is_report(value) for value in values)


def _group(root: str, one: Surveyed, by: str) -> str:
    if by == "format":
        return one.format or "(refused)"
    folder = os.path.dirname(os.path.relpath(one.file, root))  # noqa: PTH120 - walked with os, as above
    return folder or "."


def _text(table: Sequence[Row], refused: Sequence[Surveyed]) -> str:
    from aims_policy.diagnostics import safe

    cells = [("", *_HEADINGS), *((safe(r.group), *map(str, _numbers(r))) for r in table)]
    if len(table) > 1:
        cells.append(("all", *map(str, _sums(table))))
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    lines = ["  ".join([row[0].ljust(widths[0]), *_right(row, widths)]).rstrip() for row in cells]
    for one in refused:
        assert one.problem is not None  # noqa: S101 - that is what refused means
        lines.append(f"refused  {safe(one.file)}: {one.problem.code}: {safe(one.problem.message)}")
    return "\n".join(lines) + "\n"


def _right(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]


def _markdown(table: Sequence[Row], refused: Sequence[Surveyed], by: str) -> str:
    lines = [
        f"| {by} | {' | '.join(_HEADINGS)} | read as | refused for |",
        "|---|" + "--:|" * len(_HEADINGS) + "---|---|",
    ]
    lines += [
        f"| {_cell(r.group)} | {' | '.join(map(str, _numbers(r)))} | {_listed(r.formats)} | {_listed(r.reasons)} |"
        for r in table
    ]
    lines.append(f"| all | {' | '.join(map(str, _sums(table)))} | | |")
    if refused:
        lines += ["", "| refused | reason |", "|---|---|"]
    for one in refused:
        assert one.problem is not None  # noqa: S101 - that is what refused means
        place = f":{one.problem.line}" if one.problem.line else ""
        lines.append(f"| {_cell(one.file)}{place} | `{one.problem.code}`: {_cell(one.problem.message)} |")
    return "\n".join(lines) + "\n"


def _listed(counted: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"`{name}` {count}" for name, count in counted)


def _cell(text: str) -> str:
    from aims_policy.diagnostics import safe

    return safe(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _json(table: Sequence[Row], files: Sequence[Surveyed]) -> str:
    from aims_policy.decision.plain import dumps
    from aims_policy.diagnostics import to_json

    plain = {
        "apiVersion": "aims/v1",
        "kind": "Survey",
        "groups": [{**r._asdict(), "formats": dict(r.formats), "reasons": dict(r.reasons)} for r in table],
        "files": [
            {**f._asdict(), "problem": to_json(f.problem) if f.problem is not None else None} for f in files
        ],
    }
    return dumps(plain) + "\n"


def _numbers(row: Row) -> tuple[int, ...]:
    return (row.files, row.read, row.refused, row.assets, row.evidence, row.gaps, row.unread)


def _sums(table: Sequence[Row]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*(_numbers(r) for r in table), strict=True))
