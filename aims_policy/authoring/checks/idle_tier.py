"""The workspace holds assets to a tier that the inventory does not have: a misspelt id is held to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.diagnostics import nearest
from aims_policy.manifest.asset_ids import is_meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    assets = pack.assets or frozenset()
    for document in pack.workspaces:
        for index, held in enumerate(document.value.get("tiers") or ()):
            for position, pattern in enumerate(held["assets"]):
                if any(is_meant(asset, [pattern]) for asset in assets):
                    continue
                guess = nearest(pattern, assets)
                yield Remark(
                    f"tier {held['least']} is the least for `{pattern}`, and no such asset is in the inventory",
                    f"did you mean `{guess}`?" if guess else "",
                    place=(document, ("tiers", index, "assets", position)),
                )
