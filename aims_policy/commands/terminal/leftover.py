"""``--verbose``: what of the submitted files no evidence was made from, place by place, on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.commands.terminal.streams import say
from aims_policy.diagnostics import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aims_policy.manifest.manifest import Manifest


def tell_unread(manifests: Iterable[Manifest]) -> None:
    """Say for each foreign document which of its fields and sections say nothing that is asked for, and where."""
    for manifest in manifests:
        for part in getattr(manifest, "parts", (manifest,)):
            if part.format != "aims":
                say("\n".join(_lines(part)))


def _lines(manifest: Manifest) -> Iterator[str]:
    fields = manifest.unread_fields()
    many = f"{len(fields)} field{'s' if len(fields) != 1 else ''}" if fields else "every field"
    yield f"note: {safe(manifest.file)} ({manifest.format}): {many} {'not ' if fields else ''}read"
    for name, line, column in fields:
        yield f"  {safe(manifest.file)}:{line}:{column}  {safe(name)}"
