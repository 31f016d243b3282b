"""Constants, and values made of values."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from aims_policy.language import operations, reference
from aims_policy.language.nodes import Node, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from aims_policy.language.emission.writer import Writer

_FOLDED: Final = frozenset({"negate", "arithmetic", "bitwise"})
_WRITTEN_OUT: Final = frozenset({"literal", "list", "set", "map"})


def folded(node: Node) -> Node | None:
    """The literal that a calculation with nothing but literals is worth; None for what is not one."""
    if node.kind not in _FOLDED or node.type.kind not in ("number", "duration"):
        return None
    if not all(below.kind in _FOLDED or below.kind == "literal" for below in walk(node)):
        return None
    with operations.arithmetic():
        result = reference.constant(node)
    return Node("literal", result.value, (), node.type, node.start, node.end)


def literal(writer: Writer, node: Node) -> str:
    value = node.value
    if isinstance(value, Decimal):
        return writer.shared.constant(repr(value))
    if isinstance(value, datetime):
        offset = value.utcoffset() or timedelta()
        naive = value.replace(tzinfo=None).isoformat()
        return writer.shared.constant(f"moment({naive!r}, {offset.days * 86400 + offset.seconds})")
    if isinstance(value, timedelta):
        return writer.shared.constant(f"timedelta({value.days}, {value.seconds}, {value.microseconds})")
    return repr(value)


def _list(writer: Writer, node: Node) -> str:
    return _display(writer, node, "(" + "".join(f"{code}, " for code in writer.operands(node)) + ")")


def _set(writer: Writer, node: Node) -> str:
    return _display(writer, node, "{" + ", ".join(writer.operands(node)) + "}")


def _map(writer: Writer, node: Node) -> str:
    codes = writer.operands(node)
    pairs = ", ".join(f"{key}: {value}" for key, value in zip(codes[::2], codes[1::2], strict=True))
    return _display(writer, node, "{" + pairs + "}")


def _display(writer: Writer, node: Node, code: str) -> str:
    """Made once if made of literals: nothing that rules do changes a value."""
    if all(below.kind in _WRITTEN_OUT for below in walk(node)):
        return writer.shared.constant(code)
    return code


EMIT: Final[dict[str, Callable[[Writer, Node], str]]] = {
    "literal": literal,
    "list": _list,
    "set": _set,
    "map": _map,
}
