"""What a first request would otherwise wait for: modules that are imported only where they are needed."""

from __future__ import annotations

import pkgutil
from importlib import import_module

_ROOMS = ("aims_policy.decision", "aims_policy.source")
_BESIDES = (
    "aims_policy.manifest.foreign.markdown",
    "aims_policy.manifest.evidence.merge",
    "xml.parsers.expat",
)


def warm() -> None:
    """Import what decisions and foreign formats need. Nothing is decided; the ledger is the writer's."""
    from aims_policy.language import builtins
    from aims_policy.manifest.foreign.read import format_names

    for room in _ROOMS:
        for module in pkgutil.iter_modules(import_module(room).__path__, f"{room}."):
            import_module(module.name)
    for name in _BESIDES:
        import_module(name)
    for name in builtins.names():  # a compiled bundle that was stored brings none along
        builtins.get(name)
    format_names()  # each format's module is imported for it
