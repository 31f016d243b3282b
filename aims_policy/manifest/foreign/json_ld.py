"""What readers of JSON-LD share: names without prefix or namespace, and the text of a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aims_policy.manifest.foreign.names import of_names

if TYPE_CHECKING:
    from aims_policy.manifest.paths import Steps

_BEST = ("@value", "name", "url", "@id", "description")


def local(key: str) -> str:
    """The name without prefix or namespace; keywords stay.

    >>> local("rai:dataBiases"), local("http://mlcommons.org/croissant/RAI/dataBiases"), local("@id")
    ('dataBiases', 'dataBiases', '@id')
    """
    if key.isidentifier() or key.startswith("@"):
        return key
    return key[max(key.rfind(":"), key.rfind("/"), key.rfind("#")) + 1 :]


@of_names
def by_local(keys: tuple[str, ...]) -> dict[str, str]:
    """Of each local name in a node the key as it is written; of two the first."""
    return {local(key): key for key in reversed(keys)}


@of_names
def local_names(keys: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each key of a node behind its local name, in the order of the node.

    >>> local_names({"@id": "d", "sc:name": "loans"})
    (('@id', '@id'), ('name', 'sc:name'))
    """
    return tuple((local(key), key) for key in keys)


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
