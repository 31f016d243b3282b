"""From what was written to a tree in which every node has a type, or to a message that says what is wrong
where.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from aims_policy.diagnostics import nearest
from aims_policy.language import access, builtins, operators, patterns, reference, slips, types
from aims_policy.language.attributes import ENCODINGS
from aims_policy.language.nodes import Node, walk
from aims_policy.language.problems import LanguageError, Limits, Problem
from aims_policy.language.reading import reads
from aims_policy.language.syntax import Syntax, failure, listed, node_at
from aims_policy.language.types import BOOLEAN, NULL, Type, accepts, hashable, join, join_all

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_ARITHMETIC = {"ADD": "+", "SUB": "-", "MUL": "*", "TDIV": "/", "FDIV": "//", "MOD": "%", "POW": "**"}
_BITWISE = {"BWAND": "&", "BWOR": "|", "BWXOR": "^", "BWLSH": "<<", "BWRSH": ">>"}
_COMPARISON = {"EQ": "==", "NE": "!=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}
_MATCHING = {"EQ_FZM": "=~", "EQ_FZS": "=~~", "NE_FZM": "!~", "NE_FZS": "!~~"}
_SYMBOLS: Final = _ARITHMETIC | _BITWISE | _COMPARISON | _MATCHING
_LITERAL_TYPES: Final = {
    bool: BOOLEAN,
    str: types.TEXT,
    Decimal: types.NUMBER,
    bytes: types.BYTES,
    datetime: types.MOMENT,
    timedelta: types.DURATION,
    type(None): NULL,
}
_REFUSED_BUILTINS: Final = {
    "random": "a decision must be the same every time",
    "re_groups": "what it holds depends on which pattern was tried last; match each part by itself",
}
_VARIABLE = frozenset({"name", "variable", "builtin", "comprehension"})


def check(
    syntax: Syntax, scope: Mapping[str, Type], limits: Limits, subject: str
) -> tuple[Node, tuple[str, ...]]:
    """The typed tree, and the evidence it reads. Raises `LanguageError`."""
    root = _Checker(scope, subject).value(syntax)
    loops = [node for node in walk(root) if node.kind == "comprehension"]
    if len(loops) > limits.comprehensions:
        over = loops[limits.comprehensions]
        problem = Problem("too-long", "too many comprehensions in one expression", over.start, over.end)
        raise LanguageError(problem._replace(help="split it into several rules"))
    _bound_depth(root, limits.depth)
    return root, reads(root)


def _bound_depth(node: Node, left: int) -> None:
    if left <= 0:
        problem = Problem("too-deep", "the expression is nested too deeply", node.start, node.end)
        raise LanguageError(problem._replace(help="split it into several rules"))
    for child in node.children:
        _bound_depth(child, left - 1)


class _Checker:
    def __init__(self, scope: Mapping[str, Type], subject: str) -> None:
        self._scope = scope
        self._subject = subject
        self._variables: dict[str, Type] = {}

    def value(self, syntax: Syntax) -> Node:
        """The node for something that has a value: anything but a function."""
        node = self._any(syntax)
        if node.type.kind == "function":
            raise failure(
                "function-value", f"`{node.value}` is a function: call it", syntax, help_="add `(…)`"
            )
        return node

    def _any(self, syntax: Syntax) -> Node:
        check: Callable[[Syntax], Node] = getattr(self, f"_{syntax.kind.lower()}")
        try:
            node = check(syntax)
        except operators.Mismatch as mismatch:
            raise failure("type-mismatch", str(mismatch), syntax, help_=mismatch.help) from None
        self._try_constant(node)
        return node

    def _try_constant(self, node: Node) -> None:
        """What depends on nothing is computed now: rule_engine does so too, and without bounds."""
        if node.kind == "literal" or any(below.kind in _VARIABLE for below in walk(node)):
            return
        if node.type.kind == "function":
            return
        result = reference.constant(node)
        if result.state != "value":
            reason = result.error or "there is no such element"
            raise failure("no-value", f"this never has a value: {reason}", node)

    def _boolean(self, syntax: Syntax, role: str) -> Node:
        node = self.value(syntax)
        if node.type != BOOLEAN:
            message = f"{role} must be true or false, and this is {node.type}"
            help_ = 'say what is asked of it: `… != ""`, `….length > 0`, `… == true`'
            raise failure("not-boolean", message, syntax, help_=help_)
        return node

    # Names

    def _symbol(self, syntax: Syntax) -> Node:
        (name,) = syntax.parts
        if syntax.options.get("scope"):
            return self._builtin(name, syntax)
        if name in self._variables:
            return node_at(syntax, "variable", name, (), self._variables[name])
        if name in self._scope:
            return node_at(syntax, "name", name, (), self._scope[name])
        owner = f"a field of {self._subject}" if self._subject else "a name that rules know"
        near = nearest(name, [*self._scope, *self._variables])
        help_ = f"did you mean `{near}`?" if near else f"names are {listed([*self._scope, *self._variables])}"
        if slip := slips.no_name(name):
            help_ = slip
        elif name in builtins.names():
            help_ = f"did you mean `${name}`?"
        raise failure("unknown-field", f"`{name}` is not {owner}", syntax, help_=help_)

    def _builtin(self, name: str, syntax: Syntax) -> Node:
        if name in _REFUSED_BUILTINS:
            raise failure(
                "refused", f"`${name}` is not available in rules", syntax, help_=_REFUSED_BUILTINS[name]
            )
        try:
            return node_at(syntax, "builtin", name, (), builtins.get(name).type)
        except KeyError:
            near = nearest(name, builtins.names())
            help_ = f"did you mean `${near}`?" if near else ""
            raise failure("unknown-builtin", f"there is no builtin `${name}`", syntax, help_=help_) from None

    def _getattribute(self, syntax: Syntax) -> Node:
        return access.attribute(syntax, self.value(syntax.parts[0]))

    def _getitem(self, syntax: Syntax) -> Node:
        container, index = map(self.value, syntax.parts)
        return access.item(syntax, container, index)

    def _getslice(self, syntax: Syntax) -> Node:
        container = self.value(syntax.parts[0])
        start, stop = (None if part is None else self.value(part) for part in syntax.parts[1:3])
        return access.slice_(syntax, container, start, stop)

    # Literals

    def _literal(self, syntax: Syntax) -> Node:
        (value,) = syntax.parts
        if isinstance(value, datetime):
            offset = value.utcoffset()
            value = value.replace(tzinfo=timezone(offset) if offset else UTC)
        return node_at(syntax, "literal", value, (), _LITERAL_TYPES[type(value)])

    def _array(self, syntax: Syntax) -> Node:
        elements = tuple(map(self.value, syntax.parts[0]))
        return node_at(
            syntax, "list", None, elements, types.list_of(join_all(node.type for node in elements))
        )

    def _set(self, syntax: Syntax) -> Node:
        elements = tuple(map(self.value, syntax.parts[0]))
        for element in elements:
            if not hashable(element.type) and element.type != NULL:
                raise failure("type-mismatch", f"{element.type} cannot be an element of a set", element)
        return node_at(syntax, "set", None, elements, types.set_of(join_all(node.type for node in elements)))

    def _mapping(self, syntax: Syntax) -> Node:
        pairs = [(self.value(key), self.value(value)) for key, value in syntax.parts[0]]
        given: set[Any] = set()
        for key, _ in pairs:
            if not hashable(key.type):
                raise failure("type-mismatch", f"{key.type} cannot be a key", key)
            if key.kind == "literal" and key.value in given:
                raise failure("duplicate-key", "this key is given twice", key)
            given.add(key.value if key.kind == "literal" else key)
        type_ = types.map_of(join_all(k.type for k, _ in pairs), join_all(v.type for _, v in pairs))
        return node_at(syntax, "map", None, tuple(node for pair in pairs for node in pair), type_)

    def _comprehension(self, syntax: Syntax) -> Node:
        element_syntax, variable, iterable_syntax = syntax.parts
        iterable = self.value(iterable_syntax)
        if iterable.type.kind not in ("list", "set", "map") or iterable.type.item.kind == "never":
            raise failure(
                "type-mismatch",
                f"`for` goes through a list, set or map, and this is {iterable.type}",
                iterable,
            )
        if iterable.type.kind == "set":
            access.require_order(iterable.type, iterable)
        if variable in self._variables or variable in self._scope:
            raise failure(
                "shadowed-name",
                f"`{variable}` already has a meaning",
                syntax,
                help_="choose another loop variable",
            )
        self._variables[variable] = iterable.type.item
        try:
            condition = syntax.options.get("condition")
            conditions = () if condition is None else (self._boolean(condition, "a condition after `if`"),)
            element = self.value(element_syntax)
        finally:
            del self._variables[variable]
        children = (iterable, element, *conditions)
        return node_at(syntax, "comprehension", variable, children, types.list_of(element.type))

    # Operators

    def _logic(self, syntax: Syntax) -> Node:
        """A chain of one operator becomes one node; what is wrong in each of its operands is reported."""
        op = syntax.parts[0].lower()
        operands: list[Syntax] = []
        rest = syntax
        while rest.kind == "Logic" and rest.parts[0].lower() == op:
            operands.append(rest.parts[2])
            rest = rest.parts[1]
        operands.append(rest)
        nodes: list[Node] = []
        problems: list[Problem] = []
        for operand in reversed(operands):
            try:
                nodes.append(self._boolean(operand, f"an operand of `{op}`"))
            except LanguageError as error:
                problems += error.problems
        if problems:
            raise LanguageError(*problems)
        return node_at(syntax, op, None, tuple(nodes), BOOLEAN)

    def _unary(self, syntax: Syntax) -> Node:
        op, operand = syntax.parts
        if op == "NOT" and operand.kind == "Contains" and operand.start == syntax.start:
            inner = self._contains(operand)
            return node_at(syntax, "not in", None, inner.children, BOOLEAN)
        if op == "NOT":
            return node_at(syntax, "not", None, (self._boolean(operand, "the operand of `not`"),), BOOLEAN)
        node = self.value(operand)
        if node.type.kind not in ("number", "duration"):
            raise failure("type-mismatch", f"`-` does not take {node.type}", syntax)
        return node_at(syntax, "negate", None, (node,), node.type)

    def _binary(self, kind: str, rule: Callable[[str, Type, Type], Type], syntax: Syntax) -> Node:
        op = _SYMBOLS[syntax.parts[0]]
        left, right = map(self.value, syntax.parts[1:3])
        return node_at(syntax, kind, op, (left, right), rule(op, left.type, right.type))

    def _arithmetic(self, syntax: Syntax) -> Node:
        return self._binary("arithmetic", operators.arithmetic, syntax)

    _add = _subtract = _arithmetic

    def _bitwise(self, syntax: Syntax) -> Node:
        return self._binary("bitwise", operators.bitwise, syntax)

    _bitwiseshift = _bitwise

    def _comparison(self, syntax: Syntax) -> Node:
        return self._binary("compare", operators.equality, syntax)

    def _arithmeticcomparison(self, syntax: Syntax) -> Node:
        return self._binary("compare", operators.ordering, syntax)

    def _contains(self, syntax: Syntax) -> Node:
        member, container = self.value(syntax.parts[1]), self.value(syntax.parts[0])
        type_ = operators.membership(member.type, container.type)
        return node_at(syntax, "in", None, (member, container), type_)

    def _fuzzycomparison(self, syntax: Syntax) -> Node:
        op = _SYMBOLS[syntax.parts[0]]
        subject, pattern = map(self.value, syntax.parts[1:3])
        type_ = operators.matching(op, subject.type)
        if pattern.kind != "literal" or pattern.type != types.TEXT:
            help_ = 'write the pattern out: `… =~ "^[a-z]+$"`'
            raise failure("bad-pattern", "a pattern must be written as a literal text", pattern, help_=help_)
        wrong = patterns.trouble(pattern.value, search=op.endswith("~~"))
        if wrong:
            malformed = wrong.startswith("it is not a regular")
            help_ = "mend it; a bracket itself is `[(]`" if malformed else "use a simpler pattern, or several"
            raise failure("bad-pattern", f"this pattern is refused: {wrong}", pattern, help_=help_)
        return node_at(syntax, "match", op, (subject, pattern), type_)

    def _ternary(self, syntax: Syntax) -> Node:
        condition = self._boolean(syntax.parts[0], "the condition before `?`")
        then, otherwise = map(self.value, syntax.parts[1:3])
        return node_at(syntax, "choose", None, (condition, then, otherwise), join(then.type, otherwise.type))

    def _coalesce(self, syntax: Syntax) -> Node:
        left, right = map(self.value, syntax.parts)
        if left.type == NULL:
            return node_at(syntax, "coalesce", None, (left, right), right.type)
        type_ = join(left.type, right.type)
        if type_.kind == "any" and not {"any", "null"} & {left.type.kind, right.type.kind}:
            raise failure("type-mismatch", f"`??` between {left.type} and {right.type}", syntax)
        return node_at(syntax, "coalesce", None, (left, right), type_)

    # Calls

    def _functioncall(self, syntax: Syntax) -> Node:
        function, arguments = self._any(syntax.parts[0]), tuple(map(self._any, syntax.parts[1]))
        type_ = function.type
        name = f"${function.value}" if function.kind == "builtin" else f".{function.value}"
        if type_.kind != "function":
            raise failure("type-mismatch", f"this is {type_}, not a function", function)
        if not type_.minimum <= len(arguments) <= len(type_.arguments):
            most = len(type_.arguments)
            number = str(most) if most == type_.minimum else f"{type_.minimum} to {most}"
            given = f"{len(arguments)} {'is' if len(arguments) == 1 else 'are'}"
            raise failure(
                "wrong-arguments",
                f"`{name}` takes {number} arguments, and {given} given",
                syntax,
                help_=_written(function),
            )
        returns = self._checked_arguments(function, name, arguments, syntax)
        return node_at(syntax, "call", None, (function, *arguments), returns)

    def _checked_arguments(
        self, function: Node, name: str, arguments: tuple[Node, ...], syntax: Syntax
    ) -> Type:
        given = [node.type for node in arguments]
        builtin = builtins.get(function.value) if function.kind == "builtin" else None
        if builtin is not None and builtin.check is not None:
            wrong = builtin.check(given)
            if wrong:
                raise failure("wrong-arguments", f"`{name}`: {wrong}", syntax)
        else:
            for node, wanted in zip(arguments, function.type.arguments, strict=False):
                if not accepts(wanted, node.type):
                    message = f"`{name}` takes {wanted} here, and this is {node.type}"
                    raise failure("wrong-arguments", message, node, help_=_written(function))
        coded = function.kind == "attribute" and function.value in ("encode", "decode")
        if coded and (arguments[0].kind != "literal" or arguments[0].value not in ENCODINGS):
            known = f"known encodings are {listed(ENCODINGS)}"
            raise failure(
                "wrong-arguments", f"`{name}` takes a known encoding, written out", arguments[0], help_=known
            )
        return builtin.result(given) if builtin is not None and builtin.result else function.type.returns


def _written(function: Node) -> str:
    """How a builtin is called: its documentation begins with that."""
    told = builtins.get(function.value).doc.partition(":")[0] if function.kind == "builtin" else ""
    return f"it is written {told}" if told else ""
