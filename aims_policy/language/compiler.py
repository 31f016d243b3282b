"""From trees to Python: one function for all rules of a kind, which says how each came out and nothing else.

The types are known, so the code is what one would write by hand: `d['a']['b'] <= k0`. Absent evidence is
the `KeyError` of the subscript. Evidence read before on every way to a place is kept in a local variable.
No identifier comes from a policy; what a policy says enters as constants only, by `repr`.

    PASS, FAIL, MISSING, NOT_APPLICABLE, ERROR = 0, 1, 2, 3, 4
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from aims_policy.language import builtins, operations

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import CodeType

    from aims_policy.language.nodes import Expression

    Run = Callable[[dict[str, Any], datetime], tuple[int, ...]]

PASS, FAIL, MISSING, NOT_APPLICABLE, ERROR = 0, 1, 2, 3, 4


def compile_rules(rules: Sequence[tuple[Expression | None, Expression]]) -> str:
    """Python source of a module that runs the rules, each given as (when, require)."""
    # Loading compiled rules, which happens far more often, needs none of what writing them does.
    from aims_policy.language import emission

    return emission.module(rules)


def load(code: CodeType | str) -> Run:
    """The function of (names, now) that gives one number for each rule, from compiled source or its code object.

    It reaches nothing but what rules need. `names["appetite"]` is read once and kept: it must not change.
    """
    namespace: dict[str, Any] = {
        "__builtins__": {
            "Exception": Exception,
            "all": all,
            "any": any,
            "len": len,
            "set": set,
            "tuple": tuple,
        },
        "Decimal": Decimal,
        "absent": (LookupError, NameError),
        "timedelta": timedelta,
        "attribute": _attribute,
        "at_least": _builtin_at_least,
        "builtin": _builtin_call,
        "empty": _EMPTY,
        "known": _builtin_known,
    }
    for name in _OPERATIONS:
        namespace[name] = getattr(operations, name)
    exec(code, namespace)  # noqa: S102 - the compiler's own output, whose only foreign parts are constants
    return _bound(namespace["bind"])


_EMPTY: Final[dict[str, Any]] = {}
_OPERATIONS: Final = (
    "Pattern",
    "Refused",
    "TOO_LONG",
    "bits_and",
    "bits_or",
    "bits_xor",
    "exact",
    "in_order",
    "limit",
    "midnight",
    "moment",
    "power",
    "same",
    "shift_left",
    "shift_right",
    "whole",
)
_APPETITES: Final = 64
"""So many appetites (one for each tier and environment) are kept ready. Environments are free text."""


def _bound(bind: Callable[[Any], Run]) -> Run:
    """Rules bound to the appetite of the names that they are given, once for each."""
    ready: dict[int, tuple[Any, Run]] = {}

    def run(names: dict[str, Any], now: datetime) -> tuple[int, ...]:
        appetite = names.get("appetite", _EMPTY)
        found = ready.get(id(appetite))
        if found is None:
            if len(ready) >= _APPETITES:
                ready.clear()
            # With the appetite itself, which so long keeps its identity.
            found = ready[id(appetite)] = (appetite, bind(appetite))
        return found[1](names, now)

    return run


def _attribute(kind: str, name: str) -> Callable[[Any], Any]:
    from aims_policy.language import attributes

    return attributes.read(kind, name)


def _builtin_call(name: str) -> Callable[..., Any]:
    return builtins.get(name).call


def _builtin_at_least(name: str) -> Callable[..., bool]:
    at_least = builtins.get(name).at_least
    if at_least is None:
        raise KeyError(name)
    return at_least


def _builtin_known(name: str) -> set[str] | dict[str, int]:
    known = builtins.get(name).known
    if known is None:
        raise KeyError(name)
    return known
