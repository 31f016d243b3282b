"""Assets that share an id: which of them a reference means cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from aims_policy.graph.order import Asset


def duplicates(assets: Sequence[Asset]) -> Iterator[Diagnostic]:
    """An error for each asset whose id another one before it has, at the place of its name."""
    first: dict[str, Asset] = {}
    for asset in assets:
        earlier = first.setdefault(asset.id, asset)
        if earlier is not asset:
            yield Diagnostic(
                "duplicate-asset",
                f"asset `{asset.id}` is described already" + _where(earlier),
                asset.file,
                asset.line,
                asset.column,
                help="rename or remove one of them",
            )


def _where(asset: Asset) -> str:
    place = f"{asset.file}:{asset.line}" if asset.line else asset.file
    return f" in `{place}`" if place else ""
