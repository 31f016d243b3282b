"""The statement says whether a control is applicable, and not why: an exclusion then counts as undecided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for statement, document in pack.statements:
        for index, choice in enumerate(statement.controls):
            if choice.applicable is None or choice.justification:
                continue
            field = "justification" if "justification" in document.value["controls"][index] else "applicable"
            what = "applicable" if choice.applicable else "excluded"
            yield Remark(
                f"control `{choice.control}` is {what}, and the statement does not say why",
                "say in `justification` what in this organization it follows from",
                severity="warning" if choice.applicable else "error",
                place=(document, ("controls", index, field)),
            )
