"""What stands in a folder: so that a new policy file is noticed."""

from __future__ import annotations

import os


def names_below(folder: str) -> tuple[str, ...]:
    """Relative names of everything below a folder, sorted; hidden entries are left out."""
    found: list[str] = []
    pending = [""]
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(os.path.join(folder, prefix)) as entries:  # noqa: PTH118 - hot
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    name = f"{prefix}{entry.name}"
                    if entry.is_dir():
                        pending.append(f"{name}/")
                    else:
                        found.append(name)
        except OSError:
            continue
    return tuple(sorted(found))
