"""What can be wrong with an expression, and how far an expression may go."""

from __future__ import annotations

from typing import Final

from aims_policy.named_tuple import NamedTuple


class Problem(NamedTuple):
    """One thing wrong with an expression; `start` and `end` are offsets into its text."""

    code: str
    message: str
    start: int
    end: int
    help: str = ""


class LanguageError(Exception):
    """An expression was refused."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems: Final = problems


class Limits(NamedTuple):
    """Bounds on the text of one expression, checked when it is loaded."""

    text: int = 8_000
    """Characters."""
    tokens: int = 1_000
    depth: int = 40
    """Nesting of the tree, where a chain of `and`s or `or`s counts once."""
    comprehensions: int = 20


DEFAULT_LIMITS: Final = Limits()
