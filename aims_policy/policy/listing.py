"""What stands in a folder: so that a new policy file is noticed."""

from __future__ import annotations

import os

SUFFIXES = (".yaml", ".yml", ".json", ".jsonld", ".md")


def names_below(folder: str, suffixes: tuple[str, ...] = SUFFIXES) -> tuple[str, ...]:
    """Relative names of the files below a folder that could be policies or manifests, sorted; no hidden ones."""
    found: list[str] = []
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(folder, prefix)) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    name = f"{prefix}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(f"{name}/")
                    elif name.endswith(suffixes):
                        found.append(name)
        except OSError:
            continue
    return tuple(sorted(found))
