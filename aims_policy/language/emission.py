"""The Python of one rule, written from its trees. Used by `compiler`."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from aims_policy.language import builtins, operations, reference
from aims_policy.language.compiler import ERROR, FAIL, MISSING, NOT_APPLICABLE, PASS
from aims_policy.language.nodes import Node, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aims_policy.language.nodes import Expression

_FOLDED: Final = frozenset({"negate", "arithmetic", "bitwise"})
_BITWISE: Final = {"&": "bits_and", "|": "bits_or", "^": "bits_xor", "<<": "shift_left", ">>": "shift_right"}


def function(module: Module, index: int, when: Expression | None, require: Expression) -> str:
    """The source of a rule's function."""
    # Once to see which evidence is read again, once to keep just that.
    first = Body(module, None)
    first.rule(when, require)
    lines = "\n".join(f"        {line}" for line in Body(module, first.reused).rule(when, require))
    return f"""\
def r{index}(n, now):
    try:
{lines}
    except LookupError:
        return {MISSING}
    except Exception:
        return {ERROR}"""


class Module:
    """The constants of a module, each made once."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[str, str] = {}

    def constant(self, source: str) -> str:
        """The name of what the source makes."""
        if source not in self._names:
            self._names[source] = f"k{len(self._names)}"
            self.lines.append(f"{self._names[source]} = {source}")
        return self._names[source]


class Body:
    """The code of one rule, part by part in the order of evaluation."""

    def __init__(self, module: Module, keep: set[str] | None) -> None:
        self._module = module
        self._keep = keep
        """Which evidence to keep in variables; None: all that may be."""
        self.reused: set[str] = set()
        self._kept: dict[str, str] = {}
        """What is in a variable at this place, whichever way it was reached."""
        self._variables: dict[str, str] = {}
        self._made = 0
        self._nested = 0
        """How many functions of their own this place is in, where nothing can be kept."""
        self._loops = 0

    def rule(self, when: Expression | None, require: Expression) -> list[str]:
        lines: list[str] = []
        if when is not None:
            lines += _with_work(f"if not {self.code(when.root)}: return {NOT_APPLICABLE}")
        return lines + _with_work(f"return {PASS} if {self.code(require.root)} else {FAIL}")

    def code(self, node: Node) -> str:
        if node.kind in _FOLDED and node.type.kind in ("number", "duration") and _is_constant(node):
            return self._literal(_folded(node))
        emit: Callable[[Node], str] = getattr(self, f"_{node.kind.replace(' ', '_')}")
        return emit(node)

    def _operands(self, node: Node) -> list[str]:
        return [self._operand(child, node) for child in node.children]

    def _operand(self, child: Node, parent: Node) -> str:
        code = self.code(child)
        return f"charge(w, {code})" if self._loops and child in operations.charged(parent) else code

    @contextmanager
    def _apart(self, *, nested: bool = False) -> Iterator[None]:
        """Code that may not be run: what it keeps is not there afterwards."""
        kept = self._kept
        self._kept = dict(kept)
        self._nested += nested
        yield
        self._nested -= nested
        self._kept = kept

    # Constants

    def _literal(self, node: Node) -> str:
        value = node.value
        if isinstance(value, Decimal):
            return self._module.constant(repr(value))
        if isinstance(value, datetime):
            offset = value.utcoffset() or timedelta()
            naive = value.replace(tzinfo=None).isoformat()
            return self._module.constant(f"moment({naive!r}, {offset.days * 86400 + offset.seconds})")
        if isinstance(value, timedelta):
            return self._module.constant(f"timedelta({value.days}, {value.seconds}, {value.microseconds})")
        return repr(value)

    def _list(self, node: Node) -> str:
        return self._display(node, "(" + "".join(f"{code}, " for code in self._operands(node)) + ")")

    def _set(self, node: Node) -> str:
        return self._display(node, "{" + ", ".join(self._operands(node)) + "}")

    def _map(self, node: Node) -> str:
        codes = self._operands(node)
        pairs = ", ".join(f"{key}: {value}" for key, value in zip(codes[::2], codes[1::2], strict=True))
        return self._display(node, "{" + pairs + "}")

    def _display(self, node: Node, code: str) -> str:
        """Made once if made of literals: nothing that rules do changes a value."""
        if all(below.kind in ("literal", "list", "set", "map") for below in walk(node)):
            return self._module.constant(code)
        return code

    # Evidence

    def _name(self, node: Node) -> str:
        return self._path(node)

    def _field(self, node: Node) -> str:
        return self._path(node)

    def _path(self, node: Node) -> str:
        base, fields = _chain(node)
        if base.kind != "name":
            return f"{self.code(base)}{''.join(f'[{field!r}]' for field in fields)}"
        return self._reading([base.value, *fields])

    def _reading(self, fields: list[str]) -> str:
        """Read evidence step by step, going on from the longest part of the way that is in a variable."""
        known = len(fields)
        while known and repr(fields[:known]) not in self._kept:
            known -= 1
        if known:
            self.reused.add(repr(fields[:known]))
        code = self._kept[repr(fields[:known])] if known else "n"
        for length in range(known + 1, len(fields) + 1):
            code = self._kept_if_useful(repr(fields[:length]), f"{code}[{fields[length - 1]!r}]")
        return code

    def _kept_if_useful(self, path: str, code: str) -> str:
        if self._nested or (self._keep is not None and path not in self._keep):
            return code
        name = f"v{self._made}"
        self._made += 1
        self._kept[path] = name
        return f"({name} := {code})"

    def _variable(self, node: Node) -> str:
        return self._variables[node.value]

    def _item(self, node: Node) -> str:
        container, index = node.children
        owner = self._operand(container, node)
        if container.type.kind == "map":
            return f"{owner}[{self.code(index)}]"
        code = f"{owner}[{self._position(index)}]"
        return f"Decimal({code})" if container.type.kind == "bytes" else code

    def _position(self, node: Node) -> str:
        value = node.value
        if node.kind == "literal" and (value is None or value == value.to_integral_value()):
            return "" if value is None else repr(operations.whole(value))
        return f"whole({self.code(node)})" if node.type.kind == "number" else self.code(node)

    def _slice(self, node: Node) -> str:
        container, start, stop = node.children
        owner = self._operand(container, node)
        return f"{owner}[{self._position(start)}:{self._position(stop)}]"

    def _attribute(self, node: Node) -> str:
        (owner,) = node.children
        if node.value == "length":
            return f"Decimal({self._length(node)})"
        code = self._operand(owner, node)
        if node.value == "is_empty":
            return f"(not {code})"
        if owner.type.kind == "text" and node.value in ("as_lower", "as_upper"):
            return f"{code}.{node.value[3:]}()"
        read = self._module.constant(f"attribute({owner.type.kind!r}, {node.value!r})")
        return f"{read}({code})"

    def _length(self, node: Node) -> str:
        return f"len({self._elements(node.children[0], node)})"

    def _nothing(self, node: Node) -> str:
        return f"({self.code(node.children[0])}, None)[1]"

    # Operators

    def _not(self, node: Node) -> str:
        return f"(not {self.code(node.children[0])})"

    def _negate(self, node: Node) -> str:
        return f"(-{self.code(node.children[0])})"

    def _and(self, node: Node) -> str:
        first = self.code(node.children[0])
        with self._apart():
            rest = [self.code(child) for child in node.children[1:]]
        return "(" + f" {node.kind} ".join([first, *rest]) + ")"

    _or = _and

    def _choose(self, node: Node) -> str:
        condition, then, otherwise = node.children
        asked = self.code(condition)
        with self._apart():
            one = self.code(then)
        with self._apart():
            other = self.code(otherwise)
        return f"({one} if {asked} else {other})"

    def _coalesce(self, node: Node) -> str:
        left, right = node.children
        base, fields = _chain(left)
        if (not fields and base.kind != "name") or base.kind not in ("name", "variable"):
            with self._apart(nested=True):
                value = f"attempt(lambda: {self.code(left)})"
        elif right.kind == "literal" and right.value is not None:
            return self._looked_up(base, fields, f", {self.code(right)}")
        else:
            value = self._looked_up(base, fields, "")
        if right.kind == "literal" and right.value is None:
            return value
        with self._apart(nested=True):
            return f"either({value}, lambda: {self.code(right)})"

    def _looked_up(self, base: Node, fields: list[str], default: str) -> str:
        """A way through records on which nothing need be there: `n.get('a', empty).get('b', k0)`."""
        code = "n" if base.kind == "name" else self.code(base)
        keys = [base.value, *fields] if base.kind == "name" else fields
        for key in keys[:-1]:
            code += f".get({key!r}, empty)"
        return f"{code}.get({keys[-1]!r}{default})"

    def _compare(self, node: Node) -> str:
        left, right = node.children
        if "any" in (left.type.kind, right.type.kind):
            equal = f"same({', '.join(self._operands(node))})"
            return equal if node.value == "==" else f"(not {equal})"
        if left.type.kind == "number":
            return f"({self._number(left, right)} {node.value} {self._number(right, left)})"
        return f"({f' {node.value} '.join(self._operands(node))})"

    def _number(self, node: Node, other: Node) -> str:
        """A number only compared: a length need not be made a Decimal, nor what it is compared with."""
        if _is_length(node):
            return self._length(node)
        if _is_length(other) and node.kind == "literal" and node.value == node.value.to_integral_value():
            return repr(operations.whole(node.value))
        return self.code(node)

    def _in(self, node: Node) -> str:
        member, container = self._operands(node)
        return f"({member} {node.kind} {container})"

    _not_in = _in

    def _match(self, node: Node) -> str:
        subject = self._operand(node.children[0], node)
        pattern = self._module.constant(f"Pattern({node.children[1].value!r})")
        code = f"{pattern}.{'search' if node.value.endswith('~~') else 'match'}({subject})"
        return code if node.value.startswith("=") else f"(not {code})"

    def _arithmetic(self, node: Node) -> str:
        left, right = self._operands(node)
        return f"power({left}, {right})" if node.value == "**" else f"({left} {node.value} {right})"

    def _bitwise(self, node: Node) -> str:
        left, right = self._operands(node)
        if node.type.kind == "set":
            return f"({left} {node.value} {right})"
        return f"{_BITWISE[node.value]}({left}, {right})"

    # Comprehensions and calls

    def _comprehension(self, node: Node) -> str:
        return f"tuple({self._loop(node)})"

    def _elements(self, node: Node, parent: Node) -> str:
        """A list of which only its elements matter, not what Python calls it."""
        if node.kind != "comprehension":
            return self._operand(node, parent)
        code = self._loop(node)
        return f"charge(w, {code})" if self._loops and node in operations.charged(parent) else code

    def _loop(self, node: Node) -> str:
        iterable, element, *conditions = node.children
        # Python lets nothing be kept in what a comprehension goes through.
        with self._apart(nested=True):
            source = f"bounded({self._operand(iterable, node)})"
        if iterable.type.kind == "set":
            source = f"in_order({source})"
        name = f"x{self._made}"
        self._made += 1
        self._variables[node.value] = name
        self._loops += 1
        with self._apart(nested=True):
            asked = "".join(f" if {self.code(condition)}" for condition in conditions)
            made = self.code(element)
        self._loops -= 1
        del self._variables[node.value]
        return f"[{made} for {name} in {source}{asked}]"

    def _builtin(self, node: Node) -> str:
        if node.value == "now":
            return "now"
        call = self._module.constant(f"builtin({node.value!r})")
        builtin = builtins.get(node.value)
        if node.type.kind != "function":
            return f"{call}({'now' if builtin.uses_now else ''})"
        return f"(lambda *g: {call}(*g, now))" if builtin.uses_now else call

    def _call(self, node: Node) -> str:
        function, *given = node.children
        if function.kind == "attribute":
            code = self._method(node, function, given[0])
        elif function.value in ("all", "any"):
            code = f"{function.value}({self._elements(given[0], node)})"
        else:
            codes = [self._elements(child, node) for child in given]
            codes += ["now"] if builtins.get(function.value).uses_now else []
            code = f"{self._module.constant(f'builtin({function.value!r})')}({', '.join(codes)})"
        return f"charge(w, {code})" if self._loops and node.type.kind == "list" else code

    def _method(self, node: Node, function: Node, argument: Node) -> str:
        owner = function.children[0]
        if owner.type.kind == "text" and function.value in ("starts_with", "ends_with"):
            text = self._operand(owner, function)
            return f"{text}.{function.value.replace('_', '')}({self._operand(argument, node)})"
        read = self.code(function)
        return f"{read}({self._operand(argument, node)})"


def _with_work(line: str) -> list[str]:
    """Each expression has the whole of the work allowed to it."""
    return [f"w = [{operations.WORK}]", line] if "charge(w, " in line else [line]


def _is_length(node: Node) -> bool:
    return node.kind == "attribute" and node.value == "length"


def _is_constant(node: Node) -> bool:
    return all(below.kind in _FOLDED or below.kind == "literal" for below in walk(node))


def _folded(node: Node) -> Node:
    with operations.arithmetic():
        value = reference.constant(node).value
    return Node("literal", value, (), node.type, node.start, node.end)


def _chain(node: Node) -> tuple[Node, list[str]]:
    """What a row of fields begins at, and the fields."""
    fields: list[str] = []
    while node.kind == "field":
        fields.append(node.value)
        node = node.children[0]
    return node, fields[::-1]
