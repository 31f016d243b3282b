"""The bundle: rules, appetite and waivers, checked and compiled, ready to decide."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any

from aims_policy.manifest.asset_ids import is_meant
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy.appetite import TIERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from aims_policy.diagnostics import Diagnostic
    from aims_policy.language.nodes import Expression
    from aims_policy.manifest.evidence.beside import Key
    from aims_policy.policy.appetite import Appetite
    from aims_policy.policy.waivers import Waiver

SEVERITIES = ("low", "medium", "high", "critical")
KINDS = ("Model", "Dataset", "AISystem", "Supplier", "Organization")


class Rule(NamedTuple):
    """A rule as its author wrote it; ``severity`` is the effective one, after the workspace's overrides."""

    id: str
    controls: tuple[str, ...]
    title: str
    applies_to: tuple[str, ...]
    when: str
    require: str
    severity: str
    rationale: str
    remediation: str
    file: str
    line: int


class Checks(NamedTuple):
    """The rules for one kind of manifest; ``run(names, now)`` gives an outcome code of ``language`` for each."""

    rules: tuple[Rule, ...]
    run: Callable[[dict[str, Any], datetime], tuple[int, ...]]


class AssetOverride(NamedTuple):
    """What the workspace says of a rule for some assets: another severity, or "" where it is excluded."""

    rule: str
    assets: tuple[str, ...]
    severity: str
    justification: str
    file: str
    line: int


class Bundle:
    """Immutable. What decides: its ``digest`` covers everything that can change a decision."""

    __slots__ = (
        "__weakref__",
        "_expressions",
        "_trees",
        "appetite",
        "checks",
        "control_titles",
        "digest",
        "extensions",
        "files",
        "inventory",
        "keys",
        "least_tiers",
        "name",
        "notices",
        "overrides",
        "root",
        "rules",
        "shapes",
        "waivers",
    )

    def __init__(
        self,
        *,
        name: str,
        root: str,
        digest: str,
        rules: tuple[Rule, ...],
        checks: Mapping[str, Checks],
        trees: Mapping[tuple[str, str], bytes],
        appetite: Appetite,
        waivers: tuple[Waiver, ...],
        control_titles: Mapping[str, str],
        shapes: Mapping[str, Any],
        extensions: Mapping[str, str],
        inventory: tuple[str, ...],
        files: tuple[str, ...],
        notices: tuple[Diagnostic, ...],
        keys: tuple[Key, ...] = (),
        least_tiers: tuple[tuple[tuple[str, ...], str], ...] = (),
        overrides: tuple[AssetOverride, ...] = (),
    ) -> None:
        self.name = name
        self.root = root
        self.digest = digest
        self.rules = rules
        self.checks = checks
        self._trees = trees
        self._expressions: dict[tuple[str, str], tuple[Expression | None, Expression]] = {}
        self.appetite = appetite
        self.waivers = waivers
        self.control_titles = control_titles
        self.shapes = shapes
        self.extensions = extensions
        self.inventory = inventory
        self.files = files
        self.notices = notices
        self.keys = keys  # what signatures are verified against
        self.least_tiers = least_tiers  # patterns of ids, and the tier that such assets are held to at least
        self.overrides = overrides  # for some assets only; what holds for all is in the rules already

    def rule(self, rule_id: str) -> Rule | None:
        """The rule with this id."""
        return next((r for r in self.rules if r.id == rule_id), None)

    def least_tier(self, asset: str) -> str | None:
        """The strictest tier that the workspace holds an asset (``model/scorer``) to; None where it says none."""
        meant = [tier for patterns, tier in self.least_tiers if is_meant(asset, patterns)]
        return max(meant, key=TIERS.index, default=None)

    def expressions(self, rule_id: str, kind: str) -> tuple[Expression | None, Expression]:
        """The syntax trees of ``when`` and ``require`` for a kind: what explains a finding.

        Raises KeyError where the rule does not apply to that kind.
        """
        key = (rule_id, kind)
        found = self._expressions.get(key)
        if found is None:
            from aims_policy.language.nodes import expression_from_plain

            when, require = marshal.loads(self._trees[key])  # noqa: S302 - from this process or its user's private cache
            found = (
                expression_from_plain(when) if when is not None else None,
                expression_from_plain(require),
            )
            self._expressions[key] = found
        return found

    def __repr__(self) -> str:
        return f"<Bundle {self.name} {len(self.rules)} rules {self.digest[:19]}>"
