"""Names of the assets of one file, which may describe several of the same name; and those of the fields in it."""

from __future__ import annotations

from collections import Counter
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from aims_policy.manifest.placeholders import absence
from aims_policy.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Key = TypeVar("Key")
Made = TypeVar("Made")

_LETTERS = 2_000
_MAPPINGS = 256


class Called(NamedTuple):
    """What a file says to tell an asset from others: any of it may be missing, or be no text at all."""

    kind: str
    name: Any
    version: Any = None
    id: Any = None


def told_apart(assets: Mapping[Key, Called]) -> dict[Key, str]:
    """The name of each asset that has one: as given, or with its version or id where its name is not its own.

    >>> told_apart({1: Called("Model", "a", "1"), 2: Called("Model", "a", "2"), 3: Called("Dataset", "a")})
    {1: 'a@1', 2: 'a@2', 3: 'a'}
    """
    named = {key: asset for key, asset in assets.items() if _says(asset.name)}
    names: dict[Key, str] = {key: asset.name for key, asset in named.items()}
    if len(names) < 2:
        return names
    for field, mark in (("version", "@"), ("id", "#")):
        for key in _ambiguous(named, names):
            if _says(getattr(named[key], field)):
                names[key] += f"{mark}{getattr(named[key], field)}"
    for number, key in enumerate(_ambiguous(named, names), 1):
        names[key] += f"#{number}"
    return names


def _ambiguous(assets: Mapping[Key, Called], names: Mapping[Key, str]) -> Sequence[Key]:
    count = Counter([(assets[key].kind, name) for key, name in names.items()])
    return [key for key, name in names.items() if count[assets[key].kind, name] > 1]


def _says(text: Any) -> bool:
    return type(text) is str and not absence(text)


def of_names(make: Callable[[tuple[str, ...]], Made]) -> Callable[[Mapping[str, Any]], Made]:
    """A function of a mapping that only its names have a part in: made once for mappings that are alike.

    Files hold many of the same names, and what is made of them is shared, so it is not to be changed. Remembered are
    few at a time, of not too many letters: nobody can fill memory with them.
    """
    known: dict[tuple[str, ...], Made] = {}

    @wraps(make)
    def of(given: Mapping[str, Any]) -> Made:
        names = tuple(given)
        made = known.get(names)
        if made is None:
            made = make(names)
            if len("".join(names)) <= _LETTERS:
                if len(known) >= _MAPPINGS:
                    known.clear()
                known[names] = made
        return made

    return of
