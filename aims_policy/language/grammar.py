"""rule_engine's grammar, with the place in the text of every node and of everything that is wrong.

rule_engine's own line numbers add up from one parse to the next; positions here are offsets into the text.
"""

from __future__ import annotations

import copy
import warnings
from typing import TYPE_CHECKING, Any

from rule_engine import errors
from rule_engine.engine import Rule
from rule_engine.parser import Parser, _DeferredAstNode

from aims_policy.language import slips
from aims_policy.language.problems import LanguageError, Problem

if TYPE_CHECKING:
    from rule_engine.engine import Context


def read(text: str, context: Context, tokens: int) -> Positioned:
    """The deferred tree of a text of at most so many tokens. Raises LanguageError."""
    return _PositionedParser(tokens).read(text, context)


class Positioned(_DeferredAstNode):  # type: ignore[misc] # rule_engine is not typed
    """A deferred node that knows where it stands, and gives its place to what fails while building it."""

    __slots__ = ("end", "start")

    def __init__(self, node: _DeferredAstNode, start: int, end: int) -> None:
        super().__init__(node.cls, args=node.args, kwargs=node.kwargs, method=node.method)
        self.start = start
        self.end = end

    def build(self) -> Any:
        try:
            return super().build()
        except (Refusal, RecursionError):
            raise
        except Exception as error:
            raise Refusal(error, self.start, self.end) from error


class Refusal(Exception):  # noqa: N818 - carries rule_engine's error to the boundary
    """What rule_engine refused, and where."""

    def __init__(self, error: Exception, start: int, end: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.start = start
        self.end = end


class _Whole:
    """What parsing returns in place of a statement: building it hands out the deferred tree as it is."""

    def __init__(self, tree: Positioned) -> None:
        self.tree = tree

    def build(self) -> Positioned:
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
            raise Refusal(error, at, max(at + 1, self._lexer.lexpos)) from error
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

    def read(self, text: str, context: Context) -> Positioned:
        try:
            with warnings.catch_warnings():
                # A backslash before any other letter stays one, as in patterns; in Python that is deprecated.
                warnings.simplefilter("ignore", DeprecationWarning)
                tree = self.parse(text, context, tracking=True)
        except Refusal as refusal:
            raise LanguageError(_syntax_problem(refusal, text)) from None
        except errors.RuleSyntaxError as error:
            at = len(text.rstrip()) if error.token is None else error.token.lexpos
            end = self._lexer.ends.get(at, at + 1)
            raise LanguageError(_syntax_problem(Refusal(error, at, end), text)) from None
        assert isinstance(tree, Positioned)  # noqa: S101 - what `p_statement_expr` made
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
                raise Refusal(error, start, end) from error
            if type(p[0]) is _DeferredAstNode:
                arguments = tuple(
                    Positioned(a, start, end) if type(a) is _DeferredAstNode else a for a in p[0].args
                )
                p[0].args = arguments
                p[0] = Positioned(p[0], start, end)

        return positioned

    def _place(self, p: Any) -> tuple[int, int]:
        start, _ = p.lexspan(1)
        _, last = p.lexspan(len(p) - 1)
        return start, self._lexer.ends.get(last, last)


def _syntax_problem(refusal: Refusal, text: str) -> Problem:
    start, end = refusal.start, refusal.end
    if not isinstance(refusal.error, errors.RuleSyntaxError):
        return literal_problem(refusal)
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
        return Problem("syntax", "`=` is not an operator", start, end, slips.no_operator(text, start))
    return Problem(
        "syntax", f"`{found}` is not expected here", start, end, slips.not_expected(text, start, end)
    )


def literal_problem(refusal: Refusal) -> Problem:
    """What is wrong with a literal that rule_engine could not make a value of."""
    message = said(refusal.error)
    return Problem("bad-literal", message, refusal.start, refusal.end, slips.bad_literal(message))


def said(error: Exception) -> str:
    """rule_engine's own words."""
    return str(getattr(error, "message", "") or error) or type(error).__name__
