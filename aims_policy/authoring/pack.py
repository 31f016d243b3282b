"""Rules as a check sees them: as written, with their syntax trees and the outcomes that their tests expect."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING

from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aims_policy.diagnostics import Severity
    from aims_policy.language.nodes import Expression, Node
    from aims_policy.policy.bundle import Bundle, Rule
    from aims_policy.policy.documents.rules import Written
    from aims_policy.policy.statement import Declared
    from aims_policy.policy.waivers import Waiver
    from aims_policy.source import Document


class Part(NamedTuple):
    """One condition of a rule, parsed for one kind of manifest. ``field`` is ``when`` or ``require``."""

    field: str
    kind: str
    expression: Expression


class Authored(NamedTuple):
    """One rule. A rule with a condition that does not parse has no part for it."""

    written: Written
    parts: tuple[Part, ...]

    @property
    def rule(self) -> Rule:
        return self.written.rule


class Pack(NamedTuple):
    """All that is linted together.

    ``tested`` are the outcomes that tests expect, by rule. ``waivers``, ``assets`` (ids in the inventory) and
    ``workspaces`` (files that loaded) are given only where a whole workspace is linted; ``assets`` is None
    where it is not. ``statements`` are Statements of Applicability, and ``bundle`` is what decides where they hold.
    """

    rules: tuple[Authored, ...]
    tested: Mapping[str, frozenset[str]]
    waivers: tuple[Waiver, ...] = ()
    assets: frozenset[str] | None = None
    workspaces: tuple[Document, ...] = ()
    statements: tuple[tuple[Declared, Document], ...] = ()
    bundle: Bundle | None = None


class Remark(NamedTuple):
    """What a check has to say. Where it stands in the file is found by the engine, from the part and
    the node, or by ``place``, a path in a document."""

    message: str
    help: str = ""
    rule: Authored | None = None
    field: str = "id"
    node: Node | None = None
    severity: Severity = "warning"
    waiver: Waiver | None = None
    place: tuple[Document, tuple[str | int, ...]] | None = None


def nodes(rule: Authored, *fields: str) -> Iterator[tuple[Part, Node]]:
    """Every node of the rule's conditions; of all fields where none is named."""
    from aims_policy.language.nodes import walk

    for part in rule.parts:
        if not fields or part.field in fields:
            for node in walk(part.expression.root):
                yield part, node


def authored(written: Iterable[Written], trees: Mapping[tuple[str, str], bytes]) -> tuple[Authored, ...]:
    """Rules with the trees that `policy.building.compile` made of them."""
    return tuple(Authored(one, tuple(_parts(one.rule, trees))) for one in written)


def _parts(rule: Rule, trees: Mapping[tuple[str, str], bytes]) -> Iterator[Part]:
    from aims_policy.language.nodes import expression_from_plain

    for kind in rule.applies_to:
        if (rule.id, kind) in trees:
            when, require = marshal.loads(trees[rule.id, kind])  # noqa: S302 - made by this process
            if when is not None:
                yield Part("when", kind, expression_from_plain(when))
            yield Part("require", kind, expression_from_plain(require))
