"""What readers of JSON-LD share: names without prefix or namespace, and the text of a node."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aims_policy.manifest.paths import Steps

_BEST = ("@value", "name", "url", "@id", "description")
_REMEMBERED = 2_000
"""Letters in the names of a node up to which they are kept: nobody can fill memory with them."""


def local(key: str) -> str:
    """The name without prefix or namespace; keywords stay.

    >>> local("rai:dataBiases"), local("http://mlcommons.org/croissant/RAI/dataBiases"), local("@id")
    ('dataBiases', 'dataBiases', '@id')
    """
    if key.isidentifier() or key.startswith("@"):
        return key
    return key[max(key.rfind(":"), key.rfind("/"), key.rfind("#")) + 1 :]


def by_local(node: dict[str, Any]) -> dict[str, str]:
    """Of each local name the key as it is written; of two the first. Not to be changed: nodes alike share one."""
    return _names(node)[0]


def local_names(node: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Each key of a node behind its local name, in the order of the node.

    >>> local_names({"@id": "d", "sc:name": "loans"})
    (('@id', '@id'), ('name', 'sc:name'))
    """
    return _names(node)[1]


def _names(node: dict[str, Any]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    keys = tuple(node)
    return _remembered(keys) if len("".join(keys)) <= _REMEMBERED else _remembered.__wrapped__(keys)


@lru_cache(maxsize=256)
def _remembered(keys: tuple[str, ...]) -> tuple[dict[str, str], tuple[tuple[str, str], ...]]:
    names = tuple((local(key), key) for key in keys)
    return dict(reversed(names)), names


def plain(value: Any, source: Steps) -> tuple[Any, Steps]:
    """The text of a node, with its path: a literal's value, else what names the node best."""
    if type(value) is list and len(value) == 1:
        return plain(value[0], (*source, 0))
    if type(value) is dict:
        found = by_local(value)
        for name in _BEST:
            if name in found:
                return value[found[name]], (*source, found[name])
    return value, source
