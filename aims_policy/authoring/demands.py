"""What the limits of the risk appetite ask of each field, in words for the person who fills it in.

Read from the rules themselves: wherever a field is compared with a limit, whatever the rule. What a rule asks
beyond that its remediation says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aims_policy.language.nodes import Expression, Node

_AT_LEAST, _AT_MOST = (">=", ">"), ("<=", "<")
_TURNED = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}


def demands(expressions: Iterable[Expression], limits: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """By path (``risk.entries[].measures``) what is asked of it; ``limits`` is the appetite, resolved for a tier.

    A demand that says less than another one on the same path is left out: of two numbers of words the larger counts.
    """
    found: dict[str, dict[str, Any]] = {}
    for expression in expressions:
        for path, said, limit in _compared(expression.root, {}, limits):
            known = found.setdefault(path, {})
            known[said] = _stricter(said, known[said], limit) if said in known else limit
    return {path: tuple(said.format(_shown(n)) for said, n in known.items()) for path, known in found.items()}


def _stricter(said: str, one: Any, other: Any) -> Any:
    if isinstance(one, tuple):
        return tuple(dict.fromkeys((*one, *other)))
    return min(one, other) if said.startswith(("at most", "not older")) else max(one, other)


def _shown(limit: Any) -> str:
    return ", ".join(map(str, limit)) if isinstance(limit, tuple) else str(limit)


def _compared(
    node: Node, scope: Mapping[str, str], limits: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """(path, what is asked with ``{}`` for the limit, the limit) for every comparison in a condition.

    ``scope`` has the paths that loop variables stand for.
    """
    if node.kind == "comprehension":
        scope = _within(node, scope)
    elif node.kind == "compare":
        left, right = node.children
        for asked, bound, sign in ((left, right, node.value), (right, left, _TURNED.get(node.value, ""))):
            limit = _limit(bound, limits)
            if limit is not None:
                yield from _measured(asked, sign, limit, scope)
    elif node.kind == "call":
        yield from _called(node, scope, limits)
    for child in node.children:
        yield from _compared(child, scope, limits)


def _measured(asked: Node, sign: str, limit: Any, scope: Mapping[str, str]) -> Iterator[tuple[str, str, Any]]:
    """A field, its words or its entries, held to a number."""
    most = "at least {}" if sign in _AT_LEAST else "at most {}" if sign in _AT_MOST else ""
    if not most or isinstance(limit, bool | str | tuple) or limit <= 0:
        return
    if asked.kind == "call" and asked.children[0].value == "words":
        path, unit = field_path(asked.children[1], scope), " different words"
    elif asked.kind == "attribute" and asked.value == "length":
        path, unit = field_path(asked.children[0], scope), " of them"
    else:
        path, unit = field_path(asked, scope), ""
    path, _, metric = path.partition("|")
    if path and not (unit and limit == 1):
        yield path, f"{most}{unit}{f' where metric is {metric}' if metric else ''}", limit


def _called(
    node: Node, scope: Mapping[str, str], limits: Mapping[str, Any]
) -> Iterator[tuple[str, str, Any]]:
    """``$within(date, days)`` and ``$covers(values, all of these)``."""
    name, *given = node.children
    if name.value not in ("within", "covers") or len(given) != 2:
        return
    limit = _limit(given[1], limits)
    if limit is None:
        return
    values = given[0]
    of_entries = values.kind == "comprehension"
    path = field_path(values.children[1], _within(values, scope)) if of_entries else field_path(values, scope)
    if path and name.value == "within":
        yield path, "not older than {} days", limit
    elif path:
        yield path, "in one entry at least, each of {}" if of_entries else "among them {}", limit


def _within(comprehension: Node, scope: Mapping[str, str]) -> dict[str, str]:
    """What variables stand for inside a comprehension, over a list or over the values of one metric in it."""
    iterable = comprehension.children[0]
    path = ""
    if iterable.kind == "call" and iterable.children[0].value == "measured":
        _, measurements, metric = iterable.children
        path = f"{field_path(measurements, scope)}[].value|{metric.value}"
    elif items := field_path(iterable, scope):
        path = f"{items}[]"
    return {**scope, comprehension.value: path}


def _limit(node: Node, limits: Mapping[str, Any]) -> Any:
    """What stands in the appetite; None for everything else."""
    path = field_path(node, {})
    if not path or not path.startswith("appetite."):
        return None
    found: Any = limits
    for step in path.split(".")[1:]:
        found = found.get(step) if isinstance(found, dict) else None
    return None if isinstance(found, dict) else found


def field_path(node: Node, scope: Mapping[str, str]) -> str:
    """The path that a chain of fields reads; "" for what is no such chain."""
    if node.kind == "name":
        return str(node.value)
    if node.kind == "variable":
        return scope.get(node.value, "")
    if node.kind == "field":
        before = field_path(node.children[0], scope)
        return f"{before}.{node.value}" if before else ""
    if node.kind == "choose":  # `d.role == "fine_tuning" ? "training" : d.role`: what is left as it stands
        return field_path(node.children[2], scope)
    return ""
