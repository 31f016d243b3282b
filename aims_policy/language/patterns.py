"""Whether a regular expression can be trusted: its worst cost is estimated before it is ever tried.

Python's engine backtracks. A pattern is refused when some text of the allowed length could keep it busy:
loops in loops without a separator, alternatives that begin alike under a loop, loops in a row over the same
characters, and references back. The estimate is a bound on steps, never an exact count: it may refuse what
is harmless.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from aims_policy.limits import SUBJECT
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_COST: Final = 2 * SUBJECT * SUBJECT
_MANY: Final = 100
_OTHER: Final = 0x3000
"""Stands for every character from here on."""
_ALPHABET: Final = frozenset(range(_OTHER + 1))
_SEQUENCES: Final = 64
_LENGTH: Final = 500

# The only way to see a pattern's structure.
_parser: Any = re._parser  # type: ignore[attr-defined]  # noqa: SLF001


class Piece(NamedTuple):
    """One thing in a row of things to match: which characters it takes, and in how many ways."""

    first: frozenset[int]
    taken: frozenset[int]
    least: int
    ways: int


class Unsafe(Exception):  # noqa: N818 - names the pattern's state
    """The pattern is refused; the message says why."""


def trouble(pattern: str, *, search: bool) -> str | None:
    """Why the pattern is refused, or None.

    >>> trouble("(a+)+$", search=False)
    'a repetition inside a repetition, with nothing fixed between its rounds'
    >>> trouble(r"^\\d+(\\.\\d+)*$", search=False) is None
    True
    """
    if len(pattern) > _LENGTH:
        return f"it is longer than {_LENGTH} characters"
    try:
        re.compile(pattern)
        tree = _parser.parse(pattern)
        reader = _Reader(bool(tree.state.flags & re.IGNORECASE))
        cost = sum(map(_cost, reader.sequences(tree)))
    except (re.error, OverflowError, RecursionError) as error:
        return f"it is not a regular expression: {error}"
    except Unsafe as unsafe:
        return str(unsafe)
    if cost * (SUBJECT if search and not _anchored(tree) else 1) > _COST:
        return "repetitions that take the same characters follow one another"
    return None


def _anchored(tree: Any) -> bool:
    name = str(tree[0][1]) if len(tree) and str(tree[0][0]) == "AT" else ""
    return name in ("AT_BEGINNING", "AT_BEGINNING_STRING")


def _cost(pieces: tuple[Piece, ...]) -> int:
    """Steps one sequence may take from one position.

    A piece is settled when what follows cannot begin with a character that it takes itself: then there is
    one place only where it can stop. Ways of pieces that are not settled multiply.
    """
    cost, scanned = 1, 1
    for index, piece in enumerate(pieces):
        if piece.ways > 1 and not _settled(piece, pieces[index + 1 :]):
            cost *= piece.ways
        else:
            scanned = max(scanned, piece.ways)
    return cost * scanned


def _settled(piece: Piece, following: tuple[Piece, ...]) -> bool:
    for other in following:
        if piece.taken & other.first:
            return False
        if other.least:
            return True
    return True


class _Reader:
    def __init__(self, ignore_case: bool) -> None:
        self.ignore_case = ignore_case

    def sequences(self, tree: Any) -> list[tuple[Piece, ...]]:
        """Every row of pieces that the pattern stands for, one for each choice among its alternatives."""
        steps = [self._step(str(op), argument) for op, argument in tree]
        total = 1
        for step in steps:
            total *= len(step)
        if total > _SEQUENCES:
            raise Unsafe("too many alternatives in a row")
        return [tuple(piece for part in choice for piece in part) for choice in product(*steps)]

    def _step(self, op: str, argument: Any) -> list[tuple[Piece, ...]]:
        if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            taken = self._characters(op, argument)
            return [(Piece(taken, taken, 1, 1),)]
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return [(self._repeat(*argument),)]
        if op == "SUBPATTERN":
            if argument[1] & re.IGNORECASE:
                self.ignore_case = True
            return self.sequences(argument[3])
        if op == "ATOMIC_GROUP":
            return self.sequences(argument)
        if op == "BRANCH":
            return [sequence for branch in argument[1] for sequence in self.sequences(branch)]
        if op in ("ASSERT", "ASSERT_NOT"):
            if any(piece.ways >= _MANY for row in self.sequences(argument[1]) for piece in row):
                raise Unsafe("an unbounded repetition inside a look-around")
            return [()]
        if op == "AT":
            return [()]
        raise Unsafe("a reference back to a group")

    def _repeat(self, least: int, most: int, body: Any) -> Piece:
        rows = self.sequences(body)
        first = frozenset[int]().union(*(self._first(row) for row in rows))
        taken = frozenset[int]().union(*(piece.taken for row in rows for piece in row))
        ways = 1 if least == most else min(most - least + 1, SUBJECT)
        ways = SUBJECT if ways >= _MANY else ways
        minimum = min((sum(piece.least for piece in row) for row in rows), default=0)
        if most > 1:
            self._check_rounds(rows, minimum)
        else:
            # Not a loop: what it may hold is tried in its place, or left out.
            ways = ways * max(_cost(row) for row in rows) if rows else ways
        return Piece(first, taken, least * minimum, ways)

    def _check_rounds(self, rows: list[tuple[Piece, ...]], minimum: int) -> None:
        """A loop's rounds must be told apart in one way only."""
        if minimum == 0:
            raise Unsafe("a repetition of something that can be empty")
        firsts = [self._first(row) for row in rows]
        for index, one in enumerate(firsts):
            if any(one & other for other in firsts[index + 1 :]):
                raise Unsafe("alternatives that begin alike, inside a repetition")
        for row in rows:
            if any(piece.ways > 1 for piece in row) and not self._separated(row, rows):
                raise Unsafe("a repetition inside a repetition, with nothing fixed between its rounds")

    def _separated(self, row: tuple[Piece, ...], rows: list[tuple[Piece, ...]]) -> bool:
        """Whether one end of the row is a character that occurs nowhere else in any round."""
        for end, rest in ((row[0], row[1:]), (row[-1], row[:-1])):
            others = [piece.taken for piece in rest] + [p.taken for r in rows if r is not row for p in r]
            fixed = end.ways == 1 and end.least >= 1
            if fixed and not any(end.taken & other for other in others) and _cost(row) <= SUBJECT:
                return True
        return False

    def _first(self, row: tuple[Piece, ...]) -> frozenset[int]:
        found: frozenset[int] = frozenset()
        for piece in row:
            found |= piece.first
            if piece.least:
                break
        return found

    def _characters(self, op: str, argument: Any) -> frozenset[int]:
        if op == "ANY":
            return _ALPHABET
        if op == "LITERAL":
            return self._folded({argument})
        if op == "NOT_LITERAL":
            return (_ALPHABET - {argument}) | {_OTHER}
        taken: set[int] = set()
        negated = False
        for kind, value in argument:
            name = str(kind)
            negated = negated or name == "NEGATE"
            if name == "LITERAL":
                taken.add(value)
            elif name == "RANGE":
                taken.update(range(value[0], min(value[1], _OTHER) + 1), value)
            elif name == "CATEGORY":
                taken |= _category(str(value))
        return (_ALPHABET - taken) | {_OTHER} if negated else self._folded(taken)

    def _folded(self, taken: set[int]) -> frozenset[int]:
        cases = {ord(c) for code in taken for c in (chr(code).lower() + chr(code).upper())}
        return frozenset(min(code, _OTHER) for code in (taken | cases if self.ignore_case else taken))


def _category(name: str) -> frozenset[int]:
    tests: dict[str, Callable[[str], bool]] = {
        "DIGIT": str.isdecimal,
        "SPACE": str.isspace,
        "WORD": lambda c: c.isalnum() or c == "_",
    }
    test = tests[name.rsplit("_", 1)[-1]]
    inside = frozenset(code for code in _ALPHABET if test(chr(code)))
    return (_ALPHABET - inside if "_NOT_" in name else inside) | {_OTHER}
