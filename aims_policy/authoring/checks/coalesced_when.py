"""A `when` takes something else for missing evidence (`??`), so that leaving evidence out switches the rule off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        for part, node in nodes(authored, "when"):
            if node.kind == "coalesce":
                hint = "read the field without `??`: where it is missing the outcome is `missing`"
                yield Remark(
                    "leaving this evidence out switches the rule off", hint, authored, part.field, node
                )
