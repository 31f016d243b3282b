"""A rule lacks a test that passes, one that fails, or one in which evidence is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack

WANTED = ("pass", "fail", "missing")


def check(pack: Pack) -> Iterator[Remark]:
    for authored in pack.rules:
        rule = authored.rule
        tested = pack.tested.get(rule.id, frozenset())
        lacking = [outcome for outcome in WANTED if outcome not in tested]
        if lacking:
            what = (
                "no test" if len(lacking) == len(WANTED) else f"no test that expects {' or '.join(lacking)}"
            )
            file = rule.file.rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml")
            yield Remark(
                f"rule `{rule.id}` has {what}", f"add it to `{file}.test.yaml` beside the policy", authored
            )
