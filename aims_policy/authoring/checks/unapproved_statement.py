"""The Statement of Applicability does not say who approved it, or when: so far it is a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for statement, document in pack.statements:
        given = {"approver": statement.approver, "approved_on": statement.approved_on}
        lacking = [name for name, value in given.items() if not value]
        if lacking:
            names = " and ".join(f"`{name}`" for name in lacking)
            place = next(((name,) for name in lacking if name in document.value), ("metadata", "name"))
            yield Remark(
                f"the statement gives no {names}",
                "say who of the management approved it, and when",
                place=(document, place),
            )
