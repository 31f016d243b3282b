"""Builtins and methods."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from aims_policy.language import builtins
from aims_policy.language.emission import loops
from aims_policy.language.emission.operators import exact

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.language.emission.writer import Writer
    from aims_policy.language.nodes import Node


def _builtin(writer: Writer, node: Node) -> str:
    if node.value == "now":
        return "now"
    call = writer.shared.constant(f"builtin({node.value!r})")
    builtin = builtins.get(node.value)
    if node.type.kind != "function":
        return f"{call}({'now' if builtin.uses_now else ''})"
    return f"(lambda *g: {call}(*g, now))" if builtin.uses_now else call


def _call(writer: Writer, node: Node) -> str:
    function, *given = node.children
    if function.kind == "attribute":
        code = _method(writer, node, function, given[0])
    elif function.value in ("all", "any"):
        code = loops.tested(writer, function.value, given[0], node)
    elif builtins.get(function.value).inline:
        code = _inline(writer, node, builtins.get(function.value).inline)
    else:
        codes = writer.in_order([partial(loops.elements, writer, child, node) for child in given])
        code = _called(writer, function.value, codes)
    return writer.charged(code) if writer.own is not None and node.type.kind == "list" else code


def _called(writer: Writer, name: str, codes: list[str]) -> str:
    call = writer.shared.constant(f"builtin({name!r})")
    if builtins.get(name).known is not None and builtins.get(name).at_least is None:
        text, again = writer.twice(codes[0])
        return f"({text} in {writer.shared.constant(f'known({name!r})')} or {call}({again}))"
    return f"{call}({', '.join([*codes, 'now'] if builtins.get(name).uses_now else codes)})"


def _inline(writer: Writer, node: Node, template: str) -> str:
    """A builtin that is written out where it is called. A number may stand there as an integer."""

    def argument(child: Node) -> str:
        # In variables: the template may name an argument twice, or not come to it.
        if child.type.kind == "number":
            return writer.variable(exact(writer, child))
        return writer.variable(loops.elements(writer, child, node))

    return f"({template.format(*writer.in_order(partial(argument, child) for child in node.children[1:]))})"


def _method(writer: Writer, node: Node, function: Node, argument: Node) -> str:
    owner = function.children[0]
    if owner.type.kind == "text" and function.value in ("starts_with", "ends_with"):
        text, affix = writer.in_order(
            [lambda: writer.operand(owner, function), lambda: writer.operand(argument, node)]
        )
        return f"{text}.{function.value.replace('_', '')}({affix})"
    read, given = writer.in_order([lambda: writer.code(function), lambda: writer.operand(argument, node)])
    return f"{read}({given})"


EMIT: Final[dict[str, Callable[[Writer, Node], str]]] = {"builtin": _builtin, "call": _call}
