"""Rules to Python: every expression parsed and typed for each kind it speaks of, then compiled as one module."""

from __future__ import annotations

import marshal
from types import CodeType
from typing import TYPE_CHECKING, Any

from aims_policy.diagnostics import Diagnostic, at
from aims_policy.language.compiler import compile_rules
from aims_policy.language.nodes import Expression, expression_to_plain
from aims_policy.language.parse import parse, require_boolean
from aims_policy.language.problems import LanguageError
from aims_policy.policy.documents.positions import span_within
from aims_policy.policy.stored import pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.language.types import Type
    from aims_policy.policy.documents.rules import Written

Trees = dict[tuple[str, str], bytes]


def compiled(
    written: list[Written], scopes: Mapping[str, Mapping[str, Type]]
) -> tuple[dict[str, bytes], Trees, list[Diagnostic]]:
    """By kind the code of a module of its checks, the trees by (rule id, kind), and what is wrong with any rule.

    There is no code where anything is wrong. Code is marshalled, so that only the kind decided is ever loaded.
    """
    by_id = {w.rule.id: w for w in written}
    problems: dict[Diagnostic, None] = {}
    conditions: dict[str, list[tuple[Expression | None, Expression]]] = {}
    trees: Trees = {}
    for rule, kind in pairs(tuple(w.rule for w in written)):
        source = by_id[rule.id]
        when = _condition(source, "when", rule.when, kind, scopes[kind], problems) if rule.when else None
        require = _condition(source, "require", rule.require, kind, scopes[kind], problems)
        if require is not None and (when is not None or not rule.when):
            conditions.setdefault(kind, []).append((when, require))
            plain = (expression_to_plain(when) if when is not None else None, expression_to_plain(require))
            trees[rule.id, kind] = marshal.dumps(plain)
    if problems:
        return {}, trees, list(problems)
    return {kind: marshal.dumps(_module(pairs_)) for kind, pairs_ in conditions.items()}, trees, []


def _module(conditions: list[tuple[Expression | None, Expression]]) -> CodeType:
    source = compile_rules(conditions)
    return _without_lines(compile(source, "<compiled policies>", "exec", dont_inherit=True, optimize=2))


def _without_lines(code: CodeType) -> CodeType:
    """The code without the table of its lines, a third of it: nobody has the source, and raising looks them up."""
    parts = tuple([_without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts])
    return code.replace(co_consts=parts, co_linetable=b"")


def _condition(
    source: Written,
    field: str,
    text: str,
    kind: str,
    scope: Mapping[str, Type],
    problems: dict[Diagnostic, None],
) -> Expression | None:
    try:
        expression = parse(text, scope, subject=kind)
        require_boolean(expression)
    except LanguageError as error:
        for problem in error.problems:
            problems[_diagnostic(source, field, text, problem)] = None
        return None
    return expression


def _diagnostic(source: Written, field: str, text: str, problem: Any) -> Diagnostic:
    """A problem of the language at its place in the policy file."""
    value = source.document.span((*source.path, field))
    span = span_within(source.document, value, text, problem.start, problem.end)
    return at(source.document, span, problem.code, problem.message, help=problem.help)
