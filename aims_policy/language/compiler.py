"""From trees to Python: one function for each rule, which says how the rule came out and nothing else.

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

PASS, FAIL, MISSING, NOT_APPLICABLE, ERROR = 0, 1, 2, 3, 4


def compile_rules(rules: Sequence[tuple[Expression | None, Expression]]) -> str:
    """Python source of a module whose `RULES` are functions of (names, now), one for each (when, require)."""
    # Loading compiled rules, which happens far more often, needs none of what writing them does.
    from aims_policy.language import emission

    module = emission.Module()
    functions = [emission.function(module, i, when, require) for i, (when, require) in enumerate(rules)]
    listed = "".join(f"r{index}, " for index in range(len(rules)))
    return "\n".join([*module.lines, *functions, f"RULES = ({listed})", ""])


def load(code: CodeType | str) -> tuple[Callable[[dict[str, Any], datetime], int], ...]:
    """The functions of compiled source (or of its code object), with nothing in reach but what rules need."""
    namespace: dict[str, Any] = {
        "__builtins__": {
            "Exception": Exception,
            "LookupError": LookupError,
            "all": all,
            "any": any,
            "len": len,
            "tuple": tuple,
        },
        "Decimal": Decimal,
        "timedelta": timedelta,
        "attribute": _attribute,
        "builtin": _builtin_call,
        "empty": {},
    }
    for name in _OPERATIONS:
        namespace[name] = getattr(operations, name)
    exec(code, namespace)  # noqa: S102 - the compiler's own output, whose only foreign parts are constants
    rules: tuple[Callable[[dict[str, Any], datetime], int], ...] = namespace["RULES"]
    return rules


_OPERATIONS: Final = (
    "Pattern",
    "attempt",
    "bits_and",
    "bits_or",
    "bits_xor",
    "bounded",
    "charge",
    "either",
    "in_order",
    "midnight",
    "moment",
    "power",
    "same",
    "shift_left",
    "shift_right",
    "whole",
)


def _attribute(kind: str, name: str) -> Callable[[Any], Any]:
    from aims_policy.language import attributes

    return attributes.read(kind, name)


def _builtin_call(name: str) -> Callable[..., Any]:
    return builtins.get(name).call
