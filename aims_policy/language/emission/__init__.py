"""From the trees of all rules of one kind to one Python function. Used by `compiler`, never while deciding.

Everything that the rules share is done once: a section of the manifest is looked up once for all of them, and
a limit of the appetite is read once for all manifests that are decided under it. Inside of a rule a list is
gone through by a plain `for` in the same function, which costs a fraction of what a comprehension costs.

`writer` keeps the text being written and the order of evaluation, the other modules write one group of nodes
each, and their `EMIT` tables are all that this one knows of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aims_policy.language import operations
from aims_policy.language.compiler import ERROR, FAIL, MISSING, NOT_APPLICABLE, PASS
from aims_policy.language.emission import beginnings, calls, evidence, loops, operators, sharing, values
from aims_policy.language.emission.writer import Shared, Writer, indented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aims_policy.language.nodes import Expression

_EMIT = {**values.EMIT, **evidence.EMIT, **operators.EMIT, **loops.EMIT, **calls.EMIT}


def module(rules: Sequence[tuple[Expression | None, Expression]]) -> str:
    """The source of a module whose `bind(appetite)` gives the function of (names, now) that runs all the rules."""
    shared = Shared(*sharing.shared_ways(rules))
    checks = [_rule(shared, index, when, require) for index, (when, require) in enumerate(rules)]
    codes = "".join(f"c{index}, " for index in range(len(rules)))
    check = [
        "def check(n, now):",
        *indented(shared.sections),
        *indented(line for lines in checks for line in lines),
        f" return ({codes})",
    ]
    lines = [*shared.constants, "def bind(a):", *indented([*shared.limits, *check, "return check"])]
    return "\n".join([*lines, ""])


def _rule(shared: Shared, index: int, when: Expression | None, require: Expression) -> list[str]:
    """Statements that leave the rule's code in `c<index>`."""
    # Once to see which evidence is read again, once to keep just that.
    first = Writer(shared, _EMIT, None)
    _body(first, index, when, require)
    body = _body(Writer(shared, _EMIT, first.reused), index, when, require)
    tried = [
        "try:",
        *indented(body),
        f"except absent: c{index} = {MISSING}",
        f"except Exception: c{index} = {ERROR}",
    ]
    return _unless_missing(shared, index, when or require, tried)


def _body(writer: Writer, index: int, when: Expression | None, require: Expression) -> list[str]:
    if when is None:
        lines, holds = _condition(writer, require)
        return [*lines, f"c{index} = {PASS} if {holds} else {FAIL}"]
    before, applies = _condition(writer, when)
    lines, holds = _condition(writer, require)
    required = [*lines, f"c{index} = {PASS} if {holds} else {FAIL}"]
    return [
        *before,
        f"if {applies}:",
        *indented(_unless_missing(writer.shared, index, require, required)),
        f"else: c{index} = {NOT_APPLICABLE}",
    ]


def _unless_missing(shared: Shared, index: int, expression: Expression, lines: list[str]) -> list[str]:
    """The statements for an expression, passed over where what it begins with is not given: raising costs more."""
    missing = shared.not_given(beginnings.first_read(expression.root))
    return [f"if {missing}: c{index} = {MISSING}", "else:", *indented(lines)] if missing else lines


def _condition(writer: Writer, expression: Expression) -> tuple[list[str], str]:
    """The statements and the code of one expression, which has the whole of the work allowed to it."""
    writer.lines, writer.charges = [], False
    code = writer.code(expression.root)
    return [f"w = {operations.WORK}"] * writer.charges + writer.lines, code
