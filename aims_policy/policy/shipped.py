"""Where the shipped policies and schemas are: in the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

PACK = "iso42001"
DEFAULT_APPETITE = "default"


def shipped(folder: str) -> Path:
    """The folder ``policies`` or ``schemas``.

    A wheel carries them inside the package; a checkout and an editable install have them beside it.
    """
    package = Path(__file__).resolve().parent.parent
    inside = package / "_data" / folder
    return inside if inside.is_dir() else package.parent / folder


def pack_folder() -> Path:
    """The shipped rules."""
    return shipped("policies") / PACK


def appetite_file(name: str = DEFAULT_APPETITE) -> Path:
    """A shipped risk appetite, by name."""
    return shipped("policies") / "appetite" / f"{name}.yaml"
