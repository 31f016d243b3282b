"""Two rules ask the same of the same kinds of manifest: one finding would be reported twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Authored, Pack


def check(pack: Pack) -> Iterator[Remark]:
    first: dict[tuple[str, str, str], Authored] = {}
    for authored in pack.rules:
        rule = authored.rule
        for kind in rule.applies_to:
            twin = first.setdefault(
                (kind, " ".join(rule.when.split()), " ".join(rule.require.split())), authored
            )
            if twin is not authored:
                hint = "one rule may name several controls"
                yield Remark(
                    f"rule `{rule.id}` asks the same of a {kind} as `{twin.rule.id}`",
                    hint,
                    authored,
                    "require",
                )
                break
