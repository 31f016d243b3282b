"""Text to a checked expression. The only module that knows rule_engine, whose grammar this is.

rule_engine parses in two phases: its grammar gives a tree of deferred nodes, and building that tree gives
typed nodes. The first is kept, with the place of each node in the text, and checked against the types of
the manifest (`checking`). The second is then run for its opinion: what rule_engine refuses is refused here,
at the place of the node it refused.

rule_engine's own line numbers add up from one parse to the next; positions here are offsets into the text.
"""

from __future__ import annotations

import copy
import re
import warnings
from typing import TYPE_CHECKING, Any

from rule_engine import errors
from rule_engine.builtins import Builtins
from rule_engine.engine import Context, Rule
from rule_engine.parser import Parser, _DeferredAstNode
from rule_engine.types import DataType

from aims_policy.language import builtins, checking, slips
from aims_policy.language.nodes import Expression
from aims_policy.language.operations import arithmetic
from aims_policy.language.problems import DEFAULT_LIMITS, LanguageError, Limits, Problem
from aims_policy.language.syntax import Syntax

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


def _read(text: str, scope: Mapping[str, Type], limits: Limits) -> tuple[Syntax, _Positioned]:
    # Blanks for comments and carriage returns keep every offset.
    blanked = _QUOTED_OR_BLANK.sub(lambda found: found[1] or " " * len(found[0]), text)
    if not blanked.strip():
        raise LanguageError(Problem("syntax", "the expression is empty", 0, len(text)))
    deferred = _PositionedParser(limits.tokens).read(blanked, _context(scope))
    _bound_depth(deferred)
    return _syntax(deferred), deferred


class _Positioned(_DeferredAstNode):  # type: ignore[misc] # rule_engine is not typed
    """A deferred node that knows where it stands, and gives its place to what fails while building it."""

    __slots__ = ("end", "start")

    def __init__(self, node: _DeferredAstNode, start: int, end: int) -> None:
        super().__init__(node.cls, args=node.args, kwargs=node.kwargs, method=node.method)
        self.start = start
        self.end = end

    def build(self) -> Any:
        try:
            return super().build()
        except (_Refusal, RecursionError):
            raise
        except Exception as error:
            raise _Refusal(error, self.start, self.end) from error


