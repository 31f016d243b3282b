"""Reports: a decision for people and for machines. One file per format, found by its place.

Every module right in this folder is a format, named for its file (``json_report.py`` is ``json``), and has
``report(decisions, view)``. One that can write a report of any length piece by piece has
``pieces(decisions, view)`` as well. What formats share stands in folders.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from aims_policy.catalog.identifiers import is_below
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from aims_policy.decision.record import Decision
    from aims_policy.diagnostics import Diagnostic

_SUFFIX = "_report"  # where a format has the name of a module that Python itself has
NO_TITLES: Mapping[str, str] = {}


class View(NamedTuple):
    """What the reader wants to see. It changes no verdict."""

    width: int = 80
    color: bool = False
    show: str = "failing"  # or "all"
    controls: tuple[str, ...] = ()  # only findings of these; empty: of all
    titles: Mapping[str, str] = NO_TITLES  # of controls, by id
    problems: tuple[Diagnostic, ...] = ()  # of manifests that could not be read, and so were not decided
    warnings: tuple[
        Diagnostic, ...
    ] = ()  # of manifests that were decided, as those of assets described twice
    root: str = ""  # absolute; formats for machines write paths from here
    here: str = ""  # absolute; the working directory, which the paths of manifests are relative to
    sources: tuple[str, ...] = ()  # the files of the bundle, from ``here``; decisions name them in short


def formats() -> tuple[str, ...]:
    """The names of all formats, in order."""
    folder = os.path.dirname(__file__)  # noqa: PTH120 - hot: pathlib is not imported for this
    names = (name.removesuffix(".py") for name in os.listdir(folder) if name.endswith(".py"))  # noqa: PTH208 - ditto
    return tuple(sorted(n.removesuffix(_SUFFIX) for n in names if not n.startswith("_")))


def report(name: str, decisions: Sequence[Decision], view: View) -> str:
    """The decisions in a format. Raises KeyError where there is no such format."""
    rendered: str = _module(name).report(decisions, view)
    return rendered


def pieces(name: str, decisions: Sequence[Decision], view: View) -> Iterator[str]:
    """As `report`, piece by piece where the format can: then no more than one decision is rendered at a time."""
    module = _module(name)
    if hasattr(module, "pieces"):
        yield from module.pieces(decisions, view)
    else:
        yield module.report(decisions, view)


def _module(name: str) -> Any:
    from importlib import import_module

    if name not in formats():
        raise KeyError(name)
    folder = os.path.dirname(__file__)  # noqa: PTH120 - hot
    module = name if os.path.exists(f"{folder}/{name}.py") else f"{name}{_SUFFIX}"  # noqa: PTH110 - hot
    return import_module(f"{__name__}.{module}")


def shown(decision: Decision, controls: Sequence[str]) -> Decision:
    """The decision with only the findings of some controls (or of all below an id, as ``A.6``). The verdict stays."""
    if not controls:
        return decision
    kept = tuple(
        f for f in decision.findings if any(is_below(c, wanted) for c in f.controls for wanted in controls)
    )
    return decision._replace(findings=kept)
