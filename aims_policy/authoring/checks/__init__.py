"""Lint checks, each one file in this folder, found by its place: ``same_condition.py`` reports [same-condition].

A check's file defines ``check(pack) -> Iterator[Remark]``, and its docstring says what is wrong with what it
finds. It never handles positions: it names the rule, the field and the node, and `authoring.lint` finds the place.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack, Remark


@cache
def names() -> tuple[str, ...]:
    """The codes of all checks."""
    files = (f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_"))
    return tuple(sorted(stem.replace("_", "-") for stem in files))


def run(name: str, pack: Pack) -> Iterator[Remark]:
    """What one check has to say."""
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    remarks: Iterator[Remark] = module.check(pack)
    return remarks


def meaning(name: str) -> str:
    """The first paragraph of a check's docstring."""
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return " ".join((module.__doc__ or "").split("\n\n")[0].split())
