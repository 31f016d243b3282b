"""A bundle from its plain form: what the cache keeps, and what building makes."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.language.compiler import load
from aims_policy.manifest.evidence.beside import Key
from aims_policy.policy import waivers
from aims_policy.policy.appetite import from_plain as appetite_from_plain
from aims_policy.policy.bundle import KINDS, Bundle, Checks, Rule


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
        keys,
        least_tiers,
    ) = plain
    restored = tuple(Rule(*rule) for rule in rules)
    return Bundle(
        name=name,
        root=root,
        digest=digest,
        rules=restored,
        checks=_Compiled(restored, code),
        trees=trees,
        appetite=appetite_from_plain(appetite),
        waivers=tuple(waivers.from_plain(w) for w in waived),
        control_titles=titles,
        shapes=shapes,
        extensions=extensions,
        inventory=tuple(inventory),
        files=tuple(files),
        notices=tuple(Diagnostic(*d) for d in notices),
        keys=tuple(Key(*key) for key in keys),
        least_tiers=least_tiers,
    )


def pairs(rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str]]:
    """Each rule with each kind it applies to: the order of the compiled functions."""
    for kind in KINDS:
        for rule in rules:
            if kind in rule.applies_to:
                yield rule, kind


class _Compiled(Mapping[str, Checks]):
    """The checks of each kind; a kind's code is loaded when it is first asked for."""

    def __init__(self, rules: tuple[Rule, ...], code: dict[str, bytes]) -> None:
        self._rules = rules
        self._code = code
        self._loaded: dict[str, Checks] = {}

    def __getitem__(self, kind: str) -> Checks:
        found = self._loaded.get(kind)
        if found is None:
            # S302: from this process or its user's private cache, see cache.py
            run = load(marshal.loads(self._code[kind]))  # noqa: S302
            applying = tuple(rule for rule in self._rules if kind in rule.applies_to)
            found = self._loaded[kind] = Checks(applying, run)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._code)

    def __len__(self) -> int:
        return len(self._code)
