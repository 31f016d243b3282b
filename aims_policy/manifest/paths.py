"""Paths of evidence as text and as tuples: ``fairness.groups[0]`` and ("fairness", "groups", 0)."""

from __future__ import annotations

import re
from functools import lru_cache

Steps = tuple[str | int, ...]

KEY = "\0key"
"""Last step of a path in a foreign document that means the key, and not the value that stands under it."""

_STEP = r'\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|\.?([^.\[\]"]+)'


def path_text(steps: Steps) -> str:
    """A path as people read it and rules write it.

    >>> path_text(("metadata", "labels", "cost centre")), path_text(("a", 0, "b"))
    ('metadata.labels["cost centre"]', 'a[0].b')
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("-", "_").isidentifier():
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def steps_of(text: str) -> Steps:
    """The reverse of `path_text`; what cannot be a path ends it.

    >>> steps_of('metadata.labels["cost centre"]'), steps_of("a[0].b")
    (('metadata', 'labels', 'cost centre'), ('a', 0, 'b'))
    """
    return _known_steps(text) if len(text) <= _SHORT else _steps_of(text)


_SHORT = 200
"""Characters of a path that is remembered: rules ask for the same ones of every manifest."""


def _steps_of(text: str) -> Steps:
    if text.replace(".", "_").isidentifier() and ".." not in text and text[0] != ".":
        return tuple(text.removesuffix(".").split("."))
    plain = _plain_steps(text) if '"' not in text else ()
    if plain:
        return plain
    steps: list[str | int] = []
    position = 0
    pattern = re.compile(_STEP)  # here, and not when the module is imported: most runs ask for no path
    while match := pattern.match(text, position):
        index, key, name = match.groups()
        if index is not None:
            steps.append(int(index))
        elif key is not None:
            steps.append(re.sub(r"\\(.)", r"\1", key))
        else:
            steps.append(name)
        position = match.end()
    return tuple(steps)


_known_steps = lru_cache(4096)(_steps_of)


def _plain_steps(text: str) -> Steps:
    """Of a path of names, each with one index at most, as readers write them; () of any other."""
    steps: list[str | int] = []
    for part in text.split("."):
        name, bracket, index = part.partition("[")
        if not name.isidentifier():
            return ()
        steps.append(name)
        if bracket:
            digits = index[:-1]
            if index[-1:] != "]" or not (digits.isascii() and digits.isdecimal()):
                return ()
            steps.append(int(digits))
    return tuple(steps)
