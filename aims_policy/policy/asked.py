"""Which evidence the rules of a bundle read, and which rules read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.manifest.native.shape import paths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aims_policy.policy.bundle import Bundle


def asked(bundle: Bundle, kind: str) -> dict[str, tuple[str, ...]]:
    """By path (``approvals[].date``), the ids of the rules on that kind of manifest that may read it.

    In the order of a manifest's fields. What is not given in a manifest (the appetite, other assets' decisions) is left
    out.
    """
    reads = {
        rule.id: [path for e in bundle.expressions(rule.id, kind) if e is not None for path in e.reads]
        for rule in bundle.rules
        if kind in rule.applies_to
    }
    return by_path(bundle, kind, reads)


def by_path(bundle: Bundle, kind: str, reads: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The same of some rules: ``reads`` is, by id, the paths that a rule reads."""
    sections = bundle.shapes[kind][2]
    found: dict[str, list[str]] = {}
    for rule, paths in reads.items():
        for path in dict.fromkeys(paths):
            if path.partition(".")[0].partition("[")[0] in sections:
                found.setdefault(path, []).append(rule)
    order = {path: index for index, path in enumerate(paths_of(bundle.shapes[kind]))}
    asked_for = _without_prefixes(found)
    return {
        path: tuple(asked_for[path]) for path in sorted(asked_for, key=lambda p: order.get(p, len(order)))
    }


def _without_prefixes(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """A list as a whole is asked for by nobody where its entries' fields are; ``kind`` every manifest has."""
    return {
        path: ids
        for path, ids in found.items()
        if path != "kind" and not any(other.startswith((f"{path}[", f"{path}.")) for other in found)
    }
