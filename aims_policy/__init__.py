"""Policy engine for AI management systems (ISO/IEC 42001).

    bundle = aims_policy.load_bundle(workspace=".")
    decision = aims_policy.evaluate("model.yaml", bundle=bundle, environment="production")
    decision.verdict, decision.findings[0].rationale

It yields evidence and decisions. It certifies nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from aims_policy.api import evaluate, load_bundle
    from aims_policy.decision.record import Decision
    from aims_policy.policy.errors import PolicyError
    from aims_policy.source import SourceError

# Where each public name lives. Imported when first asked for: start-up time is a promise of this project.
_HOMES = {
    "load_bundle": "aims_policy.api",
    "evaluate": "aims_policy.api",
    "Decision": "aims_policy.decision.record",
    "PolicyError": "aims_policy.policy.errors",
    "SourceError": "aims_policy.source",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Decision", "PolicyError", "SourceError", "__version__", "evaluate", "load_bundle"]
