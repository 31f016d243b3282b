"""The statement excludes a control, and rules that serve no other control still decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.authoring.pack import Remark
from aims_policy.manifest.asset_ids import is_meant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aims_policy.authoring.pack import Pack
    from aims_policy.policy.bundle import Bundle, Rule


def check(pack: Pack) -> Iterator[Remark]:
    if pack.bundle is None or pack.assets is None:
        return
    for statement, document in pack.statements:
        excluded = {c.control for c in statement.controls if c.applicable is False}
        for index, choice in enumerate(statement.controls):
            if choice.control in excluded:
                found = [r.id for r in pack.bundle.rules if _decides(r, choice.control, excluded, pack)]
                if found:
                    yield Remark(
                        f"control `{choice.control}` is excluded, and rules of it still decide: {_named(found)}",
                        "exclude the rules as well, under `overrides` in aims.yaml, or take back the exclusion",
                        place=(document, ("controls", index, "control")),
                    )


def _decides(rule: Rule, control: str, excluded: set[str], pack: Pack) -> bool:
    """Whether a rule serves this control, none that is applicable, and is asked of an asset for which it counts."""
    if control not in rule.controls or not excluded.issuperset(rule.controls):
        return False
    assert pack.bundle is not None  # noqa: S101 - checked by the caller
    kinds = {kind.lower() for kind in rule.applies_to}
    asked = [a for a in pack.assets or () if a.partition("/")[0] in kinds]
    return any(not _set_aside(rule, asset, pack.bundle) for asset in asked)


def _set_aside(rule: Rule, asset: str, bundle: Bundle) -> bool:
    first = next((o for o in bundle.overrides if o.rule == rule.id and is_meant(asset, o.assets)), None)
    return first is not None and not first.severity


def _named(rules: list[str]) -> str:
    shown = ", ".join(f"`{rule}`" for rule in rules[:_MOST])
    return shown + (f" and {len(rules) - _MOST} more" if len(rules) > _MOST else "")


_MOST = 4
