"""A condition reads no evidence, or compares something with itself: it is the same for every manifest.

A `when` may read the appetite alone: that switches a rule on for some tiers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark, nodes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        for part in authored.parts:
            reads = part.expression.reads
            if not reads or (part.field == "require" and all(r.split(".")[0] == "appetite" for r in reads)):
                hint = "it decides nothing about a manifest; read the evidence that shows the control"
                yield Remark(
                    f"`{part.field}` reads no evidence", hint, authored, part.field, part.expression.root
                )
        for part, node in nodes(authored):
            if node.kind == "compare" and len({part.expression.source(c) for c in node.children}) == 1:
                yield Remark("this compares something with itself", "", authored, part.field, node)
