"""The names that begin with `$`. Each is one file in this folder, found by its place.

A builtin's file defines

    TYPE            its type: a `function(...)`, or the type of the value it stands for
    call            the function, or (for a value) a function without arguments that returns it
    USES_NOW        optional, True: `call` takes the evaluation's time as its last argument
    check           optional: (argument types) -> what is wrong, or None; replaces the check against TYPE
    result          optional: (argument types) -> the type of the result; replaces TYPE's
    evidence        optional: (arguments) -> [(argument index, path below it, value)], what a call has read
    at_least        optional: (arguments, number) -> whether `call` gives at least the number, where that is
                    told sooner than what it gives
    KNOWN           optional, of a function of one text: what `call` (or `at_least`) came to before, which is looked up
                    where it is asked, without calling: a set of texts for which it is true, or, with `at_least`,
                    numbers that it reaches by text. It is added to in the builtin's file, and bounded there
    INLINE          optional: the call as a Python expression in which {0} stands for its first argument, and so
                    on, and `now` for the time; a number may be an `int` in it

and its docstring is its documentation. `call` raises `Missing` for evidence that is not there and `Refused`
for arguments that have no result.
"""

from __future__ import annotations

import importlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aims_policy.language.types import Type


class Builtin:
    """One builtin, as its file defines it."""

    __slots__ = (
        "at_least", "call", "check", "doc", "evidence", "inline", "known", "name", "result", "type", "uses_now",
    )  # fmt: skip

    def __init__(self, name: str, module: Any) -> None:
        self.name: Final = name
        self.type: Final[Type] = module.TYPE
        self.call: Final[Callable[..., Any]] = module.call
        self.doc: Final[str] = (module.__doc__ or "").strip()
        self.uses_now: Final[bool] = getattr(module, "USES_NOW", False)
        self.check: Final[Callable[[Sequence[Type]], str | None] | None] = getattr(module, "check", None)
        self.result: Final[Callable[[Sequence[Type]], Type] | None] = getattr(module, "result", None)
        self.evidence: Final[Callable[[Sequence[Any]], list[tuple[int, str, Any]]] | None] = getattr(
            module, "evidence", None
        )
        self.at_least: Final[Callable[..., bool] | None] = getattr(module, "at_least", None)
        self.known: Final[set[str] | dict[str, int] | None] = getattr(module, "KNOWN", None)
        self.inline: Final[str] = getattr(module, "INLINE", "")


@cache
def names() -> tuple[str, ...]:
    """Every builtin's name, without the `$`."""
    from pathlib import Path

    folder = Path(__file__).parent
    return tuple(sorted(file.stem for file in folder.glob("*.py") if not file.stem.startswith("_")))


@cache
def get(name: str) -> Builtin:
    """The builtin of that name; reads its file only. Raises `KeyError` if there is none."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise KeyError(name)
    try:
        module = importlib.import_module(f"{__name__}.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"{__name__}.{name}":
            raise
        raise KeyError(name) from None
    return Builtin(name, module)
