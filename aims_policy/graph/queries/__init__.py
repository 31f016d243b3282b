"""Questions asked of the graph. Each is one file in this folder, found by its place.

A query's file defines

    TAKES_ASSET     whether it asks about one asset
    run             (graph, asset) or (graph) -> an Answer, a frozen record

and the first line of its docstring says what it answers.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.graph.network import Graph


class Answer(Protocol):
    """What every query returns."""

    def to_json(self) -> dict[str, Any]:
        """JSON-ready data."""
        ...

    def to_text(self, width: int = 100) -> str:
        """Plain text for people, wrapped to a width in characters, without a final line end."""
        ...


class Query(NamedTuple):
    """One query, as its file defines it."""

    name: str
    title: str
    takes_asset: bool
    run: Callable[..., Answer]


@cache
def names() -> tuple[str, ...]:
    """Every query's name; no query is imported for it."""
    return tuple(sorted(f.stem for f in Path(__file__).parent.glob("*.py") if not f.stem.startswith("_")))


@cache
def get(name: str) -> Query:
    """The query of that name. Raises KeyError if there is none."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name not in names():
        raise KeyError(name)
    module = importlib.import_module(f"{__name__}.{name}")
    title = (module.__doc__ or "").strip().splitlines()[0]
    return Query(name, title, module.TAKES_ASSET, module.run)


def ask(graph: Graph, name: str, asset: str | None = None) -> Answer:
    """The answer of a query. Raises KeyError for an unknown query, UnknownAssetError for an unknown asset,
    and TypeError where an asset is given to a query that takes none, or the other way round.
    """
    query = get(name)
    if query.takes_asset != (asset is not None):
        raise TypeError(f"`{name}` asks about {'one' if query.takes_asset else 'no single'} asset")
    return query.run(graph, asset) if query.takes_asset else query.run(graph)
