"""Operators, and what is done only where it is needed: `and`, `or`, `? :`, `??`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from aims_policy.language import builtins, operations
from aims_policy.language.emission import loops
from aims_policy.language.emission.evidence import chain, is_limit, limit, looked_up
from aims_policy.language.emission.values import folded, literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.language.emission.writer import Writer
    from aims_policy.language.nodes import Node

_BITWISE: Final = {"&": "bits_and", "|": "bits_or", "^": "bits_xor", "<<": "shift_left", ">>": "shift_right"}


def _not(writer: Writer, node: Node) -> str:
    return f"(not {writer.code(node.children[0])})"


def _joined(writer: Writer, node: Node) -> str:
    """A chain of `and`s or `or`s; from the first part that needs statements on, step by step in a variable."""
    first, *rest = node.children
    codes = [writer.code(first)]
    asked = "" if node.kind == "and" else "not "
    result = ""
    kept = writer.kept
    writer.kept = dict(kept)
    for child in rest:
        lines, code = _apart(writer, child)
        if lines:
            result = result or writer.fresh("t")
            if codes != [result]:
                writer.lines.append(f"{result} = {f' {node.kind} '.join(codes)}")
            writer.block(f"if {asked}{result}:", [*lines, f"{result} = {code}"])
            codes = [result]
        else:
            codes.append(code)
    writer.kept = kept
    return codes[0] if len(codes) == 1 else "(" + f" {node.kind} ".join(codes) + ")"


def _apart(writer: Writer, node: Node) -> tuple[list[str], str]:
    """The statements and the code of a part that may not be reached; what it keeps is there for those after it."""
    lines, writer.lines = writer.lines, []
    code = writer.code(node)
    lines, writer.lines = writer.lines, lines
    return lines, code


def _choose(writer: Writer, node: Node) -> str:
    return _either(writer, node, writer.code)


def _either(writer: Writer, node: Node, code: Callable[[Node], str]) -> str:
    """One of two, each written as `code` has it."""
    condition, then, otherwise = node.children
    asked = writer.code(condition)
    with writer.aside() as before_one:
        one = code(then)
    with writer.aside() as before_other:
        other = code(otherwise)
    if not before_one and not before_other:
        return f"({one} if {asked} else {other})"
    result = writer.fresh("t")
    writer.block(f"if {asked}:", [*before_one, f"{result} = {one}"])
    writer.block("else:", [*before_other, f"{result} = {other}"])
    return result


def _coalesce(writer: Writer, node: Node) -> str:
    left, right = node.children
    base, fields = chain(left)
    if base.kind not in ("name", "variable") or (base.kind == "variable" and not fields):
        value = loops.within_limit(writer, lambda: _attempted(writer, left))
    elif right.kind == "literal" and right.value is not None:
        return looked_up(writer, base, fields, f", {writer.code(right)}")
    else:
        value = looked_up(writer, base, fields, "")
    if right.kind == "literal" and right.value is None:
        return value
    found = writer.variable(value)
    with writer.aside() as lines:
        code = writer.code(right)
    if not lines:
        return f"({code} if {found} is None else {found})"
    result = writer.fresh("t")
    writer.lines.append(f"{result} = {found}")
    writer.block(f"if {found} is None:", [*lines, f"{result} = {code}"])
    return result


def _attempted(writer: Writer, node: Node) -> str:
    """The value, or None where evidence is missing: the left side of `??`."""
    result = writer.fresh("t")
    with writer.aside(blocks=1) as lines:
        code = writer.code(node)
    writer.block("try:", [*lines, f"{result} = {code}"])
    writer.lines.append(f"except absent: {result} = None")
    return result


def _compare(writer: Writer, node: Node) -> str:
    left, right = node.children
    if "any" in (left.type.kind, right.type.kind):
        equal = f"same({', '.join(writer.operands(node))})"
        return equal if node.value == "==" else f"(not {equal})"
    if left.type.kind != "number":
        return f"({f' {node.value} '.join(writer.operands(node))})"
    builtin = _reaching(node)
    if builtin:
        call = writer.shared.constant(f"at_least({builtin!r})")
        given = [partial(loops.elements, writer, child, left) for child in left.children[1:]]
        codes = writer.in_order([*given, lambda: exact(writer, right)])
        if builtins.get(builtin).known is None:
            return f"{call}({', '.join(codes)})"
        known = writer.shared.constant(f"known({builtin!r})")
        (text, again), (least, same) = map(writer.twice, codes)
        return f"({known}.get({text}, -1) >= {least} or {call}({again}, {same}))"
    codes = writer.in_order(
        [lambda: _number(writer, left, beside=right), lambda: _number(writer, right, beside=left)]
    )
    return f"({f' {node.value} '.join(codes)})"


def _reaching(node: Node) -> str:
    """The builtin, if the comparison asks whether what it gives is at least so much, and it can tell that sooner."""
    call = node.children[0]
    callee = call.children[0] if call.kind == "call" else call
    if node.value != ">=" or callee.kind != "builtin" or callee is call:
        return ""
    return callee.value if builtins.get(callee.value).at_least is not None else ""


def _number(writer: Writer, node: Node, *, beside: Node) -> str:
    """A number only compared: a length need not be made a Decimal, nor what it is compared with."""
    if _is_length(node):
        return f"len({loops.elements(writer, node.children[0], node)})"
    return exact(writer, node) if _is_length(beside) else writer.code(node)


def exact(writer: Writer, node: Node) -> str:
    """A number for exact use beside a Python integer: itself one wherever that is known to be the same number."""
    if node.kind == "literal" and node.value == node.value.to_integral_value():
        return repr(operations.whole(node.value))
    if node.kind == "choose":
        return _either(writer, node, partial(exact, writer))
    return limit(writer, node, exact=True) if is_limit(node) else writer.code(node)


def _is_length(node: Node) -> bool:
    return node.kind == "attribute" and node.value == "length"


def _in(writer: Writer, node: Node) -> str:
    member, container = writer.operands(node)
    return f"({member} {node.kind} {container})"


def _match(writer: Writer, node: Node) -> str:
    subject = writer.operand(node.children[0], node)
    pattern = writer.shared.constant(f"Pattern({node.children[1].value!r})")
    code = f"{pattern}.{'search' if node.value.endswith('~~') else 'match'}({subject})"
    return code if node.value.startswith("=") else f"(not {code})"


def _calculated(writer: Writer, node: Node) -> str:
    """A calculation, done here and now where it is one with literals only."""
    constant = folded(node)
    if constant is not None:
        return literal(writer, constant)
    if node.kind == "negate":
        return f"(-{writer.code(node.children[0])})"
    left, right = writer.operands(node)
    if node.kind == "bitwise" and node.type.kind != "set":
        return f"{_BITWISE[node.value]}({left}, {right})"
    return f"power({left}, {right})" if node.value == "**" else f"({left} {node.value} {right})"


EMIT: Final[dict[str, Callable[[Writer, Node], str]]] = {
    "not": _not,
    "and": _joined,
    "or": _joined,
    "choose": _choose,
    "coalesce": _coalesce,
    "compare": _compare,
    "in": _in,
    "not in": _in,
    "match": _match,
    "negate": _calculated,
    "arithmetic": _calculated,
    "bitwise": _calculated,
}
