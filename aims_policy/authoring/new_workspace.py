"""A workspace to begin with: files that evaluate at once, commented for learning."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

APPETITE = "appetite.yaml"
STARTER = Path(__file__).parent / "starter"
_SUFFIXES = (".yaml", ".json", ".md")


class AlreadyThereError(Exception):
    """Files that a new workspace would overwrite."""

    def __init__(self, files: tuple[str, ...]) -> None:
        super().__init__(", ".join(files))
        self.files = files


def starter_files(name: str, today: date) -> dict[str, str]:
    """Relative path to text."""
    files = sorted(p for p in STARTER.rglob("*") if p.suffix in _SUFFIXES)
    return {
        p.relative_to(STARTER).as_posix(): p.read_text(encoding="utf-8")
        .replace("@NAME@", name)
        .replace("@TODAY@", today.isoformat())
        for p in files
    }


def own_appetite(files: dict[str, str]) -> dict[str, str]:
    """The files with a copy of the shipped risk appetite, which their workspace names."""
    from aims_policy.policy.shipped import appetite_file

    named = {
        name: re.sub(r"^appetite: default$", f"appetite: {APPETITE}", text, flags=re.MULTILINE)
        for name, text in files.items()
    }
    return {**named, APPETITE: appetite_file().read_text(encoding="utf-8")}


def create(folder: Path, files: dict[str, str], *, force: bool = False) -> tuple[Path, ...]:
    """Write the files into the folder: all of them or, where one cannot be written, none that was not there.

    Raises AlreadyThereError unless ``force``, and OSError where the folder cannot be written.
    """
    there = tuple(name for name in files if (folder / name).exists())
    if there and not force:
        raise AlreadyThereError(there)
    existed = folder.exists()
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".aims-", dir=folder if existed else folder.parent))
    try:
        for name, text in files.items():
            target = staged / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        if existed:
            _move(staged, folder, files)
        else:
            staged.chmod(0o777 & ~_umask())
            staged.rename(folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    return tuple(folder / name for name in files)


def _move(staged: Path, folder: Path, files: dict[str, str]) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staged / name).replace(folder / name)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
