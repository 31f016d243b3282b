"""The text of a rule while it is written: statements, and the code of the value that they lead up to.

A part of an expression becomes Python in two pieces: statements that must run first (there are none for most
parts), and an expression. What has statements runs after the expressions of the parts before it, so these are
then put into variables: Python evaluates in the order in which the rule is read, always.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from aims_policy.language import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from aims_policy.language.nodes import Node


class Shared:
    """What the rules of a module share: constants, evidence of the manifest, limits of the appetite.

    Where there is no such evidence or limit its name is not bound, and reading it is the `NameError` that stands
    for that: what is there, which is nearly all, then costs no more than a variable.
    """

    def __init__(self, read: frozenset[tuple[str, ...]], lists: frozenset[tuple[str, ...]]) -> None:
        self.constants: Final[list[str]] = []
        self.sections: Final[list[str]] = []
        self.limits: Final[list[str]] = []
        self._read: Final = read
        self._lists: Final = lists
        self._names: dict[str, str] = {}
        self._loops: dict[str, str] = {}

    def constant(self, source: str) -> str:
        """The name of what the source makes, made once for the module."""
        return self._name("k", self.constants, source)

    def section(self, name: str) -> str:
        """The name of a record that rules read from; an empty one where it is not given."""
        return self._name("s", self.sections, f"n.get({name!r}, empty)")

    def covering(self, fields: list[str]) -> tuple[str, ...]:
        """As many of the fields' first steps as lead to evidence that many rules read."""
        ways = [tuple(fields[:length]) for length in (2, 1)]
        return next((way for way in ways if way in self._read), ())

    def evidence(self, way: tuple[str, ...]) -> str:
        """The name of evidence that many rules read."""
        made = len(self.sections)
        owner = self.section(way[0]) if len(way) > 1 else "n"
        name = self._name("e", self.sections, f"{owner}.get({way[-1]!r})")
        if len(self.sections) > made:
            given = f"{name} = g{name}"
            if way in self._lists:
                loop = self._loops[name] = f"l{name}"
                given += f"; {loop} = TOO_LONG if len({name}) > {operations.ELEMENTS} else {name}"
            self.sections[-1] = f"g{self.sections[-1]}"
            self.sections.append(f"if g{name} is not None: {given}")
        return name

    def not_given(self, fields: list[str]) -> str:
        """A test that holds only where evidence is not given, and nearly always then; "" where there is none."""
        if shared := self.covering(fields):
            return f"g{self.evidence(shared)} is None"
        return f"{self.section(fields[0])} is empty" if len(fields) > 1 else ""

    def loop(self, name: str) -> str:
        """What to go through instead of a shared list, which need not be asked for its length; "" if it is none."""
        return self._loops.get(name, "")

    def limit(self, fields: list[str], *, exact: bool = False) -> str:
        """The name of a value of the appetite. `exact`: an int where it is a whole number."""
        made = len(self.limits)
        read = f"limit(a, {tuple(fields)!r})"
        name = self._name("a", self.limits, f"exact({read})" if exact else read)
        if len(self.limits) > made:
            self.limits.append(f"if {name} is None: del {name}")
        return name

    def _name(self, prefix: str, lines: list[str], source: str) -> str:
        if source not in self._names:
            self._names[source] = f"{prefix}{len(self._names)}"
            lines.append(f"{self._names[source]} = {source}")
        return self._names[source]


class Writer:
    """One rule, part by part in the order of evaluation."""

    def __init__(
        self, shared: Shared, emit: Mapping[str, Callable[[Writer, Node], str]], keep: set[str] | None
    ) -> None:
        self.shared: Final = shared
        self.lines: list[str] = []
        self.charges = False
        """Whether anything written so far takes from the work allowed."""
        self.reused: Final[set[str]] = set()
        self.kept: dict[str, str] = {}
        """The evidence that is in a variable at this place, whichever way it was reached."""
        self.variables: Final[dict[str, str]] = {}
        self.own: str | None = None
        """The loop variable whose elements are gone through once; None outside of loops."""
        self.blocks = 0
        """How many `for` and `try` this place is in: Python has a limit."""
        self._emit = emit
        self._keep = keep
        """Which evidence to keep in variables; None: all that may be."""
        self._made = 0

    def code(self, node: Node) -> str:
        """An expression for the node's value; what must run before it is in `lines`."""
        return self._emit[node.kind](self, node)

    def operand(self, child: Node, parent: Node) -> str:
        """As `code`; inside of a loop the size of some values counts as work."""
        code = self.code(child)
        return self.charged(code) if self.counts(child, parent) else code

    def counts(self, child: Node, parent: Node) -> bool:
        """Whether the size of an operand counts as work at this place."""
        return self.own is not None and child in operations.charged(parent, self.own)

    def operands(self, node: Node) -> list[str]:
        """The operands of all children, in order."""
        return self.in_order([partial(self.operand, child, node) for child in node.children])

    def in_order(self, parts: Iterable[Callable[[], str]]) -> list[str]:
        """The codes that the parts write, such that they are evaluated one after the other."""
        codes: list[str] = []
        for part in parts:
            outer, self.lines = self.lines, []
            code = part()
            outer, self.lines = self.lines, outer
            if outer:
                codes = [self.variable(before) for before in codes]
            self.lines += outer
            codes.append(code)
        return codes

    def charged(self, code: str) -> str:
        """The value of the code, after its length was taken from the work allowed."""
        name = code if code.isidentifier() else self.variable(code)
        self.charges = True
        self.lines.append(f"if (w := w - len({name})) < 0: raise Refused")
        return name

    def variable(self, code: str) -> str:
        """A variable with the value of the code."""
        if code.isidentifier():
            if code[0] in "ae":  # whether it is bound shows when it is read, and the order of that counts
                self.lines.append(code)
            return code
        name = self.fresh("t")
        self.lines.append(f"{name} = {code}")
        return name

    def twice(self, code: str) -> tuple[str, str]:
        """Codes for where the value of the code is read first, and for where it is read again."""
        if code.isidentifier():
            return code, code
        name = self.fresh("t")
        return f"({name} := {code})", name

    def fresh(self, prefix: str) -> str:
        """A name that nothing else in the rule has."""
        self._made += 1
        return f"{prefix}{self._made - 1}"

    def keep(self, path: str, code: str) -> str:
        """The code, which also leaves its value in a variable where that is read again."""
        if self._keep is not None and path not in self._keep:
            return code
        name = self.fresh("v")
        self.kept[path] = name
        return f"({name} := {code})"

    @contextmanager
    def aside(self, *, blocks: int = 0) -> Iterator[list[str]]:
        """What is written in here is gathered apart. It may not be run: what it keeps is not there afterwards."""
        made: list[str] = []
        lines, kept = self.lines, self.kept
        self.lines, self.kept = made, dict(kept)
        self.blocks += blocks
        yield made
        self.blocks -= blocks
        self.lines, self.kept = lines, kept

    def block(self, head: str, lines: Iterable[str]) -> None:
        """A statement with statements below it."""
        self.lines.append(head)
        self.lines += indented(lines)


def indented(lines: Iterable[str]) -> list[str]:
    return [f" {line}" for line in lines]
