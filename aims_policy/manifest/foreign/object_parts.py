"""Parts of an object that somebody else wrote: nothing is raised, whatever stands where something is looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aims_policy.manifest.paths import Steps

_MAX_DEPTH = 24


def matches(value: Any, pattern: tuple[str, ...], path: Steps) -> list[tuple[Steps, Any]]:
    """Every value that a pattern of steps leads to."""
    found: list[tuple[Steps, Any]] = []
    _match(value, pattern, path, found)
    return found


def _match(value: Any, pattern: tuple[str, ...], path: Steps, found: list[tuple[Steps, Any]]) -> None:
    if not pattern:
        found.append((path, value))
        return
    step, rest = pattern[0], pattern[1:]
    if step not in ("*", "**"):
        if isinstance(value, dict) and step in value:
            _match(value[step], rest, (*path, step), found)
        return
    if step == "**":
        _match(value, rest, path, found)
        rest = pattern
    if len(path) > _MAX_DEPTH:
        return
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    is_named = bool(rest) and rest[-1] != "**"  # so no text or number can be what is meant
    for key, item in children:
        if not is_named or isinstance(item, dict | list):
            _match(item, rest, (*path, key), found)


def mapping_of(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings_of(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """The mappings in a list, each with its index."""
    return [(i, v) for i, v in enumerate(value) if isinstance(v, dict)] if isinstance(value, list) else []


def text_of(value: Any) -> str:
    """The text without blanks around it; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def texts_of(value: Any) -> list[tuple[int, str]]:
    """The texts in a list, each with its index."""
    return [(i, v) for i, v in enumerate(value) if isinstance(v, str)] if isinstance(value, list) else []
