"""The workspace says something of assets that the inventory does not have: of a misspelt id it says nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.diagnostics import nearest
from aims_policy.manifest.asset_ids import is_meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack
    from aims_policy.manifest.paths import Steps
    from aims_policy.source import Document


def check(pack: Pack) -> Iterator[Remark]:
    for document in pack.workspaces:
        for index, held in enumerate(document.value.get("tiers") or ()):
            yield from absent(pack, document, ("tiers", index), f"tier {held['least']} is the least")


def absent(pack: Pack, document: Document, entry: Steps, what: str) -> Iterator[Remark]:
    """A remark on each id among an entry's ``assets`` that no asset of the inventory has."""
    assets = pack.assets or frozenset()
    section, index = entry
    for position, pattern in enumerate(document.value[section][index].get("assets") or ()):
        if not any(is_meant(asset, [pattern]) for asset in assets):
            guess = nearest(pattern, assets)
            yield Remark(
                f"{what} for `{pattern}`, and no such asset is in the inventory",
                f"did you mean `{guess}`?" if guess else "",
                place=(document, (*entry, "assets", position)),
            )
