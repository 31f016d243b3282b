"""``aims formats``: what is read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from aims_policy.commands.terminal import choices

if TYPE_CHECKING:
    from aims_policy.manifest.foreign.formats_read import FormatRead

_HEADINGS = ("NAME", "TITLE", "KINDS", "STRENGTH", "VERSIONS")


@click.command()
@choices.output_format("text", "json")
def command(format_: str) -> int:
    """List the formats that are read, by the names that `--as` takes.

    Strength says whose word a format carries: `declared` by people (cards, BOMs, registry entries), or a `tool`'s
    own output (test reports).

    \b
    aims formats
    aims formats --format json
    """
    from aims_policy.commands.terminal.streams import write
    from aims_policy.manifest.foreign.formats_read import formats_read

    found = formats_read()
    write(_json(found) if format_ == "json" else _table(found))
    return 0


def _json(found: tuple[FormatRead, ...]) -> str:
    import json

    return json.dumps([one._asdict() for one in found], indent=2, ensure_ascii=False) + "\n"


def _table(found: tuple[FormatRead, ...]) -> str:
    """Aligned columns; what an extra is needed for says so below its row."""
    from aims_policy.commands.terminal.streams import width_of

    rows = [_HEADINGS, *((f.name, f.title, _kinds(f), f.strength, f.versions) for f in found)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADINGS) - 1)]
    room = max(24, width_of(sys.stdout) - sum(widths) - 2 * len(widths))
    lines: list[str] = []
    for row, one in zip(rows, (None, *found), strict=True):
        head = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        lines += _hung(head, row[-1], room)
        if one is not None and one.extra and not one.installed:
            lines.append(f"{'':{widths[0]}}  needs `pip install 'aims-policy[{one.extra}]'`")
    return "\n".join(lines) + "\n"


def _kinds(one: FormatRead) -> str:
    return "every kind" if len(one.kinds) > 3 else ", ".join(one.kinds)


def _hung(head: str, text: str, room: int) -> list[str]:
    from textwrap import wrap

    first, *rest = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [f"{head}  {first}".rstrip(), *(f"{'':{len(head)}}  {line}" for line in rest)]
