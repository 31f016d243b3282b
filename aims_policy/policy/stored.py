"""A bundle from its plain form: what the cache keeps, and what building makes."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from typing import Any

from aims_policy.diagnostics import Diagnostic
from aims_policy.language.compiler import load
from aims_policy.manifest.evidence.beside import Key
from aims_policy.named_tuple import NamedTuple
from aims_policy.policy import appetite as appetites
from aims_policy.policy import waivers as waiving
from aims_policy.policy.bundle import KINDS, AssetOverride, Bundle, Checks, Rule


class Plain(NamedTuple):
    """A bundle as data that `marshal` can write: code and trees are marshalled already, what is typed is a tuple."""

    name: str
    root: str
    digest: str
    rules: tuple[tuple[Any, ...], ...]
    code: dict[str, bytes]
    trees: dict[tuple[str, str], bytes]
    appetite: tuple[Any, ...]
    waivers: tuple[tuple[Any, ...], ...]
    control_titles: dict[str, str]
    shapes: dict[str, Any]
    extensions: dict[str, str]
    inventory: tuple[str, ...]
    files: tuple[str, ...]
    notices: tuple[tuple[Any, ...], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    """Files, and the assets that each may sign."""
    least_tiers: tuple[tuple[tuple[str, ...], str], ...]
    """Assets, and the tier that they are held to."""
    overrides: tuple[tuple[Any, ...], ...]
    """Of rules for some assets only."""


def from_plain(plain: Plain) -> Bundle:
    """The bundle. ``plain`` comes from ``build`` or from the user's private cache, never from elsewhere."""
    rules = tuple(Rule(*rule) for rule in plain.rules)
    return Bundle(
        name=plain.name,
        root=plain.root,
        digest=plain.digest,
        rules=rules,
        checks=_Compiled(rules, plain.code),
        trees=plain.trees,
        appetite=appetites.from_plain(plain.appetite),
        waivers=tuple(waiving.from_plain(w) for w in plain.waivers),
        control_titles=plain.control_titles,
        shapes=plain.shapes,
        extensions=plain.extensions,
        inventory=plain.inventory,
        files=plain.files,
        notices=tuple(Diagnostic(*d) for d in plain.notices),
        keys=tuple(Key(*key) for key in plain.keys),
        least_tiers=plain.least_tiers,
        overrides=tuple(AssetOverride(*override) for override in plain.overrides),
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
            run = load(marshal.loads(self._code[kind]))  # noqa: S302 - this process's or its user's own, see cache.py
            applying = tuple(rule for rule in self._rules if kind in rule.applies_to)
            found = self._loaded[kind] = Checks(applying, run)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._code)

    def __len__(self) -> int:
        return len(self._code)
