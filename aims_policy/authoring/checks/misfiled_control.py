"""A rule is filed under a control that its subject does not belong to, as articles and checklists often do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.catalog import controls, misfiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        for control in authored.rule.controls:
            wrong = misfiled(control, authored.rule.title) if control in controls() else None
            if wrong is not None:
                right = ", ".join(f"`{c}`" for c in wrong.right)
                hint = f"file it under {right}: {wrong.why}" if right else wrong.why
                yield Remark(f"{wrong.subject} does not belong under `{control}`", hint, authored, "controls")
