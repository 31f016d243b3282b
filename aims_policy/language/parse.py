"""Text to a checked expression.

rule_engine parses in two phases: its grammar gives a tree of deferred nodes, and building that tree gives
typed nodes. The first is kept, with the place of each node in the text (`grammar`), and checked against the types of
the manifest (`checking`). The second is then run for its opinion: what rule_engine refuses is refused here,
at the place of the node it refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from aims_policy.language import checking
from aims_policy.language.grammar import Positioned, Refusal, literal_problem, read, said
from aims_policy.language.nodes import Expression
from aims_policy.language.operations import arithmetic
from aims_policy.language.problems import DEFAULT_LIMITS, LanguageError, Limits, Problem
from aims_policy.language.syntax import Syntax
from aims_policy.language.translation import context_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.language.types import Type

__all__ = ["LanguageError", "Limits", "Problem", "parse", "require_boolean"]

# A comment runs to the end of its line; what looks like one inside a quoted text is text.
_QUOTED_OR_BLANK = re.compile(r"""("([^\\\n]|\\.)*?"|'([^\\\n]|\\.)*?')|#[^\n]*|\r""")
_LITERALS = {"BooleanExpression", "BytesExpression", "DatetimeExpression", "FloatExpression"} | {
    "NullExpression",
    "StringExpression",
    "TimedeltaExpression",
}
_RAW_DEPTH = 200


def parse(
    text: str, scope: Mapping[str, Type], *, limits: Limits = DEFAULT_LIMITS, subject: str = ""
) -> Expression:
    """Read, check and type an expression.

    `scope` gives the names it may use and their types. `subject` says whose fields these are ("Dataset"),
    for the message about a name that is none of them. Raises `LanguageError` with everything found wrong.
    """
    if len(text) > limits.text:
        over = f"the expression is longer than {limits.text:,} characters"
        raise LanguageError(Problem("too-long", over, limits.text, len(text), "split it into several rules"))
    with arithmetic():
        try:
            syntax, deferred = _read(text, scope, limits)
            root, reads = checking.check(syntax, scope, limits, subject)
            _second_opinion(deferred, text)
        except RecursionError:
            raise LanguageError(_too_deep(0, len(text))) from None
    return Expression(text, root, reads)


def require_boolean(expression: Expression) -> None:
    """Raise `LanguageError` unless the expression is true or false."""
    if expression.type.kind != "boolean":
        message = f"a condition must be true or false, and this is {expression.type}"
        root = expression.root
        help_ = "compare it with something, as in `a.b == c` or `a.list.length > 0`"
        raise LanguageError(Problem("not-boolean", message, root.start, root.end, help_))


def _read(text: str, scope: Mapping[str, Type], limits: Limits) -> tuple[Syntax, Positioned]:
    # Blanks for comments and carriage returns keep every offset.
    blanked = _QUOTED_OR_BLANK.sub(lambda found: found[1] or " " * len(found[0]), text)
    if not blanked.strip():
        raise LanguageError(Problem("syntax", "the expression is empty", 0, len(text)))
    deferred = read(blanked, context_of(scope), limits.tokens)
    _bound_depth(deferred)
    return _syntax(deferred), deferred


def _bound_depth(tree: Positioned) -> None:
    """Refuse what could not be walked; without recursion, since this is what makes recursion safe."""
    level: list[Any] = [tree]
    for _ in range(_RAW_DEPTH):
        level = [part for node in level for part in _parts(node)]
        if not level:
            return
    raise LanguageError(_too_deep(level[0].start, level[0].end))


def _parts(node: Positioned) -> list[Positioned]:
    found: list[Positioned] = []
    pending: list[Any] = [*node.args, *node.kwargs.values()]
    while pending:
        part = pending.pop()
        if isinstance(part, Positioned):
            found.append(part)
        elif not isinstance(part, str | bytes) and hasattr(part, "__iter__"):
            pending.extend(part)
    return found


def _syntax(node: Positioned) -> Syntax:
    """rule_engine's deferred node in our own words, its literals as values."""
    name = node.cls.__name__
    if name in _LITERALS:
        try:
            return Syntax("Literal", (node.build().value,), {}, node.start, node.end)
        except Refusal as refusal:
            raise LanguageError(literal_problem(refusal)) from None
    arguments = tuple(_converted(part) for part in node.args[1:])
    options = {key: _converted(part) for key, part in node.kwargs.items()}
    return Syntax(name.removesuffix("Expression"), arguments, options, node.start, node.end)


def _converted(part: Any) -> Any:
    if isinstance(part, Positioned):
        return _syntax(part)
    if isinstance(part, str) or part is None or not hasattr(part, "__iter__"):
        return part
    return tuple(_converted(inner) for inner in part)


def _second_opinion(deferred: Positioned, text: str) -> None:
    try:
        deferred.build()
    except Refusal as refusal:
        start, end = refusal.start, refusal.end
        message = f"rule_engine refuses `{text[start:end]}`: {said(refusal.error)}"
        raise LanguageError(Problem("refused", message, start, end)) from None


def _too_deep(start: int, end: int) -> Problem:
    return Problem(
        "too-deep", "the expression is nested too deeply", start, end, "split it into several rules"
    )
