"""A bundle from its plain form: what the cache keeps, and what building makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.language.compiler import load
from aims_policy.policy import waivers
from aims_policy.policy.appetite import from_plain as appetite_from_plain
from aims_policy.policy.bundle import KINDS, Bundle, Check, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator


def from_plain(plain: tuple[Any, ...]) -> Bundle:
    """The bundle. ``plain`` comes from ``build`` or from the user's private cache, never from elsewhere."""
    (
        name,
        root,
        digest,
        rules,
        code,
        trees,
        appetite,
        waived,
        titles,
        shapes,
        extensions,
        inventory,
        files,
        notices,
    ) = plain
    restored = tuple(Rule(*rule) for rule in rules)
    return Bundle(
        name=name,
        root=root,
        digest=digest,
        rules=restored,
        checks=_checks(restored, code),
        trees=trees,
        appetite=appetite_from_plain(appetite),
        waivers=tuple(waivers.from_plain(w) for w in waived),
        control_titles=titles,
        shapes=shapes,
        extensions=extensions,
        inventory=tuple(inventory),
        files=tuple(files),
        notices=tuple(Diagnostic(*d) for d in notices),
    )


def pairs(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str]]:
    """Each rule with each kind it applies to: the order of the compiled functions."""
    for kind in KINDS:
        for rule in rules:
            if kind in rule.applies_to:
                yield rule, kind


def _checks(rules: tuple[Rule, ...], code: Any) -> dict[str, tuple[Check, ...]]:
    checks: dict[str, list[Check]] = {}
    for (rule, kind), run in zip(pairs(rules), load(code), strict=True):
        checks.setdefault(kind, []).append(Check(rule, run))
    return {kind: tuple(found) for kind, found in checks.items()}
