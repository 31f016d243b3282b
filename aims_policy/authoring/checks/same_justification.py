"""The statement gives many controls one justification: auditors read that as none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


_MANY = 3


def check(pack: Pack) -> Iterator[Remark]:
    for statement, document in pack.statements:
        alike: dict[str, list[int]] = {}
        for index, choice in enumerate(statement.controls):
            alike.setdefault(choice.justification.casefold(), []).append(index)
        for text, indexes in alike.items():
            if text and len(indexes) >= _MANY:
                named = ", ".join(f"`{statement.controls[i].control}`" for i in indexes)
                yield Remark(
                    f"{named} have one and the same justification",
                    "say of each what in this organization it follows from",
                    place=(document, ("controls", indexes[-1], "justification")),
                )
