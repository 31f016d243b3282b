"""From what was written to a tree in which every node has a type, or to a message that says what is wrong where."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from aims_policy.diagnostics import nearest
from aims_policy.language import builtins, operators, patterns, reference, types
from aims_policy.language.attributes import ENCODINGS, attributes_of
from aims_policy.language.nodes import Node, walk
from aims_policy.language.problems import LanguageError, Limits, Problem
from aims_policy.language.reading import reads
from aims_policy.language.types import BOOLEAN, NULL, Type, accepts, hashable, join, join_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Syntax(NamedTuple):
    """A node as the grammar gives it: what it is, its parts, and its place. Nothing is known of types yet."""

    kind: str
    parts: tuple[Any, ...]
    options: dict[str, Any]
    start: int
    end: int


_SYMBOLS: Final = {
    "ADD": "+",
    "SUB": "-",
    "MUL": "*",
    "TDIV": "/",
    "FDIV": "//",
    "MOD": "%",
    "POW": "**",
    "BWAND": "&",
    "BWOR": "|",
    "BWXOR": "^",
    "BWLSH": "<<",
    "BWRSH": ">>",
    "EQ": "==",
    "NE": "!=",
    "GT": ">",
    "GE": ">=",
    "LT": "<",
    "LE": "<=",
    "EQ_FZM": "=~",
    "EQ_FZS": "=~~",
    "NE_FZM": "!~",
    "NE_FZS": "!~~",
}
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
    "re_groups": "what it holds depends on which pattern happened to be tried last; match each part by itself",
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
            _fail("function-value", f"`{node.value}` is a function: call it", syntax, help_="add `(…)`")
        return node

    def _any(self, syntax: Syntax) -> Node:
        check: Callable[[Syntax], Node] = getattr(self, f"_{syntax.kind.lower()}")
        try:
            node = check(syntax)
        except operators.Mismatch as mismatch:
            _fail("type-mismatch", str(mismatch), syntax, help_=mismatch.help)
        self._try_constant(node)
        return node

    def _try_constant(self, node: Node) -> None:
        """What depends on nothing is computed now: rule_engine does so too, and its arithmetic has no bounds."""
        if node.kind == "literal" or any(below.kind in _VARIABLE for below in walk(node)):
            return
        if node.type.kind == "function":
            return
        result = reference.constant(node)
        if result.state != "value":
            reason = result.error or "there is no such element"
            _fail("no-value", f"this never has a value: {reason}", node)

    def _boolean(self, syntax: Syntax, role: str) -> Node:
        node = self.value(syntax)
        if node.type != BOOLEAN:
            message = f"{role} must be true or false, and this is {node.type}"
            help_ = "say what is asked of it: `… != \"\"`, `….length > 0`, `… == true`"
            _fail("not-boolean", message, syntax, help_=help_)
        return node

    # Names

    def _symbol(self, syntax: Syntax) -> Node:
        (name,) = syntax.parts
        if syntax.options.get("scope"):
            return self._builtin(name, syntax)
        if name in self._variables:
            return _node("variable", name, (), self._variables[name], syntax)
        if name in self._scope:
            return _node("name", name, (), self._scope[name], syntax)
        owner = f"a field of {self._subject}" if self._subject else "a name that rules know"
        near = nearest(name, [*self._scope, *self._variables])
        help_ = f"did you mean `{near}`?" if near else f"names are {_listed([*self._scope, *self._variables])}"
        if name in builtins.names():
            help_ = f"did you mean `${name}`?"
        _fail("unknown-field", f"`{name}` is not {owner}", syntax, help_=help_)

    def _builtin(self, name: str, syntax: Syntax) -> Node:
        if name in _REFUSED_BUILTINS:
            _fail("refused", f"`${name}` is not available in rules", syntax, help_=_REFUSED_BUILTINS[name])
        try:
            return _node("builtin", name, (), builtins.get(name).type, syntax)
        except KeyError:
            near = nearest(name, builtins.names())
            help_ = f"did you mean `${near}`?" if near else ""
            _fail("unknown-builtin", f"there is no builtin `${name}`", syntax, help_=help_)

    def _getattribute(self, syntax: Syntax) -> Node:
        owner, name = self.value(syntax.parts[0]), syntax.parts[1]
        place = (syntax.end - len(name), syntax.end)
        if owner.type == NULL and syntax.options["safe"]:
            return _node("nothing", None, (owner,), NULL, syntax)
        if owner.type.kind == "record":
            if name in owner.type.fields:
                return _node("field", name, (owner,), owner.type.fields[name], syntax)
            near = nearest(name, owner.type.fields)
            help_ = f"did you mean `{near}`?" if near else f"its fields are {_listed(owner.type.fields)}"
            _fail("unknown-field", f"`{name}` is not a field of {owner.type}", place, help_=help_)
        if owner.type.kind in ("any", "never"):
            help_ = "give the value a type (an extension by its JSON Schema)"
            _fail("unknown-type", f"the type of this is not known, so `.{name}` cannot be checked", syntax, help_=help_)
        known = attributes_of(owner.type)
        if name not in known:
            near = nearest(name, known)
            help_ = f"did you mean `{near}`?" if near else f"it has {_listed(known)}" if known else ""
            if owner.type.kind == "map" and not near:
                help_ = f'a key is written `["{name}"]`'
            _fail("unknown-attribute", f"{owner.type} has no attribute `{name}`", place, help_=help_)
        type_ = known[name].result(owner.type)
        if type_.kind == "set" and not hashable(type_.item):
            _fail("type-mismatch", f"{type_.item} cannot be an element of a set", syntax)
        if owner.type.kind == "set" and type_.kind == "list":
            self._sortable(owner.type, syntax)
        return _node("attribute", name, (owner,), type_, syntax)

    def _getitem(self, syntax: Syntax) -> Node:
        container, index = map(self.value, syntax.parts)
        owner = container.type
        if owner == NULL and syntax.options["safe"]:
            return _node("nothing", None, (container,), NULL, syntax)
        if owner.kind == "map":
            wanted, type_ = owner.item, owner.value
        elif owner.kind in ("list", "text", "bytes"):
            wanted = types.NUMBER
            type_ = {"text": types.TEXT, "bytes": types.NUMBER}.get(owner.kind) or owner.item
        else:
            help_ = "a field of a record is written `.name`" if owner.kind == "record" else ""
            _fail("type-mismatch", f"{owner} has no elements to pick with `[…]`", syntax, help_=help_)
        if not accepts(wanted, index.type) or wanted.kind == "any":
            _fail("type-mismatch", f"`[…]` of {owner} takes {wanted}, and this is {index.type}", index)
        return _node("item", None, (container, index), type_, syntax)

    def _getslice(self, syntax: Syntax) -> Node:
        container = self.value(syntax.parts[0])
        if container.type == NULL and syntax.options["safe"]:
            return _node("nothing", None, (container,), NULL, syntax)
        if container.type.kind not in ("list", "text", "bytes"):
            _fail("type-mismatch", f"{container.type} cannot be sliced", syntax)
        nothing = Node("literal", None, (), NULL, syntax.end - 1, syntax.end - 1)
        bounds = [nothing if part is None else self.value(part) for part in syntax.parts[1:3]]
        for bound in bounds:
            if bound is not nothing and bound.type.kind not in ("number", "null"):
                _fail("type-mismatch", f"a slice's bounds are numbers, and this is {bound.type}", bound)
        return _node("slice", None, (container, *bounds), container.type, syntax)

    # Literals

    def _literal(self, syntax: Syntax) -> Node:
        (value,) = syntax.parts
        if isinstance(value, datetime):
            offset = value.utcoffset()
            value = value.replace(tzinfo=timezone(offset) if offset else timezone.utc)
        return _node("literal", value, (), _LITERAL_TYPES[type(value)], syntax)

    def _array(self, syntax: Syntax) -> Node:
        elements = tuple(map(self.value, syntax.parts[0]))
        return _node("list", None, elements, types.list_of(join_all(node.type for node in elements)), syntax)

    def _set(self, syntax: Syntax) -> Node:
        elements = tuple(map(self.value, syntax.parts[0]))
        for element in elements:
            if not hashable(element.type) and element.type != NULL:
                _fail("type-mismatch", f"{element.type} cannot be an element of a set", element)
        return _node("set", None, elements, types.set_of(join_all(node.type for node in elements)), syntax)

    def _mapping(self, syntax: Syntax) -> Node:
        pairs = [(self.value(key), self.value(value)) for key, value in syntax.parts[0]]
        given: set[Any] = set()
        for key, _ in pairs:
            if not hashable(key.type):
                _fail("type-mismatch", f"{key.type} cannot be a key", key)
            if key.kind == "literal" and key.value in given:
                _fail("duplicate-key", "this key is given twice", key)
            given.add(key.value if key.kind == "literal" else key)
        type_ = types.map_of(join_all(k.type for k, _ in pairs), join_all(v.type for _, v in pairs))
        return _node("map", None, tuple(node for pair in pairs for node in pair), type_, syntax)

    def _comprehension(self, syntax: Syntax) -> Node:
        element_syntax, variable, iterable_syntax = syntax.parts
        iterable = self.value(iterable_syntax)
        if iterable.type.kind not in ("list", "set", "map") or iterable.type.item.kind == "never":
            _fail("type-mismatch", f"`for` goes through a list, set or map, and this is {iterable.type}", iterable)
        if iterable.type.kind == "set":
            self._sortable(iterable.type, iterable_syntax)
        if variable in self._variables or variable in self._scope:
            _fail("shadowed-name", f"`{variable}` already has a meaning", syntax, help_="choose another loop variable")
        self._variables[variable] = iterable.type.item
        try:
            condition = syntax.options.get("condition")
            conditions = () if condition is None else (self._boolean(condition, "a condition after `if`"),)
            element = self.value(element_syntax)
        finally:
            del self._variables[variable]
        children = (iterable, element, *conditions)
        return _node("comprehension", variable, children, types.list_of(element.type), syntax)

    def _sortable(self, type_: Type, syntax: Syntax) -> None:
        if not types.sortable(type_.item):
            _fail("type-mismatch", f"a {type_} has no order to go through it in", syntax)

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
        return _node(op, None, tuple(nodes), BOOLEAN, syntax)

    def _unary(self, syntax: Syntax) -> Node:
        op, operand = syntax.parts
        if op == "NOT" and operand.kind == "Contains" and operand.start == syntax.start:
            inner = self._contains(operand)
            return _node("not in", None, inner.children, BOOLEAN, syntax)
        if op == "NOT":
            return _node("not", None, (self._boolean(operand, "the operand of `not`"),), BOOLEAN, syntax)
        node = self.value(operand)
        if node.type.kind not in ("number", "duration"):
            _fail("type-mismatch", f"`-` does not take {node.type}", syntax)
        return _node("negate", None, (node,), node.type, syntax)

    def _binary(
        self, kind: str, rule: Callable[[str, Type, Type], Type], syntax: Syntax
    ) -> Node:
        op = _SYMBOLS[syntax.parts[0]]
        left, right = map(self.value, syntax.parts[1:3])
        return _node(kind, op, (left, right), rule(op, left.type, right.type), syntax)

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
        return _node("in", None, (member, container), type_, syntax)

    def _fuzzycomparison(self, syntax: Syntax) -> Node:
        op = _SYMBOLS[syntax.parts[0]]
        subject, pattern = map(self.value, syntax.parts[1:3])
        type_ = operators.matching(op, subject.type)
        if pattern.kind != "literal" or pattern.type != types.TEXT:
            help_ = 'write the pattern out: `… =~ "^[a-z]+$"`'
            _fail("bad-pattern", "a pattern must be written as a literal text", pattern, help_=help_)
        wrong = patterns.trouble(pattern.value, search=op.endswith("~~"))
        if wrong:
            help_ = "use a simpler pattern, or several"
            _fail("bad-pattern", f"this pattern is refused: {wrong}", pattern, help_=help_)
        return _node("match", op, (subject, pattern), type_, syntax)

    def _ternary(self, syntax: Syntax) -> Node:
        condition = self._boolean(syntax.parts[0], "the condition before `?`")
        then, otherwise = map(self.value, syntax.parts[1:3])
        return _node("choose", None, (condition, then, otherwise), join(then.type, otherwise.type), syntax)

    def _coalesce(self, syntax: Syntax) -> Node:
        left, right = map(self.value, syntax.parts)
        if left.type == NULL:
            return _node("coalesce", None, (left, right), right.type, syntax)
        type_ = join(left.type, right.type)
        if type_.kind == "any" and not {"any", "null"} & {left.type.kind, right.type.kind}:
            _fail("type-mismatch", f"`??` between {left.type} and {right.type}", syntax)
        return _node("coalesce", None, (left, right), type_, syntax)

    # Calls

    def _functioncall(self, syntax: Syntax) -> Node:
        function, arguments = self._any(syntax.parts[0]), tuple(map(self._any, syntax.parts[1]))
        type_ = function.type
        name = f"${function.value}" if function.kind == "builtin" else f".{function.value}"
        if type_.kind != "function":
            _fail("type-mismatch", f"this is {type_}, not a function", function)
        if not type_.minimum <= len(arguments) <= len(type_.arguments):
            most = len(type_.arguments)
            number = str(most) if most == type_.minimum else f"{type_.minimum} to {most}"
            _fail("wrong-arguments", f"`{name}` takes {number} arguments, and {len(arguments)} are given", syntax)
        returns = self._checked_arguments(function, name, arguments, syntax)
        return _node("call", None, (function, *arguments), returns, syntax)

    def _checked_arguments(self, function: Node, name: str, arguments: tuple[Node, ...], syntax: Syntax) -> Type:
        given = [node.type for node in arguments]
        builtin = builtins.get(function.value) if function.kind == "builtin" else None
        if builtin is not None and builtin.check is not None:
            wrong = builtin.check(given)
            if wrong:
                _fail("wrong-arguments", f"`{name}`: {wrong}", syntax)
        else:
            for node, wanted in zip(arguments, function.type.arguments, strict=False):
                if not accepts(wanted, node.type):
                    _fail("wrong-arguments", f"`{name}` takes {wanted} here, and this is {node.type}", node)
        coded = function.kind == "attribute" and function.value in ("encode", "decode")
        if coded and (arguments[0].kind != "literal" or arguments[0].value not in ENCODINGS):
            known = f"known encodings are {_listed(ENCODINGS)}"
            _fail("wrong-arguments", f"`{name}` takes a known encoding, written out", arguments[0], help_=known)
        return builtin.result(given) if builtin is not None and builtin.result else function.type.returns


def _node(kind: str, value: Any, children: tuple[Node, ...], type_: Type, syntax: Syntax) -> Node:
    return Node(kind, value, children, type_, syntax.start, syntax.end)


def _fail(code: str, message: str, place: Syntax | Node | tuple[int, int], *, help_: str = "") -> NoReturn:
    start, end = (place.start, place.end) if isinstance(place, Node | Syntax) else place
    raise LanguageError(Problem(code, message, start, end, help_))


def _listed(names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in list(names)[:12]]
    return ", ".join(shown)
