"""Evidence is compared with null. Evidence is never null: what is absent or null makes the outcome `missing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        for part, node in nodes(authored):
            if node.kind == "compare" and any(c.kind == "literal" and c.value is None for c in node.children):
                hint = "leave it out: reading the field is enough, and absent evidence makes the outcome `missing`"
                yield Remark("evidence is never null", hint, authored, part.field, node)