class _Refusal(Exception):  # noqa: N818 - carries rule_engine's error to the boundary
    def __init__(self, error: Exception, start: int, end: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.start = start
        self.end = end


class _Whole:
    """What parsing returns in place of a statement: building it hands out the deferred tree as it is."""

    def __init__(self, tree: _Positioned) -> None:
        self.tree = tree

    def build(self) -> _Positioned:
        return self.tree


class _Tokens:
    """rule_engine's lexer, counting tokens and remembering where each one ends."""

    def __init__(self, lexer: Any, limit: int) -> None:
        self._lexer = lexer
        self._left = limit
        self.ends: dict[int, int] = {}
        self.lineno = 1
        self.lexpos = 0

    def input(self, text: str) -> None:
        self._lexer.input(text)

    def token(self) -> Any:
        try:
            token = self._lexer.token()
        except errors.RuleSyntaxError as error:
            at = error.token.lexpos if error.token is not None else self._lexer.lexmatch.start()
            raise _Refusal(error, at, max(at + 1, self._lexer.lexpos)) from error
        if token is None:
            return None
        self.ends[token.lexpos] = self._lexer.lexpos
        self._left -= 1
        if self._left < 0:
            problem = Problem(
                "too-long", "the expression has too many parts", token.lexpos, self._lexer.lexpos
            )
            raise LanguageError(problem._replace(help="split it into several rules"))
        return token


class _PositionedParser(Parser):  # type: ignore[misc] # rule_engine is not typed
    """rule_engine's grammar, with every node's place.

    Its tables take 300 ms to build and are built when rule_engine is imported: they are shared. Only what
    happens when a production is recognized is this parser's own, so one is made for each text.
    """

    def __init__(self, tokens: int) -> None:
        shared = Rule.parser
        self.debug = False
        self.context = None
        self._lexer = _Tokens(shared._lexer.clone(), tokens)  # noqa: SLF001 - there is no other way to the tables
        self._parser = copy.copy(shared._parser)  # noqa: SLF001 - ditto
        self._parser.productions = [self._own(production) for production in self._parser.productions]

    def read(self, text: str, context: Context) -> _Positioned:
        try:
            with warnings.catch_warnings():
                # A backslash before any other letter stays one, as in patterns; in Python that is deprecated.
                warnings.simplefilter("ignore", DeprecationWarning)
                tree = self.parse(text, context, tracking=True)
        except _Refusal as refusal:
            raise LanguageError(_syntax_problem(refusal, text)) from None
        except errors.RuleSyntaxError as error:
            at = len(text.rstrip()) if error.token is None else error.token.lexpos
            end = self._lexer.ends.get(at, at + 1)
            raise LanguageError(_syntax_problem(_Refusal(error, at, end), text)) from None
        assert isinstance(tree, _Positioned)  # noqa: S101 - what `p_statement_expr` made
        return tree

    def p_statement_expr(self, p: Any) -> None:
        p[0] = _Whole(p[1])

    def _own(self, production: Any) -> Any:
        if production.func is None:
            return production
        own = copy.copy(production)
        recognized = getattr(self, production.func)
        own.callable = recognized if production.func == "p_statement_expr" else self._with_place(recognized)
        return own

    def _with_place(self, production: Any) -> Any:
        def positioned(p: Any) -> None:
            start, end = self._place(p)
            try:
                production(p)
            except errors.EngineError as error:
                raise _Refusal(error, start, end) from error
            if type(p[0]) is _DeferredAstNode:
                arguments = tuple(
                    _Positioned(a, start, end) if type(a) is _DeferredAstNode else a for a in p[0].args
                )
                p[0].args = arguments
                p[0] = _Positioned(p[0], start, end)

        return positioned

    def _place(self, p: Any) -> tuple[int, int]:
        start, _ = p.lexspan(1)
        _, last = p.lexspan(len(p) - 1)
        return start, self._lexer.ends.get(last, last)


def _bound_depth(tree: _Positioned) -> None:
    """Refuse what could not be walked; without recursion, since this is what makes recursion safe."""
    level: list[Any] = [tree]
    for _ in range(_RAW_DEPTH):
        level = [part for node in level for part in _parts(node)]
        if not level:
            return
    raise LanguageError(_too_deep(level[0].start, level[0].end))


def _parts(node: _Positioned) -> list[_Positioned]:
    found: list[_Positioned] = []
    pending: list[Any] = [*node.args, *node.kwargs.values()]
    while pending:
        part = pending.pop()
        if isinstance(part, _Positioned):
            found.append(part)
        elif not isinstance(part, str | bytes) and hasattr(part, "__iter__"):
            pending.extend(part)
    return found


def _syntax(node: _Positioned) -> Syntax:
    """rule_engine's deferred node in our own words, its literals as values."""
    name = node.cls.__name__
    if name in _LITERALS:
        try:
            return Syntax("Literal", (node.build().value,), {}, node.start, node.end)
        except _Refusal as refusal:
            raise LanguageError(_literal_problem(refusal)) from None
    arguments = tuple(_converted(part) for part in node.args[1:])
    options = {key: _converted(part) for key, part in node.kwargs.items()}
    return Syntax(name.removesuffix("Expression"), arguments, options, node.start, node.end)


def _converted(part: Any) -> Any:
    if isinstance(part, _Positioned):
        return _syntax(part)
    if isinstance(part, str) or part is None or not hasattr(part, "__iter__"):
        return part
    return tuple(_converted(inner) for inner in part)


def _second_opinion(deferred: _Positioned, text: str) -> None:
    try:
        deferred.build()
    except _Refusal as refusal:
        start, end = refusal.start, refusal.end
        message = f"rule_engine refuses `{text[start:end]}`: {_said(refusal.error)}"
        raise LanguageError(Problem("refused", message, start, end)) from None


def _syntax_problem(refusal: _Refusal, text: str) -> Problem:
    start, end = refusal.start, refusal.end
    if not isinstance(refusal.error, errors.RuleSyntaxError):
        return _literal_problem(refusal)
    if start >= len(text.rstrip()):
        return Problem(
            "syntax", "the expression ends too early", max(0, start - 1), start, slips.ends_early(text)
        )
    found = text[start:end]
    if found.strip() in ("elif", "else", "while"):
        return Problem("syntax", f"`{found.strip()}` is a reserved word", start, end)
    if found in ("'", '"'):
        return Problem(
            "syntax", "this text is not closed", start, end, f"end it with `{found}` on the same line"
        )
    if found == "=":
        return Problem("syntax", "`=` is not an operator", start, end, "equality is written `==`")
    return Problem(
        "syntax", f"`{found}` is not expected here", start, end, slips.not_expected(text, start, end)
    )


def _literal_problem(refusal: _Refusal) -> Problem:
    said = _said(refusal.error)
    help_ = slips.bad_literal(said)
    return Problem("bad-literal", said, refusal.start, refusal.end, help_)


def _said(error: Exception) -> str:
    said = str(getattr(error, "message", "") or error)
    return said or type(error).__name__


def _too_deep(start: int, end: int) -> Problem:
    return Problem(
        "too-deep", "the expression is nested too deeply", start, end, "split it into several rules"
    )


def _context(scope: Mapping[str, Type]) -> Context:
    """rule_engine's view of the names in scope; one context for each expression."""
    types = _Translation(scope)
    context = Context(type_resolver=types.resolve, default_timezone="utc", mapping_attribute_lookup=False)
    known = {name: builtins.get(name) for name in builtins.names()}
    context.builtins = Builtins.from_defaults(
        {name: builtin.call for name, builtin in known.items()},
        timezone=context.default_timezone,
        value_types={name: types.builtin(builtin) for name, builtin in known.items()},
    )
    return context


class _Translation:
    """Our types as rule_engine's. Records are looked up by name: they may contain themselves."""

    def __init__(self, scope: Mapping[str, Type]) -> None:
        self._scope = scope
        self._records: dict[str, Type] = {}

    def resolve(self, name: str) -> Any:
        if name in self._records:
            fields = {field: self.translated(type_) for field, type_ in self._records[name].fields.items()}
            return DataType.OBJECT(name, fields, accessor=dict.__getitem__)
        found = self.translated(self._scope[name])
        return self.resolve(found.name) if found.name in self._records else found

    def builtin(self, builtin: builtins.Builtin) -> Any:
        # What checks its own arguments has no one type that rule_engine could check.
        return DataType.UNDEFINED if builtin.check else self.translated(builtin.type)

    def translated(self, type_: Type) -> Any:
        if type_.kind == "record":
            name = f"record {type_.name}"
            self._records[name] = type_
            return DataType.OBJECT.reference(name)
        if type_.kind == "function":
            *given, returned = map(self.translated, type_.items)
            return DataType.FUNCTION(
                type_.name, returned, argument_types=tuple(given), minimum_arguments=type_.minimum
            )
        plain = _PLAIN.get(type_.kind)
        return plain if plain is not None else _MADE_OF[type_.kind](*map(self.translated, type_.items))


_PLAIN = {
    "text": DataType.STRING,
    "number": DataType.FLOAT,
    "boolean": DataType.BOOLEAN,
    "moment": DataType.DATETIME,
    "duration": DataType.TIMEDELTA,
    "bytes": DataType.BYTES,
    "null": DataType.NULL,
    "any": DataType.UNDEFINED,
    "never": DataType.UNDEFINED,
}
_MADE_OF = {"list": DataType.ARRAY, "set": DataType.SET, "map": DataType.MAPPING}
