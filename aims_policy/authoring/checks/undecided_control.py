"""The statement does not say of every control of Annex A whether it is applicable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.catalog import controls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for statement, document in pack.statements:
        decided = {c.control for c in statement.controls if c.applicable is not None}
        open_ = [control for control in controls() if control not in decided]
        if open_:
            number = f"{len(open_)} control{'s' if len(open_) > 1 else ''}"
            shown = ", ".join(open_[:_MOST]) + (", …" if len(open_) > _MOST else "")
            yield Remark(
                f"the statement decides nothing on {number}: {shown}",
                "`applicable: true` or `false` for each, with a justification",
                place=(document, ("controls",)),
            )


_MOST = 8
