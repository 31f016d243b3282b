"""A waiver names an asset outside the inventory, or a rule that does not speak of its kind: it can do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    kinds = {a.rule.id: {k.lower() for k in a.rule.applies_to} for a in pack.rules}
    for waiver in pack.waivers:
        for asset in waiver.assets:
            if pack.assets is not None and asset not in pack.assets:
                guess = nearest(asset, pack.assets)
                hint = f"did you mean `{guess}`?" if guess else ""
                yield Remark(
                    f"waiver `{waiver.id}` names `{asset}`, which is not in the inventory",
                    hint,
                    waiver=waiver,
                )
            for rule in waiver.rules:
                if rule in kinds and asset.split("/")[0] not in kinds[rule]:
                    message = f"waiver `{waiver.id}`: rule `{rule}` does not speak of `{asset}`"
                    yield Remark(message, f"it applies to {', '.join(sorted(kinds[rule]))}", waiver=waiver)
