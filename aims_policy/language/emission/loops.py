"""Comprehensions, as loops of the one function: what is done with their elements is done right in the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aims_policy.language import operations

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.language.emission.writer import Writer
    from aims_policy.language.nodes import Node

_DEEPEST: Final = 12
"""Loops and attempts inside each other in one function; CPython refuses more than 20 blocks."""


def elements(writer: Writer, node: Node, parent: Node) -> str:
    """An operand of which only its elements matter, not what Python calls the list of them."""
    if node.kind != "comprehension":
        return writer.operand(node, parent)
    made = _listed(writer, node)
    return writer.charged(made) if writer.counts(node, parent) else made


def tested(writer: Writer, name: str, node: Node, parent: Node) -> str:
    """`all` or `any` of a list. Every element is computed, so that one that is missing makes the whole missing."""
    if node.kind != "comprehension":
        return f"{name}({elements(writer, node, parent)})"
    return within_limit(writer, lambda: _tested(writer, name, node))


def within_limit(writer: Writer, write: Callable[[], str]) -> str:
    """What is written, in a function of its own where it would stand in more blocks than Python takes."""
    if writer.blocks < _DEEPEST:
        return write()
    outside, charges = writer.blocks, writer.charges
    writer.blocks, writer.charges = 0, False
    with writer.aside() as lines:
        code = write()
    writer.blocks = outside
    name = writer.fresh("f")
    writer.block(f"def {name}():", ["nonlocal w"] * writer.charges + [*lines, f"return {code}"])
    writer.charges = writer.charges or charges
    return writer.variable(f"{name}()")


def _comprehension(writer: Writer, node: Node) -> str:
    return f"tuple({_listed(writer, node)})"


def _listed(writer: Writer, node: Node) -> str:
    return within_limit(writer, lambda: _collected(writer, node))


def _collected(writer: Writer, node: Node) -> str:
    result = writer.fresh("t")

    def collect(code: str) -> str:
        return f"{result}.append({code})"

    _loop(writer, node, f"{result} = []", collect)
    return result


def _tested(writer: Writer, name: str, node: Node) -> str:
    result = writer.fresh("t")
    asked, found = ("not ", False) if name == "all" else ("", True)

    def test(code: str) -> str:
        return f"if {asked}{code}: {result} = {found}"

    _loop(writer, node, f"{result} = {not found}", test)
    return result


def _loop(writer: Writer, node: Node, start: str, each: Callable[[str], str]) -> None:
    """The loop over a comprehension's iterable."""
    iterable, element, *conditions = node.children
    code = writer.operand(iterable, node)
    over = writer.shared.loop(code)
    if not over:
        over = writer.variable(code)
        writer.lines.append(f"if len({over}) > {operations.ELEMENTS}: raise Refused")
    if iterable.type.kind == "set":
        over = writer.variable(f"in_order({over})")
    writer.lines.append(start)
    name = writer.variables[node.value] = writer.fresh("x")
    outer, writer.own = writer.own, operations.own_variable(node, writer.own)
    with writer.aside(blocks=1) as lines:
        asked = [writer.code(condition) for condition in conditions]
        with writer.aside() as inner:
            inner.append(each(writer.code(element)))
        if asked:
            writer.block(f"if {asked[0]}:", inner)
        else:
            writer.lines += inner
    writer.own = outer
    del writer.variables[node.value]
    writer.block(f"for {name} in {over}:", lines)


EMIT: Final[dict[str, Callable[[Writer, Node], str]]] = {"comprehension": _comprehension}
