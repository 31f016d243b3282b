"""What an expression means: a walk over its tree, kept simple enough to be read as the specification.

Evidence that is not there is `missing`, and so is everything computed from it. One thing only takes it
back: `a ?? b` is b where a is missing (or null). `and`, `or` and `? :` do not read what they do not need.
Safe navigation (`&.`, `&[`) is about null, which evidence never is: it does not take back what is missing.

Whatever else has no value (a division by zero, a text that is no number, a limit) is an `error`.

This evaluator explains: besides the value it says which evidence was read and what every part was. The
compiled code decides, and must come to the same state. `untraced` explains without saying what every part was.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from aims_policy.language import attributes, builtins, operations
from aims_policy.language.nodes import KINDS
from aims_policy.language.operations import ELEMENTS, WORK, Missing, Pattern, Refused, whole
from aims_policy.language.results import Result, State, Step

__all__ = ["Result", "Step", "constant", "evaluate"]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from aims_policy.language.nodes import Expression, Node

_STEPS = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def evaluate(expression: Expression, names: Mapping[str, Any], now: datetime) -> Result:
    """The value of an expression, or why it has none; never raises for what evidence holds.

    `names` are the sections in scope: plain dicts, tuples, Decimals, texts, booleans, aware datetimes; a
    key that is not there is evidence that is missing. Decimals are computed in the caller's context: see
    `arithmetic`.
    """
    return run(Walk(names, now, expression.text), expression.root)


def constant(node: Node) -> Result:
    """The value of a tree that reads nothing."""
    return run(Walk({}, _EPOCH, ""), node)


def run(walk: Walk, root: Node) -> Result:
    """What a walk comes to."""
    state: State = "value"
    value, error = None, ""
    missing: tuple[str, ...] = ()
    try:
        value = walk.value(root)
    except Missing as absent:
        state, missing = "missing", tuple(dict.fromkeys(absent.paths))
    except Exception as failure:
        state, error = "error", _said(failure)
    return Result(state, value, missing, error, tuple(walk.trace), tuple(walk.evidence.items()))


def _said(failure: Exception) -> str:
    if isinstance(failure, ZeroDivisionError):
        return "division by zero"
    if isinstance(failure, ArithmeticError):
        return "the arithmetic has no result"
    return str(failure) or type(failure).__name__


class Walk:
    """One walk over a tree: what every part of it is, and what was read on the way."""

    def __init__(self, names: Mapping[str, Any], now: datetime, text: str) -> None:
        self.text = text
        self.names = names
        self.now = now
        self.trace: list[Step] = []
        self.evidence: dict[str, Any] = {}
        self.variables: dict[str, Any] = {}
        self.elements: list[str] = []
        """Where the elements are that the comprehensions around this part are at."""
        self.own: str | None = None
        """The loop variable whose elements are gone through once; None outside of comprehensions."""
        self.budget = [WORK]
        self.places: dict[int, str] = {}
        """Paths of evidence, by identity: records and lists of evidence live as long as the walk."""

    def value(self, node: Node) -> Any:
        kind = node.kind
        if kind == "literal":
            return node.value
        try:
            result = MEANINGS[kind](self, node)
        except Missing as absent:
            self._step(node, "missing", absent.paths)
            raise
        except Exception as failure:
            self._step(node, "error", _said(failure))
            raise
        if kind != "builtin" and not isinstance(result, dict) and not callable(result):
            self._step(node, "value", result)
        return result

    def _step(self, node: Node, state: State, value: Any) -> None:
        if len(self.trace) < _STEPS:
            element = self.elements[-1] if self.elements else ""
            self.trace.append(Step(node.start, node.end, node.kind, state, value, element))

    def operands(self, node: Node) -> list[Any]:
        """The values of all children. The first without one decides; others missing are named with it."""
        values: list[Any] = []
        charged = self.charged(node) if self.own is not None else ()
        for index, child in enumerate(node.children):
            try:
                value = self.value(child)
            except Missing as absent:
                raise Missing(*absent.paths, *self.also_missing(node.children[index + 1 :])) from None
            values.append(operations.charge(self.budget, value) if id(child) in charged else value)
        return values

    def charged(self, node: Node) -> frozenset[int]:
        """The children whose sizes count as work, inside of a comprehension."""
        # By identity: whether two nodes say the same is dear to find out, and not asked.
        return frozenset(map(id, operations.charged(node, self.own or "")))

    def also_missing(self, nodes: tuple[Node, ...]) -> list[str]:
        paths: list[str] = []
        left = self.budget[0]
        for node in nodes:
            try:
                self.value(node)
            except Missing as absent:
                paths += absent.paths
            except Exception:  # noqa: S112 - what is missing came first, and decides
                continue
        self.budget[0] = left
        return paths

    # Evidence

    def _name(self, node: Node) -> Any:
        return self.read(self.names, node.value, node.value)

    def _field(self, node: Node) -> Any:
        (child,) = node.children
        try:
            owner = self.value(child)
        except Missing as absent:
            # Of a way that breaks off, all of it is what the rule wants to read.
            further = f".{node.value}" if is_path(child) else ""
            raise Missing(*(f"{path}{further}" for path in absent.paths)) from None
        return self.read(owner, node.value, f"{self.place(owner)}.{node.value}")

    def read(self, owner: Any, key: Any, path: str) -> Any:
        try:
            value = owner[key]
        except LookupError:
            raise Missing(path) from None
        self.note(value, path)
        return value

    def note(self, value: Any, path: str) -> None:
        """Remember where a record or list of evidence is, and that a plain value was read."""
        self._note_element(value, path)
        if not isinstance(value, dict) and not (
            isinstance(value, tuple) and value and isinstance(value[0], dict)
        ):
            self.evidence.setdefault(path, value)

    def place(self, owner: Any) -> str:
        return self.places.get(id(owner), "…")

    def _item(self, node: Node) -> Any:
        container, index = self.operands(node)
        if isinstance(container, dict):
            key = f".{index}" if isinstance(index, str) and index.isidentifier() else f"[{_shown(index)}]"
            return self.read(container, index, f"{self.place(container)}{key}")
        position = whole(index)
        real = position + len(container) if position < 0 else position
        if id(container) in self.places:
            return self.read(container, position, f"{self.place(container)}[{real}]")
        try:
            value = container[position]
        except IndexError:
            raise Missing(f"{self._called(node.children[0])}[{real}]") from None
        return Decimal(value) if isinstance(container, bytes) else value

    def _called(self, node: Node) -> str:
        """What to call a value that is not itself evidence: what it is made from, or how it is written."""
        if node.kind == "comprehension":
            return f"{self._called(node.children[0])}[]"
        if node.kind == "call" and len(node.children) > 1:
            return self._called(node.children[1])
        return self.text[node.start : node.end]

    def _variable(self, node: Node) -> Any:
        return self.variables[node.value]

    def _builtin(self, node: Node) -> Any:
        builtin = builtins.get(node.value)
        call: Callable[..., Any] = builtin.call
        if builtin.uses_now:
            call = partial(_at, builtin.call, self.now)
        return call if builtin.type.kind == "function" else call()

    # Values made of values

    def _list(self, node: Node) -> tuple[Any, ...]:
        return tuple(self.operands(node))

    def _set(self, node: Node) -> set[Any]:
        return set(self.operands(node))

    def _map(self, node: Node) -> dict[Any, Any]:
        values = self.operands(node)
        return dict(zip(values[::2], values[1::2], strict=True))

    def _slice(self, node: Node) -> Any:
        container, start, stop = self.operands(node)
        first = None if start is None else whole(start)
        value = container[first : None if stop is None else whole(stop)]
        if isinstance(value, tuple) and id(container) in self.places:
            offset = range(len(container))[first:].start if first is not None else 0
            for index, element in enumerate(value):
                self._note_element(element, f"{self.place(container)}[{offset + index}]")
        return value

    def _note_element(self, element: Any, path: str) -> None:
        # The empty tuple is one object wherever it is found.
        if isinstance(element, dict) or (isinstance(element, tuple) and element):
            self.places[id(element)] = path

    def _attribute(self, node: Node) -> Any:
        (owner,) = self.operands(node)
        if id(owner) in self.places:
            self.evidence.setdefault(self.place(owner), owner)
        return attributes.read(node.children[0].type.kind, node.value)(owner)

    def _nothing(self, node: Node) -> None:
        self.operands(node)

    # Operators

    def _not(self, node: Node) -> bool:
        return not self.value(node.children[0])

    def _negate(self, node: Node) -> Any:
        return -self.value(node.children[0])

    def _and(self, node: Node) -> bool:
        return all(self.value(child) for child in node.children)

    def _or(self, node: Node) -> bool:
        return any(self.value(child) for child in node.children)

    def _choose(self, node: Node) -> Any:
        condition, then, otherwise = node.children
        return self.value(then if self.value(condition) else otherwise)

    def _coalesce(self, node: Node) -> Any:
        left, right = node.children
        try:
            value = self.value(left)
        except Missing:
            value = None
        return self.value(right) if value is None else value

    def _compare(self, node: Node) -> bool:
        left, right = self.operands(node)
        return bool(operations.COMPARE[node.value](left, right))

    def _in(self, node: Node) -> bool:
        member, container = self.operands(node)
        return bool(member in container)

    def _not_in(self, node: Node) -> bool:
        member, container = self.operands(node)
        return bool(member not in container)

    def _match(self, node: Node) -> bool:
        subject, source = self.operands(node)
        pattern = Pattern(source)
        found = pattern.search(subject) if node.value.endswith("~~") else pattern.match(subject)
        return found is node.value.startswith("=")

    def _arithmetic(self, node: Node) -> Any:
        left, right = self.operands(node)
        return operations.ARITHMETIC[node.value](left, right)

    def _bitwise(self, node: Node) -> Any:
        left, right = self.operands(node)
        table = operations.ON_SETS if isinstance(left, set) else operations.BITWISE
        return table[node.value](left, right)

    # Comprehensions and calls

    def _comprehension(self, node: Node) -> tuple[Any, ...]:
        """Every element is done, also after one was missing, so that all that is missing can be named."""
        iterable = node.children[0]
        values = self.value(iterable)
        if self.own is not None and id(iterable) in self.charged(node):
            operations.charge(self.budget, values)
        if len(values) > ELEMENTS:
            raise Refused(f"a comprehension over {len(values):,} elements; the limit is {ELEMENTS:,}")
        place = self.places.get(id(values), "") if isinstance(values, tuple) else ""
        own, self.own = self.own, self.own_variable(node)
        self.elements.append("")
        try:
            return self._each(node, sorted(values) if isinstance(values, set) else values, place)
        finally:
            self.own = own
            self.elements.pop()
            self.variables.pop(node.value, None)

    def own_variable(self, loop: Node) -> str:
        """Its variable, if its elements are gone through once."""
        return operations.own_variable(loop, self.own)

    def _each(self, node: Node, values: Iterable[Any], place: str) -> tuple[Any, ...]:
        _, element, *conditions = node.children
        made: list[Any] = []
        missing: list[str] = []
        left = 0
        for index, value in enumerate(values):
            if place:
                self._note_element(value, f"{place}[{index}]")
            self.elements[-1] = f"{place}[{index}]" if place else self._element_place(value, index)
            self.variables[node.value] = value
            try:
                if not conditions or self.value(conditions[0]):
                    made.append(self.value(element))
            except Missing as absent:
                left = left if missing else self.budget[0]
                missing += absent.paths
            except Exception:
                if not missing:
                    raise
        if missing:
            self.budget[0] = left
            raise Missing(*missing)
        return tuple(made)

    def _element_place(self, value: Any, index: int) -> str:
        return self.places.get(id(value), f"[{index}]")

    def _call(self, node: Node) -> Any:
        function, *given = self.operands(node)
        callee = node.children[0]
        builtin = builtins.get(callee.value) if callee.kind == "builtin" else None
        try:
            result = function(*given)
        except Missing as absent:
            raise Missing(*self._below(absent, given, node)) from None
        except LookupError as absent:
            raise Missing(f"{callee.value}(…)") from absent
        if builtin is not None:
            for argument, below, value in builtin.evidence(given) if builtin.evidence else ():
                self.evidence.setdefault(f"{self.place(given[argument])}{below}", value)
        if self.elements and node.type.kind == "list":
            operations.charge(self.budget, result)
        return result

    def _below(self, absent: Missing, given: list[Any], node: Node) -> list[str]:
        if absent.argument is None:
            return list(absent.paths)
        owner = self.place(given[absent.argument])
        if owner == "…":
            owner = self._called(node.children[1 + absent.argument])
        return [f"{owner}{path}" for path in absent.paths]


MEANINGS: dict[str, Callable[[Walk, Node], Any]] = {
    kind: getattr(Walk, f"_{kind.replace(' ', '_')}") for kind in sorted(KINDS - {"literal"})
}


def _at(call: Callable[..., Any], now: datetime, *given: Any) -> Any:
    return call(*given, now)


def is_path(node: Node) -> bool:
    """Whether the node is a section or a way through records from there."""
    return node.kind == "name" or (node.kind == "field" and is_path(node.children[0]))


def _shown(key: Any) -> str:
    return f'"{key}"' if isinstance(key, str) else str(key)
