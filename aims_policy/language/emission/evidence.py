"""Reading: sections, fields, elements, attributes. Absent evidence is the `KeyError` of the subscript."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aims_policy.language import operations

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.language.emission.writer import Writer
    from aims_policy.language.nodes import Node


def chain(node: Node) -> tuple[Node, list[str]]:
    """What a row of fields begins at, and the fields."""
    fields: list[str] = []
    while node.kind == "field":
        fields.append(node.value)
        node = node.children[0]
    return node, fields[::-1]


def is_limit(node: Node) -> bool:
    """Whether the node is a value of the appetite."""
    base, fields = chain(node)
    return bool(fields) and base.kind == "name" and base.value == "appetite"


def limit(writer: Writer, node: Node, *, exact: bool = False) -> str:
    """A value of the appetite, read when the rules were bound to it; missing where it has none."""
    return writer.shared.limit(chain(node)[1], exact=exact)


def looked_up(writer: Writer, base: Node, fields: list[str], default: str) -> str:
    """A way through records on which nothing need be there: `s0.get('a', empty).get('b', k0)`."""
    if base.kind == "name":
        code, keys = ("n", [base.value]) if not fields else (writer.shared.section(base.value), fields)
    else:
        code, keys = writer.code(base), fields
    for key in keys[:-1]:
        code += f".get({key!r}, empty)"
    return f"{code}.get({keys[-1]!r}{default})"


def _path(writer: Writer, node: Node) -> str:
    if is_limit(node):
        return limit(writer, node)
    base, fields = chain(node)
    if base.kind != "name":
        return f"{writer.code(base)}{''.join(f'[{field!r}]' for field in fields)}"
    return _reading(writer, [base.value, *fields])


def _reading(writer: Writer, fields: list[str]) -> str:
    """Read evidence step by step, going on from the longest part of the way that is in a variable."""
    known = len(fields)
    while known and repr(fields[:known]) not in writer.kept:
        known -= 1
    if known:
        writer.reused.add(repr(fields[:known]))
        code = writer.kept[repr(fields[:known])]
    elif shared := writer.shared.covering(fields):
        known, code = len(shared), writer.shared.evidence(shared)
    elif len(fields) > 1:
        known, code = 1, writer.shared.section(fields[0])
    else:
        code = "n"
    for length in range(known + 1, len(fields) + 1):
        code = writer.keep(repr(fields[:length]), f"{code}[{fields[length - 1]!r}]")
    return code


def _variable(writer: Writer, node: Node) -> str:
    return writer.variables[node.value]


def _item(writer: Writer, node: Node) -> str:
    container, index = node.children
    is_map = container.type.kind == "map"
    owner, at = writer.in_order(
        [
            lambda: writer.operand(container, node),
            lambda: writer.code(index) if is_map else _position(writer, index),
        ]
    )
    return f"Decimal({owner}[{at}])" if container.type.kind == "bytes" else f"{owner}[{at}]"


def _position(writer: Writer, node: Node) -> str:
    value = node.value
    if node.kind == "literal" and (value is None or value == value.to_integral_value()):
        return "None" if value is None else repr(operations.whole(value))
    return f"whole({writer.code(node)})" if node.type.kind == "number" else writer.code(node)


def _slice(writer: Writer, node: Node) -> str:
    container, start, stop = node.children
    owner, first, last = writer.in_order(
        [
            lambda: writer.operand(container, node),
            lambda: _position(writer, start),
            lambda: _position(writer, stop),
        ]
    )
    return f"{owner}[{first}:{last}]"


def _attribute(writer: Writer, node: Node) -> str:
    (owner,) = node.children
    code = writer.operand(owner, node)
    if node.value == "length":
        return f"Decimal(len({code}))"
    if node.value == "is_empty":
        return f"(not {code})"
    if owner.type.kind == "text" and node.value in ("as_lower", "as_upper"):
        return f"{code}.{node.value[3:]}()"
    read = writer.shared.constant(f"attribute({owner.type.kind!r}, {node.value!r})")
    return f"{read}({code})"


def _nothing(writer: Writer, node: Node) -> str:
    return f"({writer.code(node.children[0])}, None)[1]"


EMIT: Final[dict[str, Callable[[Writer, Node], str]]] = {
    "name": _path,
    "field": _path,
    "variable": _variable,
    "item": _item,
    "slice": _slice,
    "attribute": _attribute,
    "nothing": _nothing,
}
