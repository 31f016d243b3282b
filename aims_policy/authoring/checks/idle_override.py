"""The workspace overrides a rule for assets that the inventory does not have: nothing is overridden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.checks.idle_tier import absent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack, Remark


def check(pack: Pack) -> Iterator[Remark]:
    for document in pack.workspaces:
        for index, override in enumerate(document.value.get("overrides") or ()):
            several = override.get("rules")
            what = f"{len(several)} of `rules` are" if several else f"rule `{override['rule']}` is"
            yield from absent(pack, document, ("overrides", index), f"{what} overridden")
