"""The rule language: rule_engine's grammar, typed, bounded, and with missing evidence.

`parse` checks an expression; `reference.evaluate` says what it means; `compiler` makes Python of it.
"""

from __future__ import annotations

from aims_policy.language.operations import arithmetic

__all__ = ["arithmetic"]
